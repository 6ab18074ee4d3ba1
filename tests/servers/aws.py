"""What aws.sh asks of AWS, by its own client: aws.py make | told

make   queues, a topic, a bus' rule and a sender; prints shell variables, then has every signature checked
told   prints a line for each message that came, sorted, and the metrics
"""
import json
import os
import sys
import urllib.request

import boto3

URL = os.environ["AWS"]
PLACE = "arn:aws:sqs:ap-northeast-1:123456789012:"


def client(service):
    return boto3.client(service, endpoint_url=URL)


def make():
    os.environ.update(AWS_ACCESS_KEY_ID="first", AWS_SECRET_ACCESS_KEY="first")
    iam = client("iam")
    iam.create_user(UserName="kenpin")
    allowed = ["sqs:*", "sns:Publish", "ses:SendEmail", "events:PutEvents", "cloudwatch:*", "monitoring:*"]  # the last: as moto names it
    iam.put_user_policy(UserName="kenpin", PolicyName="tells", PolicyDocument=json.dumps(
        {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": allowed, "Resource": "*"}]}))
    key = iam.create_access_key(UserName="kenpin")["AccessKey"]
    sqs, sns, events = client("sqs"), client("sns"), client("events")
    for name in ("plain", "from-sns", "from-events"):
        queue = sqs.create_queue(QueueName=name)["QueueUrl"]
    fifo = sqs.create_queue(QueueName="ordered.fifo", Attributes={"FifoQueue": "true"})["QueueUrl"]
    topic = sns.create_topic(Name="shop-data")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=PLACE + "from-sns")
    events.put_rule(Name="kenpin", EventPattern=json.dumps({"source": ["kenpin"]}))
    events.put_targets(Rule="kenpin", Targets=[{"Id": "1", "Arn": PLACE + "from-events"}])
    client("sesv2").create_email_identity(EmailIdentity="kenpin@example.com")
    print("QUEUE=%s FIFO=%s TOPIC=%s" % (queue.replace("from-events", "plain"), fifo, topic))
    print("export AWS_ACCESS_KEY_ID=%s AWS_SECRET_ACCESS_KEY=%s" % (key["AccessKeyId"], key["SecretAccessKey"]))
    urllib.request.urlopen(urllib.request.Request(
        URL + "/moto-api/reset-auth", data=b"0", headers={"Content-Type": "text/plain"}, method="POST")).read()


def messages(sqs, name):
    queue = sqs.get_queue_url(QueueName=name)["QueueUrl"]
    while True:
        got = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10, AttributeNames=["All"],
                                  MessageAttributeNames=["All"]).get("Messages", [])
        if not got:
            return
        for message in got:
            sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
            yield message


def told():
    sqs, lines = client("sqs"), []
    for name in ("plain", "ordered.fifo"):
        for message in messages(sqs, name):
            body, attributes = json.loads(message["Body"]), message["MessageAttributes"]
            assert attributes["dedup_key"]["StringValue"] == body["dedup_key"]
            lines.append((name, body["event"], attributes["severity"]["StringValue"], body["group"], body["total"]))
    for message in messages(sqs, "from-sns"):
        body = json.loads(message["Body"])
        lines.append(("sns", body["MessageAttributes"]["event"]["Value"], body["Subject"], body["Message"].splitlines()[2]))
    for message in messages(sqs, "from-events"):
        event = json.loads(message["Body"])
        lines.append(("eventbridge", event["detail-type"], event["detail"]["group"], event["detail"]["total"]))
    with urllib.request.urlopen(URL + "/moto-api/data.json") as f:
        for letter in json.load(f)["ses"]["Message"]:
            lines.append(("ses", letter["source"], letter["destinations"]["ToAddresses"][0], letter["subject"]))
    for metric in client("cloudwatch").list_metrics(Namespace="shop")["Metrics"]:
        lines.append(("cloudwatch", metric["MetricName"], " ".join("%(Name)s=%(Value)s" % d for d in metric["Dimensions"])))
    for line in sorted(lines, key=str):
        print(*line, sep=" | ")


{"make": make, "told": told}[sys.argv[1]]()
