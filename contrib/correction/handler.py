"""AWS Lambda: the executor, for a whole manifest or as the steps of state-machine.asl.json.

{"manifest": "s3://bucket/prefix", "approved": SHA256 or null, "dry_run": bool, "undo": bool}

Where results go and what may be touched stand in the function's environment,
KENPIN_RESULTS (s3://bucket/prefix) and KENPIN_SYSTEMS (the document itself, or
a file beside this one), not in the event: whoever may start the function may
not send it elsewhere. `step` is what the state machine says besides."""
import os
import time

from correction import __main__ as shell
from correction import manifest, storage, systems
from correction.execute import Executor

EVENT_KEYS = {"manifest", "approved", "dry_run", "undo", "step", "items"}
MARGIN_MS = 20000  # before Lambda ends the function: time for one action and the result file
clock = time.time


def _open(event):
    unknown = set(event) - EVENT_KEYS
    if unknown:
        raise manifest.Refused("the event says %s, which is not understood" % ", ".join(sorted(unknown)))
    return manifest.Manifest(storage.place(event["manifest"]), event.get("approved"))


def _role(event):
    return "undo" if event.get("undo") else "actions"


def _execute(event, chosen, lines, context):
    """Result lines, and how many of LINES were not reached in time."""
    executor = Executor(systems.read(os.environ["KENPIN_SYSTEMS"]), chosen, bool(event.get("dry_run")),
                        bool(event.get("undo")), clock)
    results = []
    for line in executor.run(lines):
        results.append(line)
        if context is not None and context.get_remaining_time_in_millis() < MARGIN_MS:
            break
    return results, len(lines) - len(results)


def _write(event, chosen, results, part=None):
    name = shell.result_name(chosen.id, bool(event.get("undo")), bool(event.get("dry_run")), part)
    storage.place(os.environ["KENPIN_RESULTS"]).write(name, shell.result_text(results))
    return name


def _counts(results):
    counts = {}
    for line in results:
        counts[line["outcome"]] = counts.get(line["outcome"], 0) + 1
    return counts


def whole(event, context):
    """All of a manifest in one invocation. What is not reached in time has no line: start it again."""
    chosen = _open(event)
    lines = chosen.all(_role(event))
    results, left = _execute(event, chosen, lines[::-1] if event.get("undo") else lines, context)
    return {"results": _write(event, chosen, results), "counts": _counts(results), "left": left}


def prove(event, _context):
    """Step 1: proves all of the manifest; names the files for the map, last first for an undo."""
    chosen = _open(event)
    chosen.all(_role(event))
    bucket = chosen.place
    files = [{"bucket": bucket.bucket, "key": bucket.prefix + f["name"]}
             for f in chosen.header["files"] if f["role"] == _role(event)]
    return {"manifest": event["manifest"], "approved": event.get("approved"), "dry_run": bool(event.get("dry_run")),
            "undo": bool(event.get("undo")), "files": files[::-1] if event.get("undo") else files}


def batch(event, context):
    """Step 2, for some lines of one file: what is executed is taken from the proven files, never from the event.
    A group is done whole, by the batch that has its first line."""
    chosen = _open(event)
    lines = chosen.all(_role(event))
    wanted = {item["action_id"] for item in event["items"]}
    firsts = {}
    for line in lines:
        firsts.setdefault(line["group_id"] or line["action_id"], line["action_id"])
    mine = [line for line in lines if firsts[line["group_id"] or line["action_id"]] in wanted]
    strangers = wanted - {line["action_id"] for line in lines}
    if strangers:
        raise manifest.Refused("the manifest has no action %s" % min(strangers))
    if not mine:
        return {"results": None, "counts": {}}
    results, left = _execute(event, chosen, mine[::-1] if event.get("undo") else mine, context)
    name = _write(event, chosen, results, mine[0]["action_id"])
    if left:
        raise TimeoutError("%d actions of the batch were not reached: try it again" % left)
    return {"results": name, "counts": _counts(results)}


def collect(event, _context):
    """Step 3: one result file of the parts."""
    chosen = _open(event)
    place = storage.place(os.environ["KENPIN_RESULTS"])
    prefix = shell.result_name(chosen.id, bool(event.get("undo")), bool(event.get("dry_run")), "")[:-len(".jsonl")]
    parts = [place.read(name, manifest.MAX_FILE_BYTES) for name in place.names() if name.startswith(prefix)]
    name = shell.result_name(chosen.id, bool(event.get("undo")), bool(event.get("dry_run")))
    text = b"".join(parts)
    place.write(name, text)
    lines = text.count(b"\n")
    return {"results": name, "lines": lines, "unreported": len(chosen.all(_role(event))) - lines}


STEPS = {None: whole, "prove": prove, "batch": batch, "collect": collect}


def handler(event, context):
    return STEPS[event.get("step")](event, context)
