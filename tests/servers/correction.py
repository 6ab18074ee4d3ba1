"""What correction.sh needs beside the executor: correction.py VERB ...

Tables of DynamoDB (moto) and their items, documents of the node, manifests
made by hand. As a module it is a user's correction functions."""
import hashlib
import json
import os
import signal
import subprocess
import sys
import urllib.request

import boto3

URL = os.environ.get("KENPIN_TEST_URL", "")
PREFIX = "corr-"


def client():
    return boto3.client("dynamodb", endpoint_url=os.environ["KENPIN_TEST_AWS"])


def request(method, path, body=None):
    data = None if body is None else json.dumps(body).encode()
    ask = urllib.request.Request(URL + path, data=data, headers={"Content-Type": "application/json"}, method=method)
    with urllib.request.urlopen(ask) as answer:
        return json.load(answer)


# ---- corrections of the user's ----

def normalise_jan(document, action):
    """JAN code with the check digit that its other digits give."""
    body = (document["jan"].strip() + "0" * 12)[:action["arguments"]["length"] - 1]
    body = "".join(c if c in "0123456789" else "0" for c in body)
    total = sum(int(digit) * (3 if at % 2 else 1) for at, digit in enumerate(body))
    return {**document, "jan": body + str(-total % 10)}


# ---- tables ----

def tables():
    for name, key in (("kenpin-ledger", "action_id"), ("warehouse-products", "pk"), ("desk-tickets", "order")):
        client().create_table(TableName=name, BillingMode="PAY_PER_REQUEST",
                              KeySchema=[{"AttributeName": key, "KeyType": "HASH"}],
                              AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"}])


def truth(folder):
    """The warehouse knows what is right for every product that a copy or a reindex is proposed for."""
    for action in lines(folder, "actions"):
        if action["op"] not in ("copy", "reindex"):
            continue
        name = action["target"]["key"]["_id"]
        document = request("GET", "/%sfbz-products/_doc/%s" % (PREFIX, name))["_source"]
        document["name"] = "正しい名前 " + name
        document.setdefault("price", 1980)
        item = {key: attribute(value) for key, value in document.items()}
        client().put_item(TableName="warehouse-products", Item={**item, "pk": {"S": "product#" + name}})


def attribute(value):
    if value is None:
        return {"NULL": True}
    if isinstance(value, bool):
        return {"BOOL": value}
    if isinstance(value, (int, float)):
        return {"N": repr(value)}
    if isinstance(value, list):
        return {"L": [attribute(item) for item in value]}
    if isinstance(value, dict):
        return {"M": {key: attribute(item) for key, item in value.items()}}
    return {"S": value}


def put(table, item):
    client().put_item(TableName=table, Item={key: attribute(value) for key, value in json.loads(item).items()})


def items(table):
    """All items as sorted lines."""
    found = client().scan(TableName=table, ConsistentRead=True)["Items"]
    print("\n".join(sorted(json.dumps(item, sort_keys=True, ensure_ascii=False) for item in found)))


def empty():
    """A fresh ledger and desk."""
    for table, key in (("kenpin-ledger", "action_id"), ("desk-tickets", "order")):
        for item in client().scan(TableName=table, ConsistentRead=True)["Items"]:
            client().delete_item(TableName=table, Key={key: item[key]})


def forget(action_id, state):
    """As if the executor had been killed: before its line of the ledger was closed, or before it wrote it."""
    key = {"action_id": {"S": action_id}}
    if state == "gone":
        client().delete_item(TableName="kenpin-ledger", Key=key)
    else:
        client().update_item(TableName="kenpin-ledger", Key=key, UpdateExpression="SET #s = :s",
                             ExpressionAttributeNames={"#s": "state"}, ExpressionAttributeValues={":s": {"S": state}})


def kill(*arguments):
    """Runs the executor and kills it as soon as its ledger has grown by four."""
    def lines_of_ledger():
        return client().scan(TableName="kenpin-ledger", ConsistentRead=True, Select="COUNT")["Count"]
    before = lines_of_ledger()
    victim = subprocess.Popen([sys.executable, "-m", "correction", *arguments], stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL)
    while victim.poll() is None and lines_of_ledger() < before + 4:
        pass
    victim.kill()
    sys.exit(victim.wait() != -signal.SIGKILL)


# ---- documents ----

def documents():
    """Every document of the indices of this test as sorted lines: contents, no versions."""
    request("POST", "/%s*/_refresh" % PREFIX)
    answer = request("POST", "/%s*/_search?scroll=1m&size=5000" % PREFIX, {"sort": ["_doc"]})
    found = []
    while answer["hits"]["hits"]:
        found += answer["hits"]["hits"]
        answer = request("POST", "/_search/scroll", {"scroll": "1m", "scroll_id": answer["_scroll_id"]})
    print("\n".join(sorted(json.dumps([hit["_index"], hit["_id"], hit["_source"]], sort_keys=True, ensure_ascii=False)
                           for hit in found)))


# ---- manifests ----

def lines(folder, role):
    for name in sorted(os.listdir(folder)):
        if name.startswith(role + "-"):
            with open(os.path.join(folder, name), encoding="utf-8") as f:
                yield from map(json.loads, f)


def action(given, at):
    """An action of a DynamoDB product, with what GIVEN says otherwise."""
    whole = {"seq": at, "action_id": hashlib.md5(json.dumps(given).encode()).hexdigest(), "group_id": None,
             "finding_id": "0" * 32, "episode": 1, "attempt": 1, "rule": {"id": "by-hand", "rev": "1"}, "class": "min",
             "mode": "auto", "severity": "error",
             "target": {"system": "warehouse", "store": "products", "key": {"_id": given.pop("id", "A")}},
             "op": "patch", "precondition": [{"check": "exists"}], "before": {}, "after": {}, "evidence": {}}
    return {**whole, **given}


def make(folder, source):
    """A manifest of the actions in SOURCE, one a line, with digests that are right."""
    os.makedirs(folder)
    with open(source, encoding="utf-8") as f:
        actions = [action(json.loads(line), at) for at, line in enumerate(f, 1)]
    text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in actions).encode()
    with open(os.path.join(folder, "actions-0001.jsonl"), "wb") as f:
        f.write(text)
    count = len(actions)
    rest = json.dumps({
        "kind": "repair", "run_id": "r-000001", "created_at": "2026-01-15T03:00:00Z",
        "expires_at": "2026-01-15T05:00:00Z", "rules_sha256": "0" * 64, "config_sha256": "0" * 64,
        "coverage": {"complete": True, "documents": count},
        "guard": {"by-hand": {"max_actions": count, "max_percent": "100", "max_per_shop": count, "documents": count}},
        "counts": {"actions": count, "undo": 0, "by_class": {"min": count}, "by_mode": {"auto": count},
                   "by_rule": {"by-hand": count}},
        "files": [{"name": "actions-0001.jsonl", "role": "actions", "lines": count, "bytes": len(text),
                   "sha256": hashlib.sha256(text).hexdigest()}],
        "supersedes": [], "previous_sha256": None}, separators=(",", ":"))[1:] + "\n"
    name = "20260115T030000Z-" + hashlib.sha256(rest.encode()).hexdigest()[:8]
    with open(os.path.join(folder, "manifest.json"), "w", encoding="utf-8") as f:
        f.write('{"format":"recovery-manifest","version":1,"manifest_id":"%s",%s' % (name, rest))


if __name__ == "__main__":
    {"tables": tables, "truth": truth, "put": put, "items": items, "kill": kill, "empty": empty, "forget": forget, "documents": documents,
     "make": make}[sys.argv[1]](*sys.argv[2:])
