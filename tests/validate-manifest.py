#!/usr/bin/env python3
"""Validates what kenpin writes against contrib/schema.

usage: validate-manifest.py MANIFEST_FOLDER...
       validate-manifest.py --lines finding|message|action|undo|result FILE...

Exit 0: all valid; 1: some is not (each fault is printed); 77: jsonschema is not installed.
"""
import json
import pathlib
import sys

try:
    import jsonschema
except ImportError:
    print("python3-jsonschema is not installed: skipped", file=sys.stderr)
    sys.exit(77)

FOLDER = pathlib.Path(__file__).resolve().parent.parent / "contrib" / "schema"
FORMATS = {"manifest", "action", "undo", "result", "finding", "message"}


def moved(node, kind):
    """NODE of the schema KIND with its references as they are in one document of all schemas."""
    if isinstance(node, list):
        return [moved(item, kind) for item in node]
    if not isinstance(node, dict):
        return node
    node = {key: moved(value, kind) for key, value in node.items() if key not in ("$id", "$schema")}
    if "$ref" in node:
        urn, _, place = node["$ref"].partition("#")
        node["$ref"] = f"#/$defs/{urn.split(':')[3] if urn else kind}{place}"
    return node


def validators():
    """By kind. One document serves all, since older versions of jsonschema cannot follow a URN."""
    schemas = {name: json.loads((FOLDER / f"{name}.schema.json").read_text(encoding="utf-8")) for name in FORMATS}
    for schema in schemas.values():
        jsonschema.Draft202012Validator.check_schema(schema)
    every = {name: moved(schema, name) for name, schema in schemas.items()}
    return {name: jsonschema.Draft202012Validator({"$ref": f"#/$defs/{name}", "$defs": every}) for name in FORMATS}


class Faults:
    def __init__(self, known):
        self.known = known
        self.count = 0
        self.values = 0

    def check(self, kind, where, text):
        self.values += 1
        for fault in self.known[kind].iter_errors(json.loads(text)):
            self.count += 1
            print(f"{where}: {'.'.join(map(str, fault.absolute_path))}: {fault.message[:300]}")

    def check_lines(self, kind, path):
        with open(path, encoding="utf-8", newline="\n") as lines:
            for number, line in enumerate(lines, 1):
                self.check(kind, f"{path}:{number}", line)

    def check_manifest(self, folder):
        text = (folder / "manifest.json").read_text(encoding="utf-8")
        self.check("manifest", folder / "manifest.json", text)
        for file in json.loads(text)["files"]:
            self.check_lines("action" if file["role"] == "actions" else "undo", folder / file["name"])


def main(arguments):
    faults = Faults(validators())
    if len(arguments) > 2 and arguments[0] == "--lines" and arguments[1] in FORMATS:
        for path in arguments[2:]:
            faults.check_lines(arguments[1], path)
    elif arguments and not arguments[0].startswith("-"):
        for folder in arguments:
            faults.check_manifest(pathlib.Path(folder))
    else:
        print(__doc__, file=sys.stderr)
        return 2
    print(f"{faults.values} values checked, {faults.count} faults")
    return 1 if faults.count else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
