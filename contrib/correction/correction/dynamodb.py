"""Items of DynamoDB. Every write is conditional on each attribute that it
changes or that the judgement rests on being what was read, so nothing newer is
lost; an update never makes an item, since the condition wants it there.
Several changes are one transaction."""
from decimal import Decimal

import boto3
import botocore.exceptions

from . import systems, values
from .store import Changed, Permanent, State, Transient, raise_version, version_of

MAX_GROUP = 100  # of TransactWriteItems
TRANSIENT = {"ProvisionedThroughputExceededException", "ThrottlingException", "RequestLimitExceeded",
             "InternalServerError", "ServiceUnavailable", "TransactionInProgressException",
             "TransactionConflictException", "LimitExceededException"}
REASONS_TRANSIENT = {"TransactionConflict", "ProvisionedThroughputExceeded", "ThrottlingError"}


def to_json(attribute):
    """An attribute as JSON. Sets become sorted lists; bytes have no JSON form and become None beside their pin."""
    (kind, value), = attribute.items()
    if kind == "N":
        return int(value) if value.lstrip("-").isdigit() else Decimal(value)
    if kind == "M":
        return {name: to_json(item) for name, item in value.items()}
    if kind == "L":
        return [to_json(item) for item in value]
    if kind in ("SS", "NS"):
        return sorted(value) if kind == "SS" else sorted(to_json({"N": number}) for number in value)
    return None if kind in ("NULL", "B", "BS") else value


def to_attribute(value):
    if value is None:
        return {"NULL": True}
    if isinstance(value, bool):
        return {"BOOL": value}
    if values.is_number(value):
        return {"N": str(value)}
    if isinstance(value, str):
        return {"S": value}
    if isinstance(value, list):
        return {"L": [to_attribute(item) for item in value]}
    return {"M": {name: to_attribute(item) for name, item in value.items()}}


def _without_loss(name, old):
    """What JSON cannot say must not be written back as something else."""
    kinds = set(old)
    inner = old.get("M", {}).values() if "M" in old else old.get("L", ())
    if kinds & {"B", "BS", "SS", "NS"}:
        raise Permanent("attribute %s is a set or binary, which JSON cannot say: it is not changed here" % name)
    for item in inner:
        _without_loss(name, item)


class DynamoDB:
    def __init__(self, system, settings):
        self.name = system
        self.client = boto3.client("dynamodb", region_name=settings.get("region"),
                                   endpoint_url=settings.get("endpoint"))

    def _call(self, name, **parameters):
        try:
            return getattr(self.client, name)(**parameters)
        except botocore.exceptions.ClientError as error:
            code = error.response["Error"]["Code"]
            reasons = {reason.get("Code") for reason in error.response.get("CancellationReasons", ())}
            if code == "ConditionalCheckFailedException" or "ConditionalCheckFailed" in reasons:
                raise Changed() from None
            kind = Transient if code in TRANSIENT or reasons & REASONS_TRANSIENT else Permanent
            raise kind("system %s: %s" % (self.name, error)) from None
        except botocore.exceptions.ParamValidationError as error:
            raise Permanent("system %s: %s" % (self.name, error)) from None
        except botocore.exceptions.BotoCoreError as error:
            raise Transient("system %s: %s" % (self.name, error)) from None

    def read(self, store, settings, key, _hint):
        template = settings.get("key")
        if template:
            physical = {name: self._key_part(part, key) for name, part in template.items()}
        else:
            physical = {name: to_attribute(value) for name, value in key.items()}
        table = settings.get("table", store)
        item = self._call("get_item", TableName=table, Key=physical, ConsistentRead=True).get("Item")
        tie = {"table": table, "key": physical, "item": item, "settings": settings}
        document = None if item is None else {name: to_json(value) for name, value in item.items()}
        return State(document, tie, version_of(document, settings))

    @staticmethod
    def _key_part(part, key):
        if isinstance(part, dict):
            return {"N": systems.render(part["number"], key)}
        return {"S": systems.render(part, key)}

    # ---- writing ----

    def _request(self, change):
        """One change as (kind, parameters) that are good alone and in a transaction."""
        tie = change.state.tie
        document = raise_version(change.state.document, change.document, tie["settings"])
        change.written_version = version_of(document, tie["settings"])
        if change.state.document is None:
            item = {**{name: to_attribute(value) for name, value in document.items()}, **tie["key"]}
            return "Put", {"TableName": tie["table"], "Item": item,
                           "ConditionExpression": "attribute_not_exists(#p)",
                           "ExpressionAttributeNames": {"#p": next(iter(tie["key"]))}}
        old = change.state.document
        names = set(old) | set(document or ())
        changed = {name for name in names if document is not None and
                   not values.equal([old.get(name)] if name in old else [], [document.get(name)] if name in document else [])}
        if changed & set(tie["key"]):
            raise Permanent("the key of an item cannot be changed")
        condition = _Expression()
        condition.exists(next(iter(tie["key"])))
        for name in sorted((changed | {values.tokens(pointer)[0] for pointer in change.pinned}) - set(tie["key"])):
            condition.holds(name, tie["item"].get(name))
        parameters = {"TableName": tie["table"], "Key": tie["key"]}
        if document is None:
            return "Delete", {**parameters, **condition.parameters()}
        sets, removes = [], []
        for name in sorted(changed):
            if name in tie["item"]:
                _without_loss(name, tie["item"][name])
            if name in document:
                sets.append("%s = %s" % (condition.name(name), condition.value(to_attribute(document[name]))))
            else:
                removes.append(condition.name(name))
        update = " ".join(part for part in (sets and "SET " + ", ".join(sets),
                                            removes and "REMOVE " + ", ".join(removes)) if part)
        if not update:
            raise Permanent("the change changes nothing")
        return "Update", {**parameters, "UpdateExpression": update, **condition.parameters()}

    def write(self, changes):
        if len(changes) > MAX_GROUP:
            raise systems.Unsuited("a group of %d: a transaction takes %d" % (len(changes), MAX_GROUP))
        requests = [self._request(change) for change in changes]
        if len(requests) == 1:
            (kind, parameters), = requests
            self._call({"Put": "put_item", "Update": "update_item", "Delete": "delete_item"}[kind], **parameters)
        else:
            self._call("transact_write_items", TransactItems=[{kind: p} for kind, p in requests])


class _Expression:
    """A condition expression with its names and values."""

    def __init__(self):
        self.parts, self.names, self.values = [], {}, {}

    def name(self, name):
        for placeholder, known in self.names.items():
            if known == name:
                return placeholder
        placeholder = "#n%d" % len(self.names)
        self.names[placeholder] = name
        return placeholder

    def value(self, attribute):
        placeholder = ":v%d" % len(self.values)
        self.values[placeholder] = attribute
        return placeholder

    def exists(self, name):
        self.parts.append("attribute_exists(%s)" % self.name(name))

    def holds(self, name, attribute):
        if attribute is None:
            self.parts.append("attribute_not_exists(%s)" % self.name(name))
        else:
            self.parts.append("%s = %s" % (self.name(name), self.value(attribute)))

    def parameters(self):
        out = {"ConditionExpression": " AND ".join(self.parts), "ExpressionAttributeNames": self.names}
        if self.values:
            out["ExpressionAttributeValues"] = self.values
        return out
