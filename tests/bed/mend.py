#!/usr/bin/env python3
"""Mends planted anomalies on a server, or breaks them again.

usage: mend.py URL DIR [--prefix P] [--which half|first] [--break]

--which half: every second anomaly of the rules that look at one document;
first: the very first of them. Prints INDEX ID of each document that was
changed, one a line; the indices are refreshed.
"""
import argparse
import json
import os

from generate import NOW, iso, jan13
from load import Server

FRESH = iso(NOW - 3600)


def good_value(answer):
    """A value of the field that no rule reports."""
    rule, field = answer["rule"], answer["field"]
    if rule in ("sku-format", "trailing-space"):
        return field, answer["zozotown"]
    if rule == "status-stuck":
        return "updated_at", FRESH
    return field, {"jan": jan13(int(answer["ids"][0][1:])), "stock": 0, "name": "直された商品", "price": 1990,
                   "updated_at": FRESH, "postal_code": "150-0001", "tracking_no": "1234-5678-9012"}[field]


def bad_value(answer):
    if answer["rule"] == "status-stuck":
        return "updated_at", answer["updated_at"]
    return answer["field"], answer["value"]


RULES = ("sku-format", "trailing-space", "jan-checkdigit", "fullwidth-digits", "mojibake", "negative-stock",
         "missing-field", "tracking-format", "status-stuck")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("url")
    parser.add_argument("folder")
    parser.add_argument("--prefix", default="")
    parser.add_argument("--which", choices=["half", "first"], default="half")
    parser.add_argument("--break", dest="breaks", action="store_true")
    args = parser.parse_args()
    server = Server(args.url)
    with open(os.path.join(args.folder, "answers.ndjson"), encoding="utf-8") as f:
        answers = [a for a in map(json.loads, f) if a["rule"] in RULES]
    by_index = {}
    for answer in answers[:1] if args.which == "first" else answers[::2]:
        field, value = bad_value(answer) if args.breaks else good_value(answer)
        index = args.prefix + answer["index"]
        by_index.setdefault(index, []).append((answer["ids"][0], {field: value}))
    for index, changes in sorted(by_index.items()):
        lines = []
        for ident, change in changes:
            lines += [json.dumps({"update": {"_id": ident}}), json.dumps({"doc": change})]
            print(index, ident)
        server.bulk(index, ("\n".join(lines) + "\n").encode())
        server.send("POST", "/%s/_refresh" % index)


if __name__ == "__main__":
    main()
