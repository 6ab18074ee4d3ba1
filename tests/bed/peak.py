#!/usr/bin/env python3
"""Runs a command and looks at the memory that it took at most.

usage: peak.py KIB COMMAND...

Exits with the command's code, or 1 when its resident memory was over KIB.
"""
import resource
import subprocess
import sys


def main():
    code = subprocess.run(sys.argv[2:], check=False).returncode
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    print("peak: %d KiB" % peak)
    sys.exit(code or int(peak > int(sys.argv[1])))


if __name__ == "__main__":
    main()
