#!/usr/bin/env python3
"""Scores findings against the answers of a generated data set.

usage: score.py DIR FINDINGS [--prefix P] [--alias RULE=NAME ...] [--rules A,B,...]

FINDINGS: `kenpin findings list --format ndjson`. Rules are compared by the
answer file's names; --alias says which of them one of the project's rules
stands for. Exits 1 unless recall and precision are 1 and no decoy was taken.
A finding is right when its rule is the planted one, or one of the answer's
"also" rules (then it neither adds to recall nor costs precision).
"""
import argparse
import json
import os
import sys


def read(path):
    with open(path, encoding="utf-8") as f:
        return [json.loads(line) for line in f]


def read_answers(folder):
    planted, allowed = {}, set()
    for answer in read(os.path.join(folder, "answers.ndjson")):
        for ident in answer["ids"]:
            planted.setdefault(answer["rule"], set()).add((answer["index"], ident))
            allowed.update((rule, answer["index"], ident) for rule in answer.get("also", []))
    return planted, allowed


def read_findings(path, prefix, aliases):
    found = {}
    for finding in read(path):
        index = finding["index"]
        if not index.startswith(prefix):
            sys.exit("score.py: a finding of %s" % index)
        rule = aliases.get(finding["rule"], finding["rule"])
        found.setdefault(rule, set()).add((index[len(prefix):], finding["id"]))
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("findings")
    parser.add_argument("--prefix", default="")
    parser.add_argument("--alias", action="append", default=[])
    parser.add_argument("--rules")
    args = parser.parse_args()
    planted, allowed = read_answers(args.folder)
    found = read_findings(args.findings, args.prefix, dict(pair.split("=") for pair in args.alias))
    rules = args.rules.split(",") if args.rules else sorted(planted)
    bad = 0
    print("%-22s %8s %6s %6s %6s" % ("rule", "planted", "found", "missed", "wrong"))
    for rule in rules + sorted(set(found) - set(rules)):
        want, got = planted.get(rule, set()), found.get(rule, set())
        missed = len(want - got) if rule in rules else 0
        wrong = sum((rule,) + key not in allowed for key in got - want)
        bad += missed + wrong
        print("%-22s %8d %6d %6d %6d" % (rule, len(want), len(want & got), missed, wrong))
    for decoy in read(os.path.join(args.folder, "decoys.ndjson")):
        if (decoy["index"], decoy["id"]) in found.get(decoy["near"], set()):
            print("decoy taken: %s" % json.dumps(decoy))
            bad += 1
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
