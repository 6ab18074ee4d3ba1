"""What this executor has begun and done: a DynamoDB table, keyed by action_id.

A line is written before the target is and closed after it. One that was begun
and not closed is in doubt: the executor looks at the target again, and the
line says what it meant to write."""
import time

import boto3
import botocore.exceptions

from . import values
from .store import Transient

KEEP_DAYS = 90
LEASE_SECONDS = 900  # no Lambda function lives longer


class Ledger:
    def __init__(self, settings, clock=time.time):
        self.table = settings["table"]
        self.keep = int(settings.get("keep_days", KEEP_DAYS)) * 86400
        self.lease = settings.get("lease_seconds", LEASE_SECONDS)
        self.clock = clock
        self.client = boto3.client("dynamodb", region_name=settings.get("region"),
                                   endpoint_url=settings.get("endpoint"))

    def _call(self, name, **parameters):
        try:
            return getattr(self.client, name)(TableName=self.table, **parameters)
        except self.client.exceptions.ConditionalCheckFailedException:
            return None
        except (botocore.exceptions.ClientError, botocore.exceptions.BotoCoreError) as error:
            # without the ledger nothing may be done, and nothing is wrong with the action
            raise Transient("ledger %s: %s" % (self.table, error)) from None

    def find(self, action_id):
        """None, or {"done": bool, "intent": ..., "begun": epoch seconds}."""
        item = self._call("get_item", Key={"action_id": {"S": action_id}}, ConsistentRead=True).get("Item")
        if item is None:
            return None
        return {"done": item["state"]["S"] == "done", "intent": values.load(item["intent"]["S"]),
                "begun": float(item["begun"]["N"])}

    def begin(self, action_id, manifest_id, intent, known):
        """Before the write. KNOWN: what find() or begin() said. What is known now; None when another was faster."""
        now = self.clock()
        item = {"action_id": {"S": action_id}, "manifest_id": {"S": manifest_id}, "state": {"S": "begun"},
                "intent": {"S": values.dump(intent)}, "begun": {"N": repr(now)},
                "expires": {"N": str(int(now) + self.keep)}}
        if known is None:
            condition = {"ConditionExpression": "attribute_not_exists(action_id)"}
        else:
            condition = {"ConditionExpression": "#s = :b AND begun = :t", "ExpressionAttributeNames": {"#s": "state"},
                         "ExpressionAttributeValues": {":b": {"S": "begun"}, ":t": {"N": repr(known["begun"])}}}
        if self._call("put_item", Item=item, **condition) is None:
            return None
        return {"done": False, "intent": intent, "begun": now}

    def close(self, action_id):
        """After the write."""
        self._call("update_item", Key={"action_id": {"S": action_id}}, UpdateExpression="SET #s = :d",
                   ExpressionAttributeNames={"#s": "state"}, ExpressionAttributeValues={":d": {"S": "done"}})
