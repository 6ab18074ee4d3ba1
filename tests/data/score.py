#!/usr/bin/env python3
"""Compares findings with what is planted in the sample.

usage: kenpin findings list --format ndjson | score.py ANSWERS [--decoys DECOYS] [--rules ID,ID]

Prints the rules whose recall or precision is not 1 with a few documents each, then one line for all; exits 1 unless both are 1.
"""
import argparse
import json
import sys


def read(lines, rules):
    rows = (json.loads(line) for line in lines if line.strip())
    return {(row["rule"], row["index"], row["id"]): row.get("why", "") for row in rows if not rules or row["rule"] in rules}


def ratio(part, whole):
    return part / whole if whole else 1.0


def examples(rows):
    return ", ".join("%s/%s" % row[1:] for row in sorted(rows)[:5])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("answers")
    parser.add_argument("--decoys", help="name the decoys that were reported")
    parser.add_argument("--rules", help="look at these alone")
    args = parser.parse_args()
    rules = set(args.rules.split(",")) if args.rules else None
    with open(args.answers, encoding="utf-8") as f:
        planted = set(read(f, rules))
    found = set(read(sys.stdin, rules))
    decoys = {}
    if args.decoys:
        with open(args.decoys, encoding="utf-8") as f:
            decoys = read(f, rules)
    for rule in sorted({row[0] for row in planted | found}):
        want, got = {r for r in planted if r[0] == rule}, {r for r in found if r[0] == rule}
        if want == got:
            continue
        print("%s: recall %.3f, precision %.3f" % (rule, ratio(len(want & got), len(want)), ratio(len(want & got), len(got))))
        if want - got:
            print("  missed: " + examples(want - got))
        if got - want:
            print("  wrong:  " + examples(got - want))
    reported = sorted(set(decoys) & found)
    for row in reported:
        print("decoy reported: %s %s/%s: %s" % (row + (decoys[row],)))
    recall, precision = ratio(len(planted & found), len(planted)), ratio(len(planted & found), len(found))
    print("%d rules, %d planted, %d found, recall %.3f, precision %.3f%s" %
          (len({row[0] for row in planted}), len(planted), len(found), recall, precision,
           ", %d of %d decoys reported" % (len(reported), len(decoys)) if args.decoys else ""))
    return 0 if planted and planted == found and not reported else 1


if __name__ == "__main__":
    sys.exit(main())
