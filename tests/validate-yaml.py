#!/usr/bin/env python3
"""Validates YAML files against a schema of contrib/schema, as an editor does.

usage: validate-yaml.py rules|query|kenpin FILE...

Exit 0: all valid; 1: some is not (each fault is printed); 77: jsonschema or yaml is not installed.
"""
import json
import pathlib
import re
import sys

try:
    import jsonschema
    import yaml
except ImportError:
    print("python3-jsonschema or python3-yaml is not installed: skipped", file=sys.stderr)
    sys.exit(77)

FOLDER = pathlib.Path(__file__).resolve().parent.parent / "contrib" / "schema"


class Core(yaml.SafeLoader):
    """Plain scalars by the core schema of YAML 1.2: yes is a text, and so is a date."""

    yaml_implicit_resolvers = {}


for tag, pattern, first in (
    ("null", r"^(?:~|null|Null|NULL|)$", ["~", "n", "N", ""]),
    ("bool", r"^(?:true|True|TRUE|false|False|FALSE)$", list("tTfF")),
    ("int", r"^[-+]?[0-9]+$", list("-+0123456789")),
    ("float", r"^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$", list("-+.0123456789")),
):
    Core.add_implicit_resolver("tag:yaml.org,2002:" + tag, re.compile(pattern), first)


def main():
    kind, files = sys.argv[1], sys.argv[2:]
    schema = json.loads((FOLDER / f"{kind}.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    faults = 0
    for name in files:
        try:
            data = yaml.load(pathlib.Path(name).read_text(encoding="utf-8"), Loader=Core)
        except yaml.YAMLError as error:  # such as ? in a plain scalar between brackets
            print(f"{name}: PyYAML cannot read it: {error.problem}", file=sys.stderr)
            continue
        for fault in sorted(validator.iter_errors(data), key=lambda f: [str(p) for p in f.absolute_path]):
            faults += 1
            print(f"{name}: {fault.json_path}: {fault.message[:120]}")
    sys.exit(1 if faults else 0)


main()
