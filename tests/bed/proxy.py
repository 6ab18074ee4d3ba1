#!/usr/bin/env python3
"""A proxy that spoils what passes between kenpin and a real server.

usage: proxy.py TARGET PORTFILE [--log FILE]

It listens on 127.0.0.1 and writes its port into PORTFILE (by rename). A PUT
of JSON to /_proxy says what is done to which answers, and resets the counts:

  {"mode": M, "path": S, "method": S, "skip": N, "count": N, "every": N, "delay": SECONDS}

Requests whose path holds "path" (default "/_search") and whose method is
"method" (default POST) are counted; the first "skip" pass, then "count" (-1:
all) are spoiled, only every "every"th of them. GET /_proxy tells the counts.
Modes are the methods of Spoil. --log: one JSON line a request and its answer.
"""
import http.client
import http.server
import json
import os
import re
import socket
import sys
import threading
import time
import urllib.parse

PASS = {"mode": "none"}
HOP = {"connection", "keep-alive", "transfer-encoding", "content-length"}


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body
        self.cut = None          # bytes of the body that are sent before the connection is closed


def plain(status, text, headers=()):
    body = json.dumps({"error": text, "status": status}).encode()
    return Answer(status, [("Content-Type", "application/json")] + list(headers), body)


class Spoil:
    """What can be done to an answer; each gets a function that asks the server, and the plan."""

    @staticmethod
    def none(ask, plan):
        return ask()

    @staticmethod
    def cut(ask, plan):
        """The connection breaks in the middle of a page."""
        answer = ask()
        answer.cut = len(answer.body) // 2
        return answer

    @staticmethod
    def reset(ask, plan):
        """The connection breaks before anything is said; the server has done its part."""
        ask()
        return None

    @staticmethod
    def delay(ask, plan):
        time.sleep(plan.get("delay", 0.2))
        return ask()

    @staticmethod
    def hold(ask, plan):
        """Nothing is asked until there is another plan."""
        while Proxy.current is plan:
            time.sleep(0.02)
        return ask()

    @staticmethod
    def busy(ask, plan):
        return plain(429, "too many requests", [("Retry-After", "1")])

    @staticmethod
    def unavailable(ask, plan):
        return plain(503, "no master")

    @staticmethod
    def forbidden(ask, plan):
        return plain(403, "forbidden")

    @staticmethod
    def bad_gateway(ask, plan):
        """The server has done its part, and nobody hears of it."""
        ask()
        return plain(502, "bad gateway")

    @staticmethod
    def shards(ask, plan):
        answer = ask()
        answer.body = re.sub(rb'"successful":(\d+),"skipped":(\d+),"failed":0',
                             lambda m: b'"successful":%d,"skipped":%s,"failed":1' % (int(m[1]) - 1, m[2]), answer.body, count=1)
        return answer

    @staticmethod
    def timed_out(ask, plan):
        answer = ask()
        answer.body = answer.body.replace(b'"timed_out":false', b'"timed_out":true', 1)
        return answer

    @staticmethod
    def truncate(ask, plan):
        """A whole answer that holds half a page."""
        answer = ask()
        answer.body = answer.body[:len(answer.body) // 2]
        return answer

    @staticmethod
    def total(ask, plan):
        answer = ask()
        answer.body = re.sub(rb'"total":\{"value":(\d+)', lambda m: b'"total":{"value":%d' % (int(m[1]) + 1), answer.body, count=1)
        return answer

    @staticmethod
    def lose(ask, plan):
        """The last document of the page is not there."""
        answer = ask()
        page = json.loads(answer.body)
        if page.get("hits", {}).get("hits"):
            page["hits"]["hits"].pop()
            answer.body = json.dumps(page, ensure_ascii=False, separators=(",", ":")).encode()
        return answer

    @staticmethod
    def empty(ask, plan):
        """A page that says there is no more, though there is."""
        answer = ask()
        page = json.loads(answer.body)
        if "hits" in page:
            page["hits"]["hits"] = []
            answer.body = json.dumps(page, ensure_ascii=False, separators=(",", ":")).encode()
        return answer

    @staticmethod
    def gone(ask, plan):
        """The server has forgotten the scroll or point in time."""
        body = json.dumps({"error": {"root_cause": [{"type": "search_context_missing_exception", "reason": "No search context found"}],
                                     "type": "search_phase_execution_exception", "reason": "all shards failed"}, "status": 404})
        ask()
        return Answer(404, [("Content-Type", "application/json")], body.encode())


class Proxy(http.server.ThreadingHTTPServer):
    daemon_threads = True
    current = PASS           # the plan

    def __init__(self, target, log):
        super().__init__(("127.0.0.1", 0), Handler)
        self.target, self.log = urllib.parse.urlsplit(target), log
        self.lock = threading.Lock()
        self.seen, self.spoiled = 0, 0

    def handle_error(self, request, client_address):
        """Clients that hang up are what this is about; anything else is a fault of the proxy."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)

    def mode_of(self, method, path):
        with self.lock:
            plan = Proxy.current
            if plan.get("path", "/_search") not in path or method != plan.get("method", "POST"):
                return PASS
            self.seen += 1
            past = self.seen - 1 - plan.get("skip", 0)
            if past < 0 or past % plan.get("every", 1) or 0 <= plan.get("count", -1) <= self.spoiled:
                return PASS
            if plan["mode"] != "none":
                self.spoiled += 1
            return plan

    def note(self, line):
        if self.log:
            with self.lock, open(self.log, "a", encoding="utf-8") as f:
                f.write(json.dumps(line, ensure_ascii=False) + "\n")


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    upstream = None

    def log_message(self, *args):
        pass

    def ask(self, body):
        target = self.server.target
        headers = {k: v for k, v in self.headers.items() if k.lower() not in HOP | {"host", "expect"}}
        for last in (False, True):
            if self.upstream is None:
                self.upstream = http.client.HTTPConnection(target.hostname, target.port, timeout=120)
            try:
                self.upstream.request(self.command, self.path, body, headers)
                reply = self.upstream.getresponse()
                return Answer(reply.status, [(k, v) for k, v in reply.getheaders() if k.lower() not in HOP], reply.read())
            except (http.client.HTTPException, OSError):
                self.upstream.close()
                self.upstream = None
                if last:
                    raise
        return None

    def control(self, body):
        server = self.server
        with server.lock:
            if self.command == "PUT":
                Proxy.current, server.seen, server.spoiled = json.loads(body), 0, 0
            told = {"seen": server.seen, "spoiled": server.spoiled}
        return Answer(200, [("Content-Type", "application/json")], json.dumps(told).encode())

    def hang_up(self):
        self.close_connection = True
        try:
            self.connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass

    def reply(self, answer):
        self.send_response_only(answer.status)
        for key, value in answer.headers:
            self.send_header(key, value)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body if answer.cut is None else answer.body[:answer.cut])
        if answer.cut is not None:
            self.wfile.flush()
            self.hang_up()

    def handle_one(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)) or None
        if self.path == "/_proxy":
            self.reply(self.control(body))
            return
        plan = self.server.mode_of(self.command, self.path)
        answer = getattr(Spoil, plan["mode"])(lambda: self.ask(body), plan)
        self.server.note({"method": self.command, "path": self.path, "mode": plan["mode"],
                          "status": answer.status if answer else 0, "body": (body or b"").decode("utf-8", "replace"),
                          "answer": (answer.body if answer else b"").decode("utf-8", "replace")[:2000]})
        try:
            if answer is None:
                self.hang_up()
            else:
                self.reply(answer)
        except OSError:
            self.close_connection = True

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = handle_one


def main():
    args = sys.argv[1:]
    log = args[args.index("--log") + 1] if "--log" in args else None
    proxy = Proxy(args[0], log)
    with open(args[1] + ".tmp", "w", encoding="utf-8") as f:
        f.write("%d\n" % proxy.server_address[1])
    os.rename(args[1] + ".tmp", args[1])
    proxy.serve_forever()


if __name__ == "__main__":
    main()
