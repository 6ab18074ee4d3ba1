#!/usr/bin/env python3
"""Validates what kenpin wrote against the schemas that it ships.

usage: schema.py SCHEMA FILE...

A .json file is one instance, any other file one a line. Prints what does not
fit, and how many instances were seen; exits 1 when one does not fit or none
was there.
"""
import glob
import json
import os
import sys

import jsonschema


def read(path):
    with open(path, encoding="utf-8") as f:
        return json.load(f)


def rebase(node, own, names):
    """References within one document, so that no version of jsonschema has to know of others."""
    if isinstance(node, list):
        return [rebase(item, own, names) for item in node]
    if not isinstance(node, dict):
        return node
    out = {key: rebase(value, own, names) for key, value in node.items() if key != "$id"}
    if isinstance(out.get("$ref"), str):
        base, _, pointer = out["$ref"].partition("#")
        out["$ref"] = "#/$defs/%s%s" % (names[base] if base else own, pointer)
    return out


def validator_of(path):
    """The shipped schemas refer to one another by their $id."""
    schemas = {os.path.basename(p): read(p) for p in glob.glob(os.path.join(os.path.dirname(path), "*.schema.json"))}
    names = {schema["$id"]: name for name, schema in schemas.items() if "$id" in schema}
    for schema in schemas.values():
        jsonschema.Draft202012Validator.check_schema(schema)
    bundle = {"$defs": {name: rebase(schema, name, names) for name, schema in schemas.items()},
              "$ref": "#/$defs/" + os.path.basename(path)}
    return jsonschema.Draft202012Validator(bundle, format_checker=jsonschema.FormatChecker())


def instances(path):
    with open(path, encoding="utf-8") as f:
        if path.endswith(".json"):
            yield path, json.load(f)
            return
        for number, line in enumerate(f, 1):
            yield "%s:%d" % (path, number), json.loads(line)


def main():
    validator = validator_of(sys.argv[1])
    seen = bad = 0
    for path in sys.argv[2:]:
        for where, instance in instances(path):
            seen += 1
            for error in validator.iter_errors(instance):
                bad += 1
                print("%s: %s: %s" % (where, error.json_path, error.message[:300]))
    print("%d instances of %s, %d faults" % (seen, os.path.basename(sys.argv[1]), bad))
    sys.exit(1 if bad or not seen else 0)


if __name__ == "__main__":
    main()
