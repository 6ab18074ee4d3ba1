#!/usr/bin/env python3
"""Loads the bench's documents into index `bench` of a node: load.py URL FILE"""
import http.client
import json
import sys
import urllib.parse


def main():
    url = urllib.parse.urlsplit(sys.argv[1])
    server = http.client.HTTPConnection(url.hostname, url.port, timeout=600)

    def send(method, path, body=None, kind="application/json"):
        server.request(method, path, body, {"Content-Type": kind} if body else {})
        reply = server.getresponse()
        data = reply.read()
        if reply.status >= 300 and method != "DELETE":
            sys.exit("load.py: %s: %s %r" % (path, reply.status, data[:300]))
        return json.loads(data or b"{}")

    send("DELETE", "/bench")
    send("PUT", "/bench", json.dumps({"settings": {"number_of_shards": 1, "number_of_replicas": 0, "refresh_interval": "-1"},
                                      "mappings": {"dynamic": False}}))
    chunk = []
    with open(sys.argv[2], encoding="utf-8") as f:
        for line in f:
            hit = json.loads(line)
            chunk.append('{"index":{"_id":"%s"}}\n%s\n' % (hit["_id"], json.dumps(hit["_source"], ensure_ascii=False, separators=(",", ":"))))
            if len(chunk) == 5000:
                send("POST", "/bench/_bulk?filter_path=errors", "".join(chunk).encode(), "application/x-ndjson")
                chunk = []
    if chunk:
        send("POST", "/bench/_bulk?filter_path=errors", "".join(chunk).encode(), "application/x-ndjson")
    send("POST", "/bench/_forcemerge?max_num_segments=2")
    send("POST", "/bench/_refresh")
    print("loaded", send("GET", "/bench/_count")["count"], "documents")


if __name__ == "__main__":
    main()
