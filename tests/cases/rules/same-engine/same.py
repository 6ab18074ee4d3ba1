"""Writes the documents of every rule's tests as NDJSON, scans them, and compares what is found, by
class and message, with what `kenpin rules test` said. usage: same.py KENPIN"""
import json
import pathlib
import re
import subprocess
import sys

KENPIN = sys.argv[1]
NOW = "2026-11-24T00:00:00Z"
DATA = pathlib.Path("tests/data/sample")


def kenpin(now, *options):
    done = subprocess.run([KENPIN, "--now", now, "-q", *options], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.split("\n")[:-1]  # a line ends at nothing else


def text_of(line, key):
    """The value of KEY as it is written: Python would write some numbers otherwise."""
    begin = line.index(f'"{key}":') + len(key) + 3
    return line[begin : json.JSONDecoder().raw_decode(line, begin)[1]]


def documents(text):
    """The objects of a list, as they are written."""
    found, at = [], 1
    while text[at] != "]":
        end = json.JSONDecoder().raw_decode(text, at)[1]
        found.append(text[at:end])
        at = end + (text[end] == ",")
    return found


def named(text, name):
    if "_id" in json.loads(text):
        return text
    return f'{{"_id":"{name}"' + (f",{text[1:]}" if len(text) > 2 else "}")


def index_of(query):
    return re.search(r"^index: (\S+)", pathlib.Path(f"queries/{query}.yaml").read_text(), re.M)[1]


def scan(rules, now, files):
    """What a scan by RULES finds: (rule, document) -> texts; a finding over many documents names one of them."""
    for old in DATA.iterdir():
        old.unlink()
    for index, docs in files.items():
        (DATA / f"{index}.ndjson").write_text("".join(f"{doc}\n" for doc in docs))
    found = {}
    options = [word for rule in rules for word in ("--rule", rule)]
    for line in kenpin(now, "scan", "--dry-run", "--format", "ndjson", *options):
        f = json.loads(line)
        found.setdefault((f["rule"], f["id"]), []).append(f"[{f['class']}] {f['message']}")
    return found


def compare(test, said):
    """One test: TEST is what `rules test` said of it, SAID what the scan did."""
    want = re.split(r"; (?=\[)", test["detail"]) if test["got"] == "finding" else []
    if sorted(want) == sorted(said):
        return True
    print(f"{test['rule']}: {test['test']}\n  rules test: {want}\n  scan:       {said}")
    return False


def main():
    queries, targets, alone, many, agree = {}, {}, {}, [], []
    for line in kenpin(NOW, "rules", "list", "--format", "ndjson"):
        rule = json.loads(line)
        queries[rule["rule"]] = rule["query"]
        text = pathlib.Path(rule["file"].split(":")[0]).read_text()
        target = re.search(r"references:\s*\{?\s*query: ([\w-]+)", text.split(f"- id: {rule['rule']}\n")[1].split("\n  - id:")[0])
        targets[rule["rule"]] = target and target[1]
    for number, line in enumerate(kenpin(NOW, "rules", "test", "--format", "json", "--all")):
        test = json.loads(line)
        if "test" not in test:
            continue  # the sum
        if "doc" not in test:
            many.append((test, documents(text_of(line, "docs")), documents(text_of(line, "others"))))
            continue
        doc = named(text_of(line, "doc"), f"t{number}")
        name = json.loads(doc)["_id"]
        alone.setdefault((test["now"] or NOW, name != f"t{number}" and number), []).append((test, name, doc))
    for (now, _), tests in alone.items():
        files = {}
        for test, _, doc in tests:
            files.setdefault(index_of(queries[test["rule"]]), []).append(doc)
        found = scan({test["rule"] for test, _, _ in tests}, now, files)
        agree += [compare(test, found.get((test["rule"], name), [])) for test, name, _ in tests]
    for test, docs, others in many:
        files = {index_of(queries[test["rule"]]): [named(doc, f"d{i}") for i, doc in enumerate(docs)]}
        if targets[test["rule"]]:
            files.setdefault(index_of(targets[test["rule"]]), []).extend(named(doc, f"o{i}") for i, doc in enumerate(others))
        found = scan([test["rule"]], test["now"] or NOW, files)
        agree.append(compare(test, [text for (rule, _), texts in found.items() if rule == test["rule"] for text in texts]))
    print("all agree" if all(agree) and len(agree) >= 300 else f"{agree.count(False)} of {len(agree)} tests differ")
    return not all(agree)


sys.exit(main())
