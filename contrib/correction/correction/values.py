"""JSON values kept exact: numbers are never rounded, keys never doubled.

Knows JSON, JSON pointers (RFC 6901) and JSON Patch (RFC 6902); not what they
are about."""
import json
from decimal import Decimal


class Malformed(ValueError):
    """Not JSON as both ends understand it."""


class Unfit(ValueError):
    """A patch does not fit the document."""


ABSENT = object()


def _unique(pairs):
    members = dict(pairs)
    if len(members) != len(pairs):
        raise Malformed("a key stands twice in one object")
    return members


def _constant(name):
    raise Malformed("%s is no JSON number" % name)


def load(text):
    """TEXT (str or UTF-8 bytes) as values; numbers with a point or an exponent become Decimal."""
    try:
        if isinstance(text, bytes):
            text = text.decode("utf-8")
        return json.loads(text, parse_float=Decimal, parse_constant=_constant, object_pairs_hook=_unique)
    except (ValueError, RecursionError) as error:
        raise Malformed(str(error)) from None


def dump(value, sort=False):
    """VALUE as compact JSON. The json module would round a Decimal, so objects and lists are walked here."""
    if isinstance(value, dict):
        members = sorted(value.items()) if sort else value.items()
        return "{%s}" % ",".join("%s:%s" % (dump(key), dump(item, sort)) for key, item in members)
    if isinstance(value, (list, tuple)):
        return "[%s]" % ",".join(dump(item, sort) for item in value)
    if isinstance(value, Decimal):
        return str(value)
    return json.dumps(value, ensure_ascii=False)


def is_number(value):
    return isinstance(value, (int, Decimal)) and not isinstance(value, bool)


def equal(one, other):
    """Equal as JSON: 1 and 1.0 are one number, 1 and true are not one value."""
    if is_number(one) and is_number(other):
        return one == other
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(equal(value, other[key]) for key, value in one.items())
    if isinstance(one, list):
        return len(one) == len(other) and all(map(equal, one, other))
    return one == other


def tokens(pointer):
    if not pointer.startswith("/"):
        raise Unfit("%s is no JSON pointer" % pointer)
    return [token.replace("~1", "/").replace("~0", "~") for token in pointer[1:].split("/")]


def _index(token, length):
    if token.isascii() and token.isdigit() and (token == "0" or token[0] != "0") and int(token) < length:
        return int(token)
    return None


def _step(value, token):
    if isinstance(value, dict):
        return value.get(token, ABSENT)
    if isinstance(value, list):
        at = _index(token, len(value))
        return ABSENT if at is None else value[at]
    return ABSENT


def get(document, pointer):
    """What stands at POINTER, or ABSENT."""
    for token in tokens(pointer):
        document = _step(document, token)
        if document is ABSENT:
            break
    return document


def _copy(value):
    if isinstance(value, dict):
        return {key: _copy(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_copy(item) for item in value]
    return value


def _apply_to_list(parent, token, op, value):
    if op == "add":
        at = len(parent) if token == "-" else _index(token, len(parent) + 1)
        if at is None:
            raise Unfit("there is no place %s in the list" % token)
        parent.insert(at, value)
        return
    at = _index(token, len(parent))
    if at is None:
        raise Unfit("there is nothing at %s in the list" % token)
    if op == "remove":
        del parent[at]
    else:
        parent[at] = value


def _apply_to_map(parent, token, op, value):
    if op != "add" and token not in parent:
        raise Unfit("there is no %s" % token)
    if op == "remove":
        del parent[token]
    else:
        parent[token] = value


def _apply(document, entry):
    path = tokens(entry["path"])
    parent = document
    for token in path[:-1]:
        parent = _step(parent, token)
    if entry["op"] == "test":
        if not equal(_step(parent, path[-1]), entry["value"]):
            raise Unfit("%s holds another value" % entry["path"])
    elif isinstance(parent, dict):
        _apply_to_map(parent, path[-1], entry["op"], entry.get("value"))
    elif isinstance(parent, list):
        _apply_to_list(parent, path[-1], entry["op"], entry.get("value"))
    else:
        raise Unfit("there is nothing that holds %s" % entry["path"])


def patched(document, patch):
    """A copy of DOCUMENT with the JSON Patch applied; the document stays as it is."""
    document = _copy(document)
    for entry in patch:
        _apply(document, entry)
    return document
