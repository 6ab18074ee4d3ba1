#!/usr/bin/env python3
"""Writes a rule file as an operator would have it: COUNT rules, each with two regexes and three tests.

usage: authored.py FILE COUNT"""
import sys

RULE = """  - id: rule-{n}
    title: Field number {n} looks as it should
    query: bench
    severity: error
    when: {{field: sellable, equals: true}}
    check:
      - {{field: f{n}, must_match: '^(?:[A-Z]{{2}}-{n}-[0-9]{{1,8}}|item-{n}(?:-[a-z0-9]+)*)$'}}
      - {{field: price, min: {n}, max: {most}}}
      - {{field: name, must_not_match: '(?i)\\b(?:test|dummy|sample{n})\\b', max_chars: 200}}
    allow:
      - {{field: f{n}, match: '^IN-[0-9]{{6}}-{n}$', reason: issued in-house}}
    tests:
      - {{name: wrong, doc: {{sku: a, sellable: true, f{n}: x, price: {most}}}, expect: finding}}
      - {{name: own, doc: {{sku: b, sellable: true, f{n}: IN-123456-{n}, price: {most}}}, expect: allowed}}
      - {{name: right, doc: {{sku: c, sellable: true, f{n}: AB-{n}-99, price: {most}, name: fine}}, expect: clean}}
"""

with open(sys.argv[1], "w", encoding="utf-8") as f:
    f.write("version: 1\nrules:\n")
    for n in range(int(sys.argv[2])):
        f.write(RULE.format(n=n, most=n + 100000))
