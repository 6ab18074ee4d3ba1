"""Step Functions, Lambda, S3 and DynamoDB for machine.sh, in one process: moto
runs the state machine that ships, and where it would only echo a Lambda
function's input, the handler that ships is run. machine.py DEFINITION SYSTEMS MANIFEST RESULTS

What moto does not know: input of type JSONL (the lines are made a list for it),
batches (each has one action for it) and the files of a ResultWriter (nothing
here rests on them)."""
import contextlib
import glob
import json
import os
import socket
import sys
import time
import types

with socket.socket() as probe:
    probe.bind(("127.0.0.1", 0))
    os.environ["MOTO_PORT"] = str(probe.getsockname()[1])
os.environ["AWS_ENDPOINT_URL"] = os.environ["KENPIN_TEST_AWS"] = "http://127.0.0.1:" + os.environ["MOTO_PORT"]

import boto3  # noqa: E402: the address comes first
import moto.awslambda_simple.models as functions  # noqa: E402
from moto.core.config import default_user_config  # noqa: E402
from moto.server import ThreadedMotoServer  # noqa: E402
from moto.stepfunctions.parser.asl.component.state.exec.state_map.item_reader.eval.resource_output_transformer import (
    transformer_json)  # noqa: E402

import correction as bed  # noqa: E402: tests/servers/correction.py comes first in the path of this script

sys.modules.pop("correction")
sys.path.insert(0, os.path.join(os.path.dirname(sys.path[0]), "..", "contrib", "correction"))
import handler  # noqa: E402

DEFINITION, SYSTEMS, MANIFEST, RESULTS = sys.argv[1:5]


class Context:
    """Lambda's; as if its time were over after the given number of looks at the clock."""

    def __init__(self, looks=None):
        self.looks = looks

    def get_remaining_time_in_millis(self):
        if self.looks is None:
            return 900000
        self.looks -= 1
        return 0 if self.looks <= 0 else 900000


def invoke(_backend, _name, _qualifier, body, _headers, response_headers):
    try:
        return json.dumps(handler.handler(json.loads(body), Context())).encode()
    except Exception as error:  # as Lambda tells of one
        response_headers["x-amz-function-error"] = "Unhandled"
        return json.dumps({"errorType": type(error).__name__, "errorMessage": str(error)}).encode()


def definition():
    """The one that ships, as moto can read it."""
    with open(DEFINITION, encoding="utf-8") as f:
        whole = json.load(f)
    actions = whole["States"]["Files"]["ItemProcessor"]["States"]["Actions"]
    actions["ItemReader"]["ReaderConfig"]["InputType"] = "JSON"
    actions["ItemSelector"] = {"Items.$": "States.Array($$.Map.Item.Value)",
                               "BatchInput": actions.pop("ItemBatcher")["BatchInput"]}
    actions["ToleratedFailurePercentage"] = float(actions["ToleratedFailurePercentage"])
    text = json.dumps(whole).replace("${CorrectionFunction}", "correction")
    return text.replace("${ResultBucket}", "results")


def start():
    functions.LambdaSimpleBackend.invoke = invoke
    transformer_json.json = types.SimpleNamespace(loads=lambda text: [json.loads(line) for line in text.splitlines()])
    default_user_config["lambda"] = {"use_docker": False}
    default_user_config["stepfunctions"] = {"execute_state_machine": True}
    server = ThreadedMotoServer("127.0.0.1", int(os.environ["MOTO_PORT"]), verbose=False)
    server.start()
    handler.clock = lambda: 1768446000.0  # 2026-01-15T03:00:00Z
    os.environ["KENPIN_SYSTEMS"] = SYSTEMS
    os.environ["KENPIN_RESULTS"] = "s3://results/kenpin"
    for bucket in ("manifests", "results"):
        boto3.client("s3").create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "ap-northeast-1"})
    trust = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {
        "Service": ["lambda.amazonaws.com", "states.amazonaws.com"]}}]}
    role = boto3.client("iam").create_role(RoleName="test", AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
    boto3.client("lambda").create_function(FunctionName="correction", Runtime="python3.11", Role=role, Handler="handler.handler",
                                           Code={"ZipFile": b"not run from here"})
    return boto3.client("stepfunctions").create_state_machine(
        name="correction", roleArn=role, definition=definition())["stateMachineArn"]


def upload(folder, prefix):
    for path in sorted(glob.glob(folder + "/*")):
        boto3.client("s3").upload_file(path, "manifests", "%s/%s" % (prefix, os.path.basename(path)))


def run(machine, **event):
    """Status and output (or cause) of one execution."""
    client = boto3.client("stepfunctions")
    event = {"manifest": "s3://manifests/good", "approved": None, "dry_run": False, "undo": False, **event}
    execution = client.start_execution(stateMachineArn=machine, name=str(time.time()), input=json.dumps(event))["executionArn"]
    while True:
        told = client.describe_execution(executionArn=execution)
        if told["status"] != "RUNNING":
            return {"status": told["status"], "output": json.loads(told.get("output", "null")), "cause": told.get("cause")}
        time.sleep(0.2)


def results():
    text = b""
    for item in boto3.client("s3").list_objects_v2(Bucket="results", Prefix="kenpin/").get("Contents", ()):
        if "-part-" not in item["Key"] and "dry-run" not in item["Key"]:
            text = boto3.client("s3").get_object(Bucket="results", Key=item["Key"])["Body"].read()
    return text


def counts(text):
    outcomes = [json.loads(line)["outcome"] for line in text.splitlines()]
    return {outcome: outcomes.count(outcome) for outcome in sorted(set(outcomes))}


def main():
    told = {}
    machine = start()
    bed.tables()
    for at in range(60):
        bed.put("warehouse-products", json.dumps({"pk": "product#%d" % at, "stock": -1, "rev": 1}))
    upload(MANIFEST, "good")
    told["dry run"] = run(machine, dry_run=True)["output"]
    told["after the dry run"] = counts(results())
    told["first"] = run(machine)["output"]
    with open(RESULTS, "wb") as f:
        f.write(results())
    told["results"] = counts(results())
    told["second"] = run(machine)["output"]
    told["results of the second"] = counts(results())
    told["whole"] = handler.handler({"manifest": "s3://manifests/good"}, Context())
    told["out of time"] = handler.handler({"manifest": "s3://manifests/good"}, Context(3))
    told["wrong approval"] = run(machine, approved="0" * 64)["status"]
    upload(MANIFEST, "bad")
    boto3.client("s3").put_object(Bucket="manifests", Key="bad/actions-0001.jsonl", Body=b"{}\n")
    told["tampered"] = run(machine, manifest="s3://manifests/bad")["status"]
    boto3.client("s3").delete_object(Bucket="manifests", Key="bad/manifest.json")
    told["not whole"] = run(machine, manifest="s3://manifests/bad")["status"]
    with contextlib.redirect_stdout(sys.stderr):
        bed.items("warehouse-products")
    print(json.dumps(told))
    sys.stdout.flush()
    os._exit(0)  # moto's threads have nothing to say any more


main()
