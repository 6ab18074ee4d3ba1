#!/usr/bin/env python3
"""Runs commands in turn and prints what each took, and the ratio of the first to each other one, pair by pair.

usage: measure.py ONCE RUNS LABEL COMMAND [LABEL COMMAND ...]
ONCE is the program built from once.c; each COMMAND is one string for the shell.
Prints medians: wall, user and system seconds, peak memory (MiB); with MEGABYTES in the environment also MB a second of CPU,
with FINDINGS findings a second.
"""
import os
import statistics
import subprocess
import sys
import tempfile


def once(program, command):
    with tempfile.NamedTemporaryFile("r") as result:
        subprocess.run([program, result.name, "exec " + command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
        wall, user, system, rss, status = result.read().split()
    return float(wall), float(user), float(system), int(rss) / 1024, int(status)


def main():
    program, runs, commands = sys.argv[1], int(sys.argv[2]), list(zip(sys.argv[3::2], sys.argv[4::2]))
    taken = {label: [] for label, _ in commands}
    for i in range(runs + 1):
        for label, command in commands:
            result = once(program, command)
            if i > 0:                      # the first round warms up
                taken[label].append(result)
    first = commands[0][0]
    for label, _ in commands:
        rows = taken[label]
        wall, user, system, rss = (statistics.median(r[k] for r in rows) for k in range(4))
        spread = (max(r[0] for r in rows) - min(r[0] for r in rows)) / wall * 100
        print("  %-28s wall %7.3f s (spread %3.0f %%)  user %7.3f s  system %6.3f s  peak %6.1f MiB  exit %s"
              % (label, wall, spread, user, system, rss, sorted({r[4] for r in rows})))
        if os.environ.get("MEGABYTES") and user + system > 0.01:
            print("    %.0f MB/s by CPU time, %.0f MB/s by wall" % (float(os.environ["MEGABYTES"]) / (user + system),
                                                                   float(os.environ["MEGABYTES"]) / wall))
        if os.environ.get("FINDINGS") and label == first:
            print("    %.0f findings a second by wall, %.0f by CPU time" % (float(os.environ["FINDINGS"]) / wall,
                                                                          float(os.environ["FINDINGS"]) / (user + system)))
        for name, k in (("wall", 0), ("user", 1), ("peak", 3)) if label != first else ():
            if min(b[k] for b in rows) < 0.01:
                continue                   # nothing to compare with
            ratio = statistics.median(a[k] / b[k] for a, b in zip(taken[first], rows))
            print("    %s: %s is %.3f x %s, or 1/%.1f" % (name, first, ratio, label, 1 / ratio))


if __name__ == "__main__":
    main()
