"""python3 -m correction MANIFEST --systems FILE --results PLACE [...]

Exit codes: 0 every action is done, 3 the manifest or the systems are refused,
4 some actions are not done (the result file says which and why)."""
import argparse
import os
import sys
import time

from . import manifest, storage, systems, values
from .execute import Executor

DONE = {"applied", "already_applied", "dry_run_ok"}


def arguments():
    parser = argparse.ArgumentParser(prog="correction", description="Executes a recovery manifest of kenpin.")
    parser.add_argument("manifest", help="folder of the manifest, or s3://bucket/prefix")
    parser.add_argument("--systems", default=os.environ.get("KENPIN_SYSTEMS", "systems.json"),
                        help="what may be touched; default: $KENPIN_SYSTEMS, systems.json")
    parser.add_argument("--results", required=True, help="folder or s3://bucket/prefix that gets the result file")
    parser.add_argument("--approved", metavar="SHA256", help="of manifest.json, as `kenpin manifest approve` printed it")
    parser.add_argument("--dry-run", action="store_true", help="judge everything, write nothing but the result file")
    parser.add_argument("--undo", action="store_true", help="take back what this manifest did, last action first")
    parser.add_argument("--now", help="the present, such as 2026-11-24T16:00:07Z, for replays")
    return parser.parse_args()


def result_name(manifest_id, undo=False, dry_run=False, part=None):
    """One name for each way of execution, so that a repeated one takes the place of the first."""
    words = [manifest_id] + ["undo"] * undo + ["dry-run"] * dry_run + ["part", part] * (part is not None)
    return "-".join(words) + ".jsonl"


def result_text(lines):
    return "".join(values.dump(line) + "\n" for line in lines).encode()


def execute(given):
    start = manifest.instant(given.now).timestamp() if given.now else None
    clock = (lambda: start) if given.now else time.time
    chosen = manifest.Manifest(storage.place(given.manifest), given.approved)
    lines = chosen.all("undo" if given.undo else "actions")
    executor = Executor(systems.read(given.systems), chosen, given.dry_run, given.undo, clock)
    results = list(executor.run(reversed(lines) if given.undo else lines))
    name = result_name(chosen.id, given.undo, given.dry_run)
    storage.place(given.results).write(name, result_text(results))
    counts = {}
    for line in results:
        counts[line["outcome"]] = counts.get(line["outcome"], 0) + 1
    print("%s: %s" % (name, ", ".join("%d %s" % (count, outcome) for outcome, count in sorted(counts.items()))))
    return 0 if set(counts) <= DONE else 4


def main():
    try:
        return execute(arguments())
    except (manifest.Refused, systems.Wrong, OSError, ValueError) as error:
        print("correction: %s" % error, file=sys.stderr)
        return 3


if __name__ == "__main__":
    sys.exit(main())
