#!/usr/bin/env python3
"""Kills what works on manifests at random moments, and looks at what is left.

usage: crash_manifest.py KENPIN PROJECT MOMENTS [--seed N] [--now TIME]

PROJECT has been scanned and proposes corrections. A round begins with a copy of
its store. Writing a manifest, handing it out and importing results are each
killed until MOMENTS of each were: what is visible is whole, store and folders
know of the same manifests, results are in or not, and doing it once more gives
what an undisturbed one gives.
"""
import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time


class Fault(Exception):
    pass


class Subject:
    def __init__(self, args):
        self.kenpin, self.folder, self.now = args.kenpin, args.project, args.now
        self.state = os.path.join(self.folder, "state")
        self.keep = os.path.join(self.folder, "kept")
        self.out = os.path.join(self.folder, "planned")
        self.handed = os.path.join(self.folder, "handed")

    def command(self, *words):
        return [self.kenpin, "-C", self.folder, "--now", self.now, "-q", *words]

    def run(self, *words):
        done = subprocess.run(self.command(*words), capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise Fault("%s ended with %d: %s" % (" ".join(words), done.returncode, done.stderr[-600:]))
        return done.stdout

    def save(self):
        shutil.rmtree(self.keep, ignore_errors=True)
        os.makedirs(self.keep)
        for name in ("state", "planned", "handed"):
            if os.path.isdir(os.path.join(self.folder, name)):
                shutil.copytree(os.path.join(self.folder, name), os.path.join(self.keep, name))

    def restore(self):
        for name in ("state", "planned", "handed"):
            shutil.rmtree(os.path.join(self.folder, name), ignore_errors=True)
            if os.path.isdir(os.path.join(self.keep, name)):
                shutil.copytree(os.path.join(self.keep, name), os.path.join(self.folder, name))

    def kill(self, rng, longest, words):
        """True when it was killed, and had not ended before."""
        process = subprocess.Popen(self.command(*words), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(rng.uniform(0, longest))
        process.send_signal(signal.SIGKILL)
        return process.wait() == -signal.SIGKILL

    def visible(self, folder):
        return sorted(n for n in os.listdir(folder) if not n.startswith(".")) if os.path.isdir(folder) else []

    def check_folders(self, folder):
        for name in self.visible(folder):
            self.run("manifest", "check", os.path.join(folder, name))

    def check_store(self):
        self.run("state", "check")

    def manifests(self):
        rows = [json.loads(line) for line in self.run("manifest", "status", "--format", "ndjson").splitlines()]
        return {row["manifest"]: row for row in rows}


def chain(subject):
    """Every manifest names the one before it."""
    seen = set()
    for name in subject.visible(subject.out):
        with open(os.path.join(subject.out, name, "manifest.json"), encoding="utf-8") as f:
            seen.add(json.load(f)["previous_sha256"])
    if len(seen) != len(subject.visible(subject.out)):
        raise Fault("two manifests name the same one before them")


def after_plan(subject, words, reference):
    subject.check_folders(subject.out)
    subject.check_store()
    subject.run("manifest", "expire")  # settles what was left half done
    if sorted(subject.manifests()) != subject.visible(subject.out):
        raise Fault("the store knows %s, the folder holds %s" % (sorted(subject.manifests()), subject.visible(subject.out)))
    subject.run(*words)
    chain(subject)
    newest = subject.visible(subject.out)[-1]
    if len(subject.visible(subject.out)) == 1 and newest != reference:
        raise Fault("an undisturbed one is %s, this one %s" % (reference, newest))
    waiting = [m for m in subject.manifests().values() if m["state"] == "proposed"]
    if len(waiting) != 1:
        raise Fault("%d manifests wait for a decision" % len(waiting))


def after_export(subject, words, reference):
    subject.check_folders(subject.handed)
    subject.check_store()
    if subject.manifests()[reference]["state"] == "exported" and subject.visible(subject.handed) != [reference]:
        raise Fault("it is said to be exported, and is not there")
    subject.run(*words)
    subject.check_folders(subject.handed)
    row = subject.manifests()[reference]
    if subject.visible(subject.handed) != [reference] or row["exported"] != row["actions"]:
        raise Fault("a second try does not end it: %s" % row)


def after_import(subject, words, reference):
    subject.check_store()
    row = subject.manifests()[reference]
    if (row["exported"], row["applied"]) not in ((row["actions"], "0"), ("0", row["actions"])):
        raise Fault("a part was imported: %s" % row)
    subject.run(*words)
    row = subject.manifests()[reference]
    if row["applied"] != row["actions"]:
        raise Fault("a second try does not end it: %s" % row)


def storm(subject, rng, moments, words, after, reference):
    """Kills WORDS until MOMENTS of them were; ends with one that was not disturbed."""
    subject.save()
    begin = time.monotonic()
    subject.run(*words)
    longest = time.monotonic() - begin
    if reference is None:
        reference = subject.visible(subject.out)[-1]
    killed = rounds = wrong = 0
    while killed < moments and rounds < 4 * moments:
        rounds += 1
        subject.restore()
        killed += subject.kill(rng, longest, words)
        try:
            after(subject, words, reference)
        except Fault as fault:
            wrong += 1
            print("%s, round %d: %s" % (words[1], rounds, fault), flush=True)
    subject.restore()
    subject.run(*words)
    print("%s takes %.2f s; %d rounds, %d killed, %d wrong" % (words[1], longest, rounds, killed, wrong), flush=True)
    return reference, wrong > 0 or killed < moments


def results(subject, reference):
    path = os.path.join(subject.folder, "results.jsonl")
    script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "results.py")
    with open(path, "w", encoding="utf-8") as out:
        subprocess.run([sys.executable, script, os.path.join(subject.handed, reference), subject.now, "applied"],
                       stdout=out, check=True)
    return path


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kenpin")
    parser.add_argument("project")
    parser.add_argument("moments", type=int)
    parser.add_argument("--seed", type=int, default=20260115)
    parser.add_argument("--now", default="2026-01-15T03:00:00Z")
    args = parser.parse_args()
    subject, rng = Subject(args), random.Random(args.seed)

    reference, failed = storm(subject, rng, args.moments, ("manifest", "plan", "--to", subject.out), after_plan, None)
    reference = subject.visible(subject.out)[-1]
    subject.run("manifest", "approve", reference, "--role", "test", "--author", "test")
    words = ("manifest", "export", reference, "--to", subject.handed)
    _, more = storm(subject, rng, args.moments, words, after_export, reference)
    failed |= more
    _, more = storm(subject, rng, args.moments, ("manifest", "import", results(subject, reference)), after_import,
                    reference)
    sys.exit(1 if failed or more else 0)


if __name__ == "__main__":
    main()
