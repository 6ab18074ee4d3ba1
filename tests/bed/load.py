#!/usr/bin/env python3
"""Makes the indices of a generated data set on a server and bulk loads them.

usage: load.py URL DIR [--shards N] [--prefix P] [INDEX ...]

Counts are checked after each. P is put before every index name.
"""
import argparse
import http.client
import json
import os
import sys
import time
import urllib.parse

CHUNK = 4 << 20


class Server:
    def __init__(self, url):
        url = urllib.parse.urlsplit(url)
        self.connection = http.client.HTTPConnection(url.hostname, url.port, timeout=600)

    def send(self, method, path, body=None, kind="application/json"):
        self.connection.request(method, path, body, {"Content-Type": kind} if body else {})
        reply = self.connection.getresponse()
        return reply.status, json.loads(reply.read() or "{}")

    def bulk(self, index, body):
        path = "/%s/_bulk?filter_path=errors,items.*.error" % index
        status, reply = self.send("POST", path, body, "application/x-ndjson")
        if status != 200 or reply.get("errors"):
            sys.exit("load.py: %s: %d %s" % (index, status, json.dumps(reply)[:600]))


def bulk_file(server, index, path):
    chunk, size = [], 0
    with open(path, "rb") as data:
        for action in data:
            source = next(data)
            chunk += [action, source]
            size += len(action) + len(source)
            if size >= CHUNK:
                server.bulk(index, b"".join(chunk))
                chunk, size = [], 0
    if chunk:
        server.bulk(index, b"".join(chunk))


def load(server, folder, name, index, mapping, count):
    start = time.monotonic()
    server.send("DELETE", "/" + index)
    status, reply = server.send("PUT", "/" + index, json.dumps(mapping))
    if status != 200:
        sys.exit("load.py: %s: %s" % (index, reply))
    bulk_file(server, index, os.path.join(folder, name + ".ndjson"))
    server.send("POST", "/%s/_refresh" % index)
    found = server.send("GET", "/%s/_count" % index)[1]["count"]
    if found != count:
        sys.exit("load.py: %s: %d documents, not %d" % (index, found, count))
    print("%s %d documents %.1f s" % (index, found, time.monotonic() - start), flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("url")
    parser.add_argument("folder")
    parser.add_argument("indices", nargs="*")
    parser.add_argument("--shards", type=int, default=1)
    parser.add_argument("--prefix", default="")
    args = parser.parse_args()
    server = Server(args.url)
    with open(os.path.join(args.folder, "meta.json"), encoding="utf-8") as f:
        meta = json.load(f)
    for name, mapping in meta["mappings"].items():
        if args.indices and name not in args.indices:
            continue
        mapping["settings"]["number_of_shards"] = args.shards
        load(server, args.folder, name, args.prefix + name, mapping, meta["counts"][name])


if __name__ == "__main__":
    main()
