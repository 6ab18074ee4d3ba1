"""Checks values against the JSON Schemas that kenpin ships.

So the two ends agree on one closed format, written down once. It understands
the keywords that those schemas use and refuses any other: a check that skips
what it does not know would let through what the other end means to forbid."""
import os
import re

from . import values

NOTES = {"$schema", "$id", "$defs", "title", "description"}
TYPES = {
    "object": lambda v: isinstance(v, dict),
    "array": lambda v: isinstance(v, list),
    "string": lambda v: isinstance(v, str),
    "boolean": lambda v: isinstance(v, bool),
    "null": lambda v: v is None,
    "integer": lambda v: values.is_number(v) and v == int(v),
    "number": values.is_number,
}


class Schemas:
    """The schemas of one folder; they refer to one another by their $id."""

    def __init__(self, folder):
        self.by_id = {}
        self.by_name = {}
        for name in sorted(os.listdir(folder)):
            if name.endswith(".schema.json"):
                with open(os.path.join(folder, name), "rb") as f:
                    schema = values.load(f.read())
                self.by_name[name[:-len(".schema.json")]] = schema
                self.by_id[schema.get("$id", name)] = schema

    def fault(self, name, value):
        """The first thing in VALUE that schema NAME does not allow, or None."""
        root = self.by_name[name]
        return self._check(root, value, root, "")

    def _refer(self, ref, root):
        base, _, pointer = ref.partition("#")
        root = self.by_id[base] if base else root
        return (values.get(root, pointer) if pointer else root), root

    def _check(self, schema, value, root, path):
        if schema is True:
            return None
        if schema is False:
            return "%s: is not allowed here" % path
        for keyword, wanted in schema.items():
            if keyword in NOTES or keyword in ("then", "else"):
                continue
            check = getattr(self, "_" + keyword.strip("$"), None)
            if check is None:
                raise values.Malformed("the schema says %s, which is not understood here" % keyword)
            fault = check(wanted, value, root, path, schema)
            if fault:
                return fault
        return None

    def _fits(self, schema, value, root):
        return self._check(schema, value, root, "") is None

    def _ref(self, wanted, value, root, path, _):
        schema, root = self._refer(wanted, root)
        return self._check(schema, value, root, path)

    def _type(self, wanted, value, _root, path, _):
        names = wanted if isinstance(wanted, list) else [wanted]
        return None if any(TYPES[name](value) for name in names) else "%s: wants %s" % (path, " or ".join(names))

    def _const(self, wanted, value, _root, path, _):
        return None if values.equal(wanted, value) else "%s: wants %s" % (path, values.dump(wanted))

    def _enum(self, wanted, value, _root, path, _):
        known = any(values.equal(one, value) for one in wanted)
        return None if known else "%s: wants one of %s" % (path, values.dump(wanted))

    def _pattern(self, wanted, value, _root, path, _):
        # in Python "$" also matches before a last line feed
        fits = not isinstance(value, str) or re.search(re.sub(r"\$$", r"\\Z", wanted), value)
        return None if fits else "%s: does not match %s" % (path, wanted)

    def _minLength(self, wanted, value, _root, path, _):
        return "%s: is too short" % path if isinstance(value, str) and len(value) < wanted else None

    def _minimum(self, wanted, value, _root, path, _):
        return "%s: is below %s" % (path, wanted) if values.is_number(value) and value < wanted else None

    def _maximum(self, wanted, value, _root, path, _):
        return "%s: is above %s" % (path, wanted) if values.is_number(value) and value > wanted else None

    def _minItems(self, wanted, value, _root, path, _):
        return "%s: has too few entries" % path if isinstance(value, list) and len(value) < wanted else None

    def _required(self, wanted, value, _root, path, _):
        missing = [key for key in wanted if isinstance(value, dict) and key not in value]
        return "%s: the key %s is missing" % (path, missing[0]) if missing else None

    def _properties(self, wanted, value, root, path, _):
        for key, schema in wanted.items():
            fault = isinstance(value, dict) and key in value and self._check(
                schema, value[key], root, "%s/%s" % (path, key))
            if fault:
                return fault
        return None

    def _additionalProperties(self, wanted, value, root, path, schema):
        for key in value if isinstance(value, dict) else ():
            if key in schema.get("properties", {}):
                continue
            fault = self._check(wanted, value[key], root, "%s/%s" % (path, key))
            if fault:
                return fault
        return None

    def _items(self, wanted, value, root, path, _):
        for at, item in enumerate(value if isinstance(value, list) else ()):
            fault = self._check(wanted, item, root, "%s/%d" % (path, at))
            if fault:
                return fault
        return None

    def _contains(self, wanted, value, root, path, _):
        fits = not isinstance(value, list) or any(self._fits(wanted, item, root) for item in value)
        return None if fits else "%s: holds nothing of the kind that is needed" % path

    def _allOf(self, wanted, value, root, path, _):
        return next(filter(None, (self._check(schema, value, root, path) for schema in wanted)), None)

    def _anyOf(self, wanted, value, root, path, _):
        return None if any(self._fits(s, value, root) for s in wanted) else "%s: is of no form that is allowed" % path

    def _oneOf(self, wanted, value, root, path, _):
        fitting = sum(self._fits(schema, value, root) for schema in wanted)
        return None if fitting == 1 else "%s: is of no form that is allowed" % path

    def _not(self, wanted, value, root, path, _):
        return "%s: is not allowed here" % path if self._fits(wanted, value, root) else None

    def _if(self, wanted, value, root, path, schema):
        branch = "then" if self._fits(wanted, value, root) else "else"
        return self._check(schema.get(branch, True), value, root, path)
