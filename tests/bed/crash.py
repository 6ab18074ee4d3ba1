#!/usr/bin/env python3
"""Kills scans at random moments, and looks at what the next whole one leaves.

usage: crash.py KENPIN PROJECT MOMENTS [--seed N] [--now TIME]

PROJECT's receivers must write into PROJECT/messages. A round begins with an
empty store, kills one to three scans in a row, then lets one end. It is right
when the store is sound, the findings are those of an undisturbed scan, each is
a member of exactly one message that was told, and all that was told under one
dedup key says the same.
"""
import argparse
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time

SAME = ("event", "group", "severity", "title", "total", "by_severity", "findings_left_out")


class Fault(Exception):
    pass


class Subject:
    def __init__(self, args):
        self.kenpin, self.folder, self.now = args.kenpin, args.project, args.now
        self.messages = os.path.join(self.folder, "messages")
        self.database = os.path.join(self.folder, "state", "kenpin.db")

    def command(self, *words):
        return [self.kenpin, "-C", self.folder, "--now", self.now, *words]

    def reset(self):
        shutil.rmtree(os.path.dirname(self.database), ignore_errors=True)
        os.makedirs(os.path.dirname(self.database))
        open(self.messages, "w", encoding="utf-8").close()

    def start(self):
        return subprocess.Popen(self.command("scan"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def run(self, *words):
        done = subprocess.run(self.command(*words), capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise Fault("%s ended with %d: %s" % (" ".join(words), done.returncode, done.stderr[-600:]))
        return done.stdout

    def findings(self):
        return {(f["finding"], f["state"], f["episode"], f["rule"], f["index"], f["id"])
                for f in map(json.loads, self.run("findings", "list", "--all", "--format", "ndjson").splitlines())}

    def query(self, text):
        with sqlite3.connect(self.database) as db:
            return db.execute(text).fetchall()

    def check_store(self):
        if os.path.exists(self.database) and os.path.getsize(self.database) > 0:
            self.run("state", "check")
            got = self.query("PRAGMA integrity_check")
            if got != [("ok",)]:
                raise Fault("integrity_check: %s" % got)


def content(message):
    """What a message says of its findings; how often they were seen since is no part of that."""
    return [message[key] for key in SAME] + [(f["finding"], f["episode"], f["value"]) for f in message["findings"]]


def check_messages(subject, findings):
    """Returns how many messages were repeated."""
    told, repeats = {}, 0
    with open(subject.messages, encoding="utf-8") as f:
        for line in f:
            message = json.loads(line)
            key = message["dedup_key"]
            repeats += key in told
            if told.setdefault(key, content(message)) != content(message):
                raise Fault("%s tells two things: %s and %s" % (key, told[key], content(message)))
            if message["event"] != "found":
                raise Fault("a message %s" % message["event"])
    members = subject.query("SELECT s.fingerprint, m.episode, n.dedup_key, n.state FROM notice_member m "
                            "JOIN notice n ON n.id = m.notice JOIN finding s ON s.id = m.finding WHERE n.kind = 0")
    if sorted((m[0].hex(), m[1]) for m in members) != sorted((f[0], f[2]) for f in findings):
        raise Fault("members of messages are not the findings, each once")
    untold = [m for m in members if m[3] != 2 or m[2] not in told]
    if untold:
        raise Fault("%d findings were not told, first: %s" % (len(untold), untold[0]))
    if {m[2] for m in members} != set(told):
        raise Fault("a message was told that the store does not know")
    return repeats


def one_round(subject, rng, longest, reference):
    subject.reset()
    killed = 0
    for _ in range(rng.choice([1, 1, 2, 3])):
        process = subject.start()
        time.sleep(rng.uniform(0, longest))
        process.send_signal(signal.SIGKILL)
        killed += process.wait() == -signal.SIGKILL
        subject.check_store()
    subject.run("scan")
    subject.check_store()
    findings = subject.findings()
    if findings != reference:
        raise Fault("findings differ: %s" % sorted(findings ^ reference)[:5])
    return killed, check_messages(subject, findings)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kenpin")
    parser.add_argument("project")
    parser.add_argument("moments", type=int)
    parser.add_argument("--seed", type=int, default=20260115)
    parser.add_argument("--now", default="2026-01-15T03:00:00Z")
    args = parser.parse_args()
    subject, rng = Subject(args), random.Random(args.seed)

    subject.reset()
    begin = time.monotonic()
    subject.run("scan")
    longest = time.monotonic() - begin
    reference = subject.findings()
    check_messages(subject, reference)
    killed = repeats = rounds = failed = 0
    while killed < args.moments and rounds < 3 * args.moments:
        rounds += 1
        try:
            more_killed, more_repeats = one_round(subject, rng, longest, reference)
        except Fault as fault:
            failed += 1
            print("round %d: %s" % (rounds, fault), flush=True)
            if failed == 5:
                break
            continue
        killed += more_killed
        repeats += more_repeats
    print("%d findings, a scan takes %.2f s; %d rounds, %d scans killed, %d messages repeated under their key, %d rounds wrong"
          % (len(reference), longest, rounds, killed, repeats, failed))
    sys.exit(1 if failed or killed < args.moments or not reference else 0)


if __name__ == "__main__":
    main()
