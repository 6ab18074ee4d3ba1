#!/usr/bin/env python3
"""Many runs over data that changes, with faults of every kind, and what must be true after them.

usage: campaign.py KENPIN FOLDER RUNS SHIM [--seed N]

SHIM is failio.so, made of failio.c. Each run has one fault or none: a receiver that is slow, refuses, resets or
answers late (each request by itself), a source that breaks off, kill -9, a disk that is full or fails. After each:
the store is sound; a run whose source was whole and that ended by itself knows exactly what is wrong in the data;
nothing ended that is still wrong, and nothing at all when the source was not whole. At the end, without faults: what
is open was told, under one key an episode; a key says one thing; after its end nothing more is said under it.
"""
import argparse
import collections
import datetime
import http.server
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time

SHOPS, PRODUCTS, ORDERS = 8, 5, 4           # of each shop; a message names ten findings
RECEIVER_TIMEOUT = 0.4
KEPT = datetime.timedelta(days=20)          # as in the project
PROJECT = """version: 1
sources:
  products: {kind: ndjson, path: products.ndjson}
  orders: {kind: ndjson, path: orders.ndjson}
state: {path: state/kenpin.db, keep: {runs: 20d, resolved: 20d, events: 20d, messages: 20d}}
receivers:
  hook: {kind: webhook, url: 'http://127.0.0.1:PORT/', timeout: 400ms}
routes:
  - {receivers: [hook], group_by: [rule, shop]}
"""
QUERIES = {"products": "source: products\nkey: [shop, sku]\nshop: shop\nmin_documents: 1\n",
           "orders": "source: orders\nkey: [shop, sku]\nshop: shop\ntime: {field: at, overlap: 2h, lateness: 0s}\n"}
RULES = """version: 1
rules:
  - {id: product-code, title: code, query: products, severity: error, check: [{field: code, must_match: '^[0-9]+$'}]}
  - {id: order-code, title: code, query: orders, severity: critical, check: [{field: code, must_match: '^[0-9]+$'}]}
"""
ANSWERS = ["ok", "ok", "refuse", "busy", "error", "reset", "unheard", "late", "slow", "garbage"]


class Fault(Exception):
    pass


class Receiver(http.server.ThreadingHTTPServer):
    """Writes down what it hears and what it answered; how it answers is drawn for each request."""
    daemon_threads = True

    def __init__(self, rng):
        super().__init__(("127.0.0.1", 0), Listener)
        self.rng, self.calm, self.heard, self.lock = rng, True, [], threading.Lock()

    def handle_error(self, request, client_address):
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


