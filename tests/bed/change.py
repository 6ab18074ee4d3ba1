#!/usr/bin/env python3
"""Changes products on one of two sides, as a system does that tells the other a little later.

usage: change.py URL DIR SIDE [--prefix P] [--keys N] [--new N]

SIDE: fbz-products or zozotown-products. Of the first N products that no answer
names the price and the time of change are set to the same on whichever side is
told; --new makes products that are on no side yet. What is new is searchable
when it ends; what is changed need not be.
"""
import argparse
import json
import os

from load import Server

PRICE = 1234


def untouched(folder, count):
    """Ids that no answer and no decoy is about, in the order of the file."""
    known = set()
    for name in ("answers", "decoys"):
        with open(os.path.join(folder, name + ".ndjson"), encoding="utf-8") as f:
            for line in map(json.loads, f):
                known.update(line.get("ids", [line.get("id")]))
    ids = []
    with open(os.path.join(folder, "zozotown-products.ndjson"), encoding="utf-8") as f:
        for line in f:
            if len(ids) == count:
                break
            ident = json.loads(line).get("index", {}).get("_id")
            if ident and ident not in known:
                ids.append(ident)
    return ids


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("url")
    parser.add_argument("folder")
    parser.add_argument("side")
    parser.add_argument("--prefix", default="")
    parser.add_argument("--keys", type=int, default=0)
    parser.add_argument("--new", type=int, default=0)
    args = parser.parse_args()
    server, index = Server(args.url), args.prefix + args.side
    lines = []
    for ident in untouched(args.folder, args.keys):
        lines += [{"update": {"_id": ident}}, {"doc": {"price": PRICE}}]
    for number in range(args.new):
        lines += [{"index": {"_id": "N%08d" % number}}, {"shop_id": "S001", "sku": "S001-%08d-WH-M" % number, "price": PRICE, "stock": 1}]
    server.bulk(index, "".join(json.dumps(line) + "\n" for line in lines))
    if args.new:
        server.send("POST", "/%s/_refresh" % index)


if __name__ == "__main__":
    main()
