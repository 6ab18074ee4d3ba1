"""What an action would make of the state that was read. Writes nothing.

An action is judged again each time its state was read anew: preconditions
first, then the document that is to stand there."""
import hashlib
from decimal import MAX_EMAX, MAX_PREC, MIN_EMIN, Context, Decimal

from . import values
from .store import Permanent
from .systems import Unsuited


def pointers(action):
    """What the action says anything of: what `observed` of its result shows."""
    named = [check["path"] for check in action["precondition"] if "path" in check]
    named += list(action["before"]) + list(action["after"]) + [entry["path"] for entry in action.get("patch", ())]
    return list(dict.fromkeys(named))


def observed(action, document):
    seen = {pointer: values.get(document, pointer) for pointer in pointers(action)} if document else {}
    return {pointer: value for pointer, value in seen.items() if value is not values.ABSENT}


def _holds(check, state):
    kind = check["check"]
    if kind == "exists":
        return state.document is not None
    if kind == "seq_no":
        if state.document is not None and state.seq_no is None:
            raise Unsuited("the precondition is about a sequence number, which this system has not")
        return (state.seq_no, state.primary_term) == (check["seq_no"], check["primary_term"])
    if state.document is None:
        return kind == "absent"
    if "path" not in check:
        return False
    value = values.get(state.document, check["path"])
    if kind == "absent":
        return value is values.ABSENT
    if kind == "version":
        whole = isinstance(value, int) and not isinstance(value, bool)
        return whole and (value == check["value"] if check["is"] == "=" else value <= check["value"])
    return (kind == "equals") == (value is not values.ABSENT and values.equal(value, check["value"]))


def refused(action, state):
    """None when every precondition holds, else the outcome."""
    failed = [check for check in action["precondition"] if not _holds(check, state)]
    if not failed:
        return None
    wants_absence = any(check["check"] == "absent" and "path" not in check for check in action["precondition"])
    return "target_missing" if state.document is None and not wants_absence else "precondition_failed"


# ---- what is meant, so that it is known again after a crash ----

WIDE = Context(prec=MAX_PREC, Emin=MIN_EMIN, Emax=MAX_EMAX)


def _plain(value):
    """Numbers in one form each: a store may give 1.0 back as 1."""
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return Decimal(value).normalize(WIDE) if values.is_number(value) else value


def _digest(value):
    return hashlib.sha256(values.dump(_plain(value), sort=True).encode()).hexdigest()


def intent_of(before, after):
    """What a write changes: a digest for each member that is set, null for one that is taken away."""
    if after is None:
        return {"gone": True}
    before = before or {}
    changed = {name: _digest(value) for name, value in after.items()
               if name not in before or not values.equal(before[name], value)}
    return {"members": {**changed, **{name: None for name in before if name not in after}}}


def is_met(intent, document):
    if "members" not in intent or document is None:
        return "gone" in intent and document is None
    return all(name not in document if digest is None else name in document and _digest(document[name]) == digest
               for name, digest in intent["members"].items())


# ---- the document that is to be ----

def _patched(document, patch):
    try:
        return values.patched(document, patch)
    except values.Unfit as error:
        raise Permanent("the patch does not fit: %s" % error) from None


def _truth(source, read):
    state, settings = read(source["system"], source["store"], source["key"])
    if state.document is None:
        raise Permanent("the truth is not there: %s, %s, %s"
                        % (source["system"], source["store"], values.dump(source["key"])))
    if "min_version" in source:
        if not settings.get("version"):
            raise Unsuited("the truth is wanted in version %d, and \"version\" of its store is not set"
                           % source["min_version"])
        if state.version is None or state.version < source["min_version"]:
            raise Permanent("the truth is older than version %d" % source["min_version"])
    return state.document


def _fields(action):
    """The fields that a copy is for: those of its patch, else the one that the finding is about."""
    patch = [entry["path"] for entry in action.get("patch", ()) if entry["op"] != "test"]
    if patch:
        return patch
    about = [path for path in pointers(action) if values.tokens(path)[0] not in action["target"]["key"]]
    return about or [action["source"]["path"]] * ("path" in action["source"])


def _copied(action, document, read):
    """The truth as it is now, not as it was when the scan saw it."""
    source = action["source"]
    if not source["reread"]:
        return _patched(document, action.get("patch", ()))
    truth = _truth(source, read)
    targets = _fields(action)
    if not targets or ("path" in source and len(targets) > 1):
        raise Unsuited("the action does not say which field the value is for")
    patch = []
    for target in targets:
        value = values.get(truth, source.get("path", target))
        if value is values.ABSENT:
            raise Permanent("the truth has no %s" % source.get("path", target))
        patch.append({"op": "add", "path": target, "value": value})
    return _patched(document, patch)


def document_of(action, state, settings, read, functions):
    """The document that the action would leave; None: none. READ(system, store, key) reads another one."""
    op = action["op"]
    if op == "delete":
        return None
    if op == "create":
        return _patched({}, action["patch"])
    if op == "patch":
        return _patched(state.document, action["patch"])
    if op == "copy":
        return _copied(action, state.document, read)
    if op == "reindex":
        if "reindex" not in settings:
            raise Unsuited("\"reindex\" of the store does not say where its documents come from")
        truth = _truth({**settings["reindex"], "key": action["target"]["key"]}, read)
        return {name: value for name, value in truth.items() if name not in settings["reindex"].get("without", ())}
    return functions[action["call"]](state.document, action)