class Listener(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        pass

    def answer(self, status, body=b"ok", headers=()):
        self.send_response_only(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self):
        message = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        with self.server.lock:
            how = "ok" if self.server.calm else self.server.rng.choice(ANSWERS)
            if how != "unheard":
                self.server.heard.append((message, how in ("ok", "slow")))
        getattr(self, how)()

    def ok(self):
        self.answer(200)

    def refuse(self):
        self.answer(400, b"no")

    def busy(self):
        self.answer(429, b"later", [("Retry-After", "1800")])

    def error(self):
        self.answer(503, b"down")

    def hang_up(self):
        self.close_connection = True
        self.connection.close()

    reset = unheard = hang_up

    def late(self):
        time.sleep(RECEIVER_TIMEOUT * 2)
        self.hang_up()

    def slow(self):
        self.send_response_only(200)
        self.send_header("Content-Length", "6")
        self.end_headers()
        for _ in range(6):
            self.wfile.write(b".")
            self.wfile.flush()
            time.sleep(0.01)

    def garbage(self):
        self.connection.sendall(b"SMTP hello\r\n\r\n")
        self.hang_up()


class World:
    """The data, and which of it is wrong."""

    def __init__(self, folder, rng):
        self.folder, self.rng = folder, rng
        self.now = datetime.datetime(2026, 1, 1, tzinfo=datetime.timezone.utc)
        self.things = {(kind, "s%d" % shop, "%s%d" % (kind[0], i)): (True, "1")
                       for kind, count in (("products", PRODUCTS), ("orders", ORDERS)) for shop in range(SHOPS) for i in range(count)}
        self.stamps = {key: self.text() for key in self.things}

    def text(self):
        return self.now.strftime("%Y-%m-%dT%H:%M:%SZ")

    def change(self):
        self.now += datetime.timedelta(minutes=self.rng.choice([5, 60, 60, 300]))
        if self.rng.random() < 0.02:
            self.now -= datetime.timedelta(hours=1)
        for key in self.rng.sample(sorted(self.things), self.rng.choice([0, 1, 3, 20])):
            there, code = self.things[key]
            if key[0] == "products" and self.rng.random() < 0.2:
                there = not there
            self.things[key] = (there, self.rng.choice(["1", "1", "22", "bad", "worse"]))
            self.stamps[key] = self.text()

    def wrong(self):
        return {key for key, (there, code) in self.things.items() if there and not code.isdigit()}

    def ahead(self):
        """What a clock that was set back since had stamped: a window comes to it later."""
        return {key for key, stamp in self.stamps.items() if key[0] == "orders" and stamp > self.text()}

    def write(self, broken=None):
        for kind in QUERIES:
            path = os.path.join(self.folder, kind + ".ndjson")
            lines = [json.dumps({"_id": "-".join(key), "shop": key[1], "sku": key[2], "code": code, "at": self.stamps[key]})
                     for key, (there, code) in self.things.items() if there and key[0] == kind]
            text = "\n".join(lines) + "\n"
            if broken == "cut":
                text = text[:self.rng.randrange(1, len(text) // 2)].rstrip("\n}") or "{"
            if broken == "line":
                lines.insert(self.rng.randrange(len(lines)), '{"_id": ')
                text = "\n".join(lines) + "\n"
            with open(path, "w", encoding="utf-8") as f:
                f.write(text)
            if broken == "gone":
                os.unlink(path)


class Campaign:
    def __init__(self, args):
        self.args, self.rng = args, random.Random(args.seed)
        shutil.rmtree(args.folder, ignore_errors=True)
        for name in ("queries", "rules"):
            os.makedirs(os.path.join(args.folder, name))
        self.receiver = Receiver(random.Random(args.seed + 1))
        threading.Thread(target=self.receiver.serve_forever, daemon=True).start()
        self.put("kenpin.yaml", PROJECT.replace("PORT", str(self.receiver.server_address[1])))
        self.put("rules/all.yaml", RULES)
        for name, text in QUERIES.items():
            self.put("queries/%s.yaml" % name, text)
        self.database = os.path.join(args.folder, "state", "kenpin.db")
        self.world = World(args.folder, self.rng)
        self.ends = collections.Counter()
        self.episodes, self.length = {}, 0.2

    def put(self, name, text):
        with open(os.path.join(self.args.folder, name), "w", encoding="utf-8") as f:
            f.write(text)

    def kenpin(self, *words, env=None, kill=None):
        command = [self.args.kenpin, "-C", self.args.folder, "-q", "--now", self.world.text(), *words]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, **(env or {})})
        if kill is not None:
            time.sleep(kill)
            process.send_signal(signal.SIGKILL)
        out, err = process.communicate()
        return process.returncode, out, err

    def ask(self, text):
        with sqlite3.connect(self.database) as db:
            return db.execute(text).fetchall()

    # ---- one run ----

    def disk(self):
        call, error = self.rng.choice([("write", "ENOSPC"), ("write", "EIO"), ("sync", "EIO"), ("truncate", "EIO"), ("open", "EROFS")])
        return {"LD_PRELOAD": os.path.abspath(self.args.shim), "ASAN_OPTIONS": "verify_asan_link_order=0:detect_leaks=0",
                "FAILIO": "%s:%s:kenpin.db:%d:%d" % (call, error, self.rng.choice([0, 1, 3, 10, 30, 60, 100]), self.rng.choice([1, 1, -1]))}

    def run(self):
        fault = self.rng.choice(["none", "none", "receiver", "receiver", "source", "kill", "disk", "disk"])
        self.world.change()
        broken = self.rng.choice(["cut", "line", "gone"]) if fault == "source" else None
        self.world.write(broken)
        self.receiver.calm = fault not in ("receiver", "kill")
        before = self.ask("SELECT max(number) FROM run")[0][0] if os.path.exists(self.database) and os.path.getsize(self.database) else 0
        begin = time.monotonic()
        code, _, err = self.kenpin("scan", env=self.disk() if fault == "disk" else None,
                                   kill=self.rng.uniform(0, self.length) if fault == "kill" else None)
        if fault == "none":
            self.length = max(0.05, time.monotonic() - begin)
        self.ends[fault, code] += 1
        wanted = {"none": (0, 4), "receiver": (0, 4), "source": (2,), "kill": (-9, 0, 4), "disk": (0, 4, 5)}[fault]
        if code not in wanted:
            raise Fault("%s ended with %d: %s" % (fault, code, err[-500:]))
        self.check_store()
        self.check_ends(before or 0, broken)
        if code in (0, 4) and not broken:
            self.check_truth()
        return "%s, exit %d" % (fault, code)

    def check_store(self):
        if not os.path.exists(self.database) or not os.path.getsize(self.database):
            return
        code, out, err = self.kenpin("state", "check")
        if code:
            raise Fault("the store is not sound: %s%s" % (out, err))

    def check_ends(self, before, broken):
        """What ended in this run is not wrong; nothing did when the source was not whole."""
        if not os.path.exists(self.database) or not os.path.getsize(self.database):
            return
        wrong = self.world.wrong()
        for rule, key in self.ask("SELECT f.rule, f.key FROM event e JOIN finding f ON f.id = e.finding "
                                  "WHERE e.what = 'resolved' AND f.rule NOT LIKE 'kenpin-%%' AND e.run > %d" % before):
            if broken or self.thing(rule, key) in wrong:
                raise Fault("%s %s ended, %s" % (rule, key, "though the source was not whole" if broken else "though it is wrong"))

    @staticmethod
    def thing(rule, key):
        key = json.loads(key)
        return ("products" if rule == "product-code" else "orders", key["shop"], key["sku"])

    def check_truth(self):
        code, out, err = self.kenpin("findings", "list", "--format", "ndjson")
        if code:
            raise Fault("findings list ended with %d: %s" % (code, err))
        found = [f for f in map(json.loads, out.splitlines()) if not f["rule"].startswith("kenpin-")]
        known = {self.thing(f["rule"], json.dumps(f["key"])) for f in found}
        differing = (known ^ self.world.wrong()) - self.world.ahead()
        if differing:
            raise Fault("open but right, or wrong but not open: %s" % sorted(differing))
        for f in found:
            self.episodes[f["finding"], f["episode"]] = self.thing(f["rule"], json.dumps(f["key"]))

    # ---- the end ----

    def settle(self):
        self.receiver.calm = True
        for _ in range(3):
            self.world.now += datetime.timedelta(hours=12)
            self.world.write()
            self.kenpin("notify", "retry", "--all")
            code, _, err = self.kenpin("scan")
        if code:
            raise Fault("the last run ended with %d: %s" % (code, err))
        self.check_store()
        self.check_truth()

    def check_told(self):
        keys, content, over, taken, last = collections.defaultdict(set), {}, {}, set(), {}
        for message, accepted in self.receiver.heard:
            key, found = message["dedup_key"], message["event"] == "found"
            if message["total"] != len(message["findings"]):
                raise Fault("a message that does not name all: %s" % key)
            names = sorted((f["finding"], f["episode"]) for f in message["findings"])
            at = datetime.datetime.fromisoformat(message["at"].replace("Z", "+00:00"))
            if found and key in over and at - over[key] < KEPT:
                raise Fault("%s is told again after its end" % key)
            if found and over.pop(key, None):
                del content[key]         # it was forgotten since, and is new
            if content.setdefault(key, names) != names:
                raise Fault("%s tells of %s and of %s" % (key, content[key], names))
            if not found and accepted:
                over[key] = at
            for name in names if found else ():
                if at - last.get(name, at) >= KEPT:
                    keys[name].clear()   # likewise
                last[name] = at
                keys[name].add(key)
                taken |= {name} if accepted else set()
        twice = {name: found for name, found in keys.items() if len(found) > 1}
        if twice:
            raise Fault("opened under two keys: %s" % list(twice.items())[:3])
        return taken

    def check_end(self):
        taken = self.check_told()
        code, out, _ = self.kenpin("findings", "list", "--format", "ndjson")
        untold = [(f["finding"], f["episode"]) for f in map(json.loads, out.splitlines()) if (f["finding"], f["episode"]) not in taken]
        if code or untold:
            raise Fault("never told: %s" % untold[:5])
        if self.ask("PRAGMA integrity_check") != [("ok",)]:
            raise Fault("integrity_check")
        return len(taken)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kenpin")
    parser.add_argument("folder")
    parser.add_argument("runs", type=int)
    parser.add_argument("shim")
    parser.add_argument("--seed", type=int, default=20260115)
    campaign, number, story = Campaign(parser.parse_args()), 0, []
    try:
        for number in range(1, campaign.args.runs + 1):
            story.append(campaign.run())
        campaign.settle()
        told = campaign.check_end()
    except Fault as fault:
        print("seed %d, run %d (after %s): %s" % (campaign.args.seed, number, "; ".join(story[-3:]), fault))
        sys.exit(1)
    print("seed %d: %d runs, %d episodes, %d told, %d messages heard" % (
        campaign.args.seed, number, len(campaign.episodes), told, len(campaign.receiver.heard)))
    for (fault, code), count in sorted(campaign.ends.items()):
        print("  %s, exit %d: %d" % (fault, code, count))


if __name__ == "__main__":
    main()
