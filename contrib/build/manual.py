#!/usr/bin/env python3
"""What is made out of contrib/schema: the manual's lists of keys, and the keys that Vim knows.

usage: manual.py keys            writes them into doc/*.5 and contrib/editor/vim
       manual.py keys --check    exit 1 when one is not up to date
       manual.py examples PAGE FOLDER   writes each example of a page into a file: N.KIND.yaml, or N.sh
"""
import json
import pathlib
import re
import sys

TOP = pathlib.Path(__file__).resolve().parent.parent.parent
PAGES = {"kenpin-rules.5": "rules", "kenpin-query.5": "query", "kenpin.yaml.5": "kenpin"}
VIM = "contrib/editor/vim/syntax/kenpin.vim"
BEGIN, END = '.\\" keys: made by contrib/build/manual.py', '.\\" end of keys'


def roff(text):
    text = text.replace("\\", "\\e").replace("-", "\\-").replace("'", "\\(aq").replace('"', "\\(dq")
    return "\\&" + text if text[:1] in (".", "'") else text


def words(prop, schema):
    """The type of a value, in words."""
    parts = []
    if "enum" in prop:
        parts.append("one of " + ", ".join(str(v) for v in prop["enum"]))
    elif "$ref" in prop:
        parts.append("keys of " + prop["$ref"].rsplit("/", 1)[1] + ", below")
    elif prop.get("type") == "array":
        parts.append("a list; each with the keys of " + prop["items"]["$ref"].rsplit("/", 1)[1] + ", below")
    elif "additionalProperties" in prop:
        parts.append("names, each with the keys of " + prop["additionalProperties"]["$ref"].rsplit("/", 1)[1])
    elif "if" in prop and "else" in prop and "$ref" in prop["then"]:
        parts.append("keys of " + prop["then"]["$ref"].rsplit("/", 1)[1] + ", below, or a list of them")
    elif "if" in prop:
        parts.append("a text or a list of texts")
    elif prop.get("type") == "integer":
        parts.append("a whole number")
        if "minimum" in prop and prop["minimum"] != prop["maximum"]:
            parts[0] += f" from {prop['minimum']} to {prop['maximum']}"
    elif prop.get("type") == "boolean":
        parts.append("true or false")
    elif "(ms|s|m|h|d|w)" in prop.get("pattern", ""):
        parts.append("a duration: 30s, 15m, 24h, 7d")
    elif "KiB" in prop.get("pattern", ""):
        parts.append("a size: 512k, 12m")
    elif "env:" in prop.get("pattern", ""):
        parts.append("a secret: env:NAME or file:PATH")
    elif "type" in prop:
        parts.append("a text")
    if "default" in prop and not isinstance(prop["default"], dict):
        parts.append(f"default {json.dumps(prop['default'])}" if not isinstance(prop["default"], str) else f"default {prop['default']}")
    return parts


def keys_of(schema):
    lines = []
    for name, block in schema["$defs"].items():
        lines += [f".SS {roff(name)}", roff(block["description"][:1].upper() + block["description"][1:]) + "."]
        if "allOf" in block:
            kinds = ", ".join(v["if"]["properties"]["kind"]["const"] for v in block["allOf"])
            lines += ["Its keys depend on its", ".BR kind :", roff(kinds) + "."]
        for key, prop in block.get("properties", {}).items():
            if "allOf" in block:
                continue
            facts = words(prop, schema)
            if key in block.get("required", []):
                facts.append("required")
            lines += [".TP", f".B {roff(key)}", roff(prop["description"]) + ("." if not facts else ""), ]
            if facts:
                lines.append(f"({roff('; '.join(facts))}).")
    return lines


def made(page):
    text = (TOP / "doc" / page).read_text(encoding="utf-8")
    schema = json.loads((TOP / "contrib" / "schema" / f"{PAGES[page]}.schema.json").read_text(encoding="utf-8"))
    head, rest = text.split(BEGIN + "\n", 1)
    tail = rest.split(END + "\n", 1)[1]
    return text, head + BEGIN + "\n" + "\n".join(keys_of(schema)) + "\n" + END + "\n" + tail


def vim_made():
    text = (TOP / VIM).read_text(encoding="utf-8")
    schema = json.loads((TOP / "contrib/schema/rules.schema.json").read_text(encoding="utf-8"))
    keys, verdicts = set(), set()
    for block in schema["$defs"].values():
        for key, prop in block.get("properties", {}).items():
            keys.add(key)
            if key in ("severity", "expect", "mode", "op"):
                verdicts.update(prop.get("enum", []))
    made = text
    for name, found in (("kenpinKey", keys), ("kenpinVerdict", verdicts)):
        words = "\\|".join(sorted(found))
        pattern = r"(syntax match " + name + r" .*@<=\\%\()[^)]*?(\\\))"
        made = re.sub(pattern, lambda m: m.group(1) + words + m.group(2), made)
    return text, made


def examples(page, folder):
    """Lines between .EX and .EE, below a comment that names the kind of file."""
    kind, lines, count = None, None, 0
    for line in pathlib.Path(page).read_text(encoding="utf-8").splitlines():
        if line.startswith('.\\" example: '):
            kind = line.split(": ", 1)[1]
        elif line == ".EX" and kind:
            lines = []
        elif line == ".EE" and lines is not None:
            count += 1
            text = "\n".join(lines).replace("\\-", "-").replace("\\(aq", "'").replace("\\&", "").replace("\\e", "\\")
            name = f"{count}.sh" if kind == "sh" else f"{count}.{kind}.yaml"
            (pathlib.Path(folder) / name).write_text(text + "\n", encoding="utf-8")
            kind, lines = None, None
        elif lines is not None:
            lines.append(line)
        elif line == ".EX":
            sys.exit(f"{page}: an example does not say what it is")
    if count == 0:
        sys.exit(f"{page}: no examples")


def main():
    if sys.argv[1:2] == ["examples"]:
        examples(sys.argv[2], sys.argv[3])
        return
    stale = 0
    for path in [f"doc/{page}" for page in PAGES] + [VIM]:
        before, after = vim_made() if path == VIM else made(path.removeprefix("doc/"))
        if before != after and "--check" in sys.argv:
            print(f"{path} is not up to date: run contrib/build/manual.py keys")
            stale = 1
        elif before != after:
            (TOP / path).write_text(after, encoding="utf-8")
    sys.exit(stale)


main()
