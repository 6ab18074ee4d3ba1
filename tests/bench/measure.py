#!/usr/bin/env python3
"""Runs commands in turn and prints what each took, and the ratio of the first to each other one, pair by pair.

usage: measure.py RUNS LABEL COMMAND [LABEL COMMAND ...]
Each COMMAND is one string for the shell. Prints medians: wall, user and system seconds, peak memory (MiB).
"""
import os
import statistics
import subprocess
import sys
import time


def once(command):
    start = time.monotonic()
    child = subprocess.Popen(["sh", "-c", "exec " + command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = status
    wall = time.monotonic() - start
    return wall, usage.ru_utime, usage.ru_stime, usage.ru_maxrss / 1024, os.waitstatus_to_exitcode(status)


def main():
    runs, commands = int(sys.argv[1]), list(zip(sys.argv[2::2], sys.argv[3::2]))
    taken = {label: [] for label, _ in commands}
    for i in range(runs + 1):
        for label, command in commands:
            result = once(command)
            if i > 0:                      # the first round warms up
                taken[label].append(result)
    first = commands[0][0]
    for label, _ in commands:
        rows = taken[label]
        wall, user, system, rss = (statistics.median(r[k] for r in rows) for k in range(4))
        spread = (max(r[0] for r in rows) - min(r[0] for r in rows)) / wall * 100
        print("  %-28s wall %7.3f s (spread %3.0f %%)  user %7.3f s  system %6.3f s  peak %6.1f MiB  exit %s"
              % (label, wall, spread, user, system, rss, sorted({r[4] for r in rows})))
        if label != first:
            for name, k in (("wall", 0), ("user", 1), ("peak", 3)):
                ratio = statistics.median(a[k] / b[k] for a, b in zip(taken[first], rows))
                print("    %s: %s is %.3f x %s, or 1/%.1f" % (name, first, ratio, label, 1 / ratio))


if __name__ == "__main__":
    main()
