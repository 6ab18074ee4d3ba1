#!/usr/bin/env python3
"""Events, and what window rules must find in them, counted the slow way: every window by itself.

usage: windows.py make DIR      writes DIR/first/ and DIR/late/events.ndjson, and bulk bodies beside them
       windows.py answers FILE NOW_MS   prints what the first scan at NOW finds in the events of FILE
"""
import fractions
import json
import pathlib
import random
import sys

MINUTE = 60000
BEGIN = 1767225600000  # 2026-01-01T00:00:00Z
HOURS = 20


def stamp(ms):
    import datetime

    at = datetime.datetime.fromtimestamp(ms / 1000, datetime.timezone.utc)
    return at.strftime("%Y-%m-%dT%H:%M:%S") + (".%03dZ" % (ms % 1000) if ms % 1000 else "Z")


def events():
    rng = random.Random(20260101)
    out = []
    for n in range(4000):
        at = BEGIN + rng.randrange(HOURS * 60 * MINUTE)
        if rng.random() < 0.2:
            at -= at % MINUTE  # on the border of a step
        event = {"at": at, "shop": "s%d" % rng.choice([1, 1, 1, 2, 2, 3]), "user": "u%02d" % rng.randrange(30)}
        event["ip"] = "10.0.0.%d" % rng.randrange(12)
        event["total"] = rng.randrange(100, 10000)
        event["status"] = rng.choice(["paid", "paid", "paid", "failed"])
        event["paid"] = event["status"] == "paid"
        if rng.random() < 0.1:
            del event["ip"]
        if rng.random() < 0.05:
            event["user"] = None
        hour = (at - BEGIN) // (60 * MINUTE)
        if event["shop"] == "s3" and hour >= 15:
            continue  # falls silent
        if event["shop"] == "s2" and hour == 9:
            event["status"], event["paid"] = "failed", False
        out.append(event)
    for n in range(40):  # a burst
        out.append({"at": BEGIN + 700 * MINUTE + n * 1500, "shop": "s1", "user": "u07", "ip": "10.9.9.%d" % n, "total": 5,
                    "status": "failed", "paid": False})
    out.append({"at": BEGIN + 1150 * MINUTE, "shop": "s1", "user": "u01", "ip": "10.0.0.1", "total": 99999,
                "status": "voucher", "paid": True})
    for n, event in enumerate(out):
        event["_id"] = "e%05d" % n
    return out


def write(path, some):
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "w") as plain, open(path.with_suffix(".bulk"), "w") as bulk:
        for event in some:
            event = dict(event, at=stamp(event["at"]))
            plain.write(json.dumps(event) + "\n")
            bulk.write(json.dumps({"index": {"_id": event.pop("_id")}}) + "\n" + json.dumps(event) + "\n")


def make(folder):
    every = events()
    late = [e for e in every if int(e["_id"][1:]) % 29 == 0]
    write(folder / "first" / "events.ndjson", [e for e in every if e not in late])
    write(folder / "late" / "events.ndjson", late)


# ---- the slow way ----

def windows(some, length, step, now):
    """Every window that holds something, from the first event on, as (from, to, what is in it)."""
    last = (now + 1) // step
    first = min(e["at"] for e in some) // step + 1
    for end in range(first, last + 1):
        begin, to = end * step - length, end * step
        yield begin, to, [e for e in some if begin <= e["at"] < to]


def groups(some, keys):
    out = {}
    for e in some:
        out.setdefault(tuple(e.get(k) for k in keys), []).append(e)
    return out


def worst(verdicts):
    best = None
    for weight, value in verdicts:
        if best is None or weight > best[0]:
            best = (weight, value)
    return best[1] if best else None


def value(name, what, bound, begin, to, documents=None, held="bound"):
    out = {name: what, held: bound}
    if documents is not None:
        out["documents"] = documents
    return dict(out, **{"from": stamp(begin), "to": stamp(to)})


def frequency(some, now, length, step, events):
    return worst((len(w), value("count", len(w), events, b, t)) for b, t, w in windows(some, length, step, now) if len(w) >= events)


def flatline(some, now, length, step, events):
    b, t, w = list(windows(some, length, step, now))[-1]
    if len(w) < events and min(e["at"] for e in some) + length <= t:
        return value("count", len(w), events, b, t)


def spike(some, now, length, step, height, least):
    found, first = [], None
    for b, t, w in windows(some, length, step, now):
        before = [e for e in some if b - length <= e["at"] < b]
        # a group that was in neither window is forgotten
        since = None
        seen = sorted(e["at"] for e in some if e["at"] < t)
        for i, at in enumerate(seen):
            if i == 0 or at - seen[i - 1] > 2 * length:
                since = at
        if since is None or since + 2 * length > t or len(w) < least:
            continue
        if len(w) >= len(before) * height:
            found.append((len(w) - len(before), value("count", len(w), len(before), b, t, held="before")))
    return worst(found)


def cardinality(some, now, length, step, most, least):
    found, born = [], min(e["at"] for e in some)
    for b, t, w in windows(some, length, step, now):
        n = len({e["ip"] for e in w if e.get("ip")})
        if n > most:
            found.append((n - most, value("values", n, most, b, t, len(w))))
        elif n < least and born + length <= t:
            found.append((least - n, value("values", n, least, b, t, len(w))))
    return worst(found)


def percentage(some, now, length, step, most, least):
    found = []
    for b, t, w in windows(some, length, step, now):
        if len(w) < least:
            continue
        share = fractions.Fraction(100 * sum(e["status"] == "failed" for e in w), len(w))
        if share > most:
            found.append((share, value("percent", float("%.6g" % share), most, b, t, len(w))))
    return worst(found)


def metric(some, now, length, step, name, how, most):
    found = []
    for b, t, w in windows(some, length, step, now):
        if w and how([e["total"] for e in w]) > most:
            found.append((how([e["total"] for e in w]), value(name, float("%.12g" % how([e["total"] for e in w])), most, b, t, len(w))))
    return worst(found)


def new_term(some, now, length):
    out, begin = {}, min(e["at"] for e in some)
    for status, with_it in groups(some, ["status"]).items():
        first = min(e["at"] for e in with_it)
        if first > begin + length and first > now - length:
            out[status] = {"at": stamp(first)}
    return out


def change(some, now, length, within):
    changed = last = None
    for e in sorted(some, key=lambda e: (e["at"], e["_id"])):
        if last and last["status"] != e["status"] and e["at"] - last["at"] <= within:
            changed = (last, e)
        last = e
    if changed and changed[1]["at"] > now - length:
        return {"before": changed[0]["status"], "value": changed[1]["status"], "at": stamp(changed[1]["at"])}


def mean(numbers):
    return fractions.Fraction(sum(numbers), len(numbers))


def answers(path, now):
    import datetime

    every = [json.loads(line) for line in open(path)]
    for e in every:
        e["at"] = round(datetime.datetime.fromisoformat(e["at"].replace("Z", "+00:00")).timestamp() * 1000)
    every = [e for e in every if e["at"] <= now]
    hour = 60 * MINUTE
    rules = {
        "burst": (["shop", "user"], every, lambda s: frequency(s, now, 10 * MINUTE, MINUTE, 5)),
        "quiet": (["shop"], every, lambda s: flatline(s, now, hour, 5 * MINUTE, 20)),
        "spike": (["user"], every, lambda s: spike(s, now, hour, 10 * MINUTE, 4, 8)),
        "places": (["shop"], every, lambda s: cardinality(s, now, hour, 5 * MINUTE, 12, 9)),
        "failing": (["shop"], every, lambda s: percentage(s, now, hour, 5 * MINUTE, 40, 20)),
        "dear": (["shop"], [e for e in every if e["paid"]], lambda s: metric(s, now, hour, 10 * MINUTE, "avg", mean, 6000)),
        "sum": (["user"], every, lambda s: metric(s, now, hour, hour, "sum", sum, 60000)),
        "change": (["shop", "user"], every, lambda s: change(s, now, 3 * hour, 5 * MINUTE)),
    }
    for rule, (keys, some, find) in rules.items():
        for key, with_it in groups(some, keys).items():
            found = find(with_it)
            if found:
                yield rule, dict(zip(keys, key)), found
    for key, found in new_term(every, now, 3 * hour).items():
        yield "term", {"status": key[0]}, found


def main():
    if sys.argv[1] == "make":
        make(pathlib.Path(sys.argv[2]))
    else:
        for rule, key, found in answers(sys.argv[2], int(sys.argv[3])):
            print(json.dumps({"rule": rule, "key": key, "value": found}))


main()
