#!/usr/bin/env python3
"""What ElastAlert2's own rule types find in events: RULE and KEY, a line each, sorted.

usage: elastalert_types.py EVENTS.ndjson NOW

The types are those of the installed package, fed as its client feeds them: documents in the order of time, then a
garbage collection at the end. Two are fed with an aggregation, which is made here as the server would.
"""
import copy
import datetime
import json
import logging
import sys

from elastalert import ruletypes

MINUTE = datetime.timedelta(minutes=1)
HOUR = 60 * MINUTE


class NewTerms(ruletypes.NewTermsRule):
    """Without a server: the terms of before are given."""

    def get_all_terms(self, args):
        self.seen_values = args


def instant(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))


def rule(kind, args=None, **options):
    return kind(dict(options, timestamp_field="at"), args) if args else kind(dict(options, timestamp_field="at"))


def run(made, events):
    """Keys that match."""
    for event in events:
        made.add_data([copy.deepcopy(event)])
    return {match[made.rules["query_key"]] for match in made.matches}


def run_at_end(made, events, end):
    """The same, but only of what the garbage collection at the end says."""
    run(made, events)
    made.matches = []
    made.garbage_collect(end)
    return {match["key"] for match in made.matches}


def run_by_minutes(made, events, end):
    """The same, with a garbage collection after every minute, as when the daemon runs every minute."""
    at = events[0]["at"] + MINUTE / 2
    while at <= end:
        some = [e for e in events if at - MINUTE < e["at"] <= at]
        if some:
            made.add_data(copy.deepcopy(some))
        made.garbage_collect(at)
        at += MINUTE
    return {match[made.rules["query_key"]] for match in made.matches}


def buckets(events, key, now):
    """Whole hours side by side, by key."""
    out = {}
    for event in events:
        start = event["at"].replace(minute=0, second=0)
        if start + HOUR <= now:
            out.setdefault((event.get(key), start), []).append(event)
    return out


def measured(made, events, key, now, aggregate):
    for (value, start), some in buckets(events, key, now).items():
        before = len(made.matches)
        made.check_matches(start, None, aggregate(some))
        for match in made.matches[before:]:
            match[key] = value
    return {match[key] for match in made.matches}


def average(some):
    return {"metric_total_avg": {"value": sum(e["total"] for e in some) / len(some)}}


def failed(some):
    count = sum(e["status"] == "failed" for e in some)
    return {"percentage_match_aggs": {"buckets": {"match_bucket": {"doc_count": count}, "_other_": {"doc_count": len(some) - count}}}}


def main():
    logging.getLogger("elastalert").setLevel(logging.ERROR)  # it wants to print the time of an aggregation
    now = instant(sys.argv[2])
    events = [json.loads(line) for line in open(sys.argv[1])]
    for event in events:
        event["at"] = instant(event["at"])
    events = sorted((e for e in events if e["at"] <= now), key=lambda e: (e["at"], e["_id"]))
    known = sorted({e["status"] for e in events if e["at"] <= now - 3 * HOUR})
    terms = rule(NewTerms, {"status": known}, fields=["status"])
    terms.add_data([copy.deepcopy(e) for e in events if e["at"] > now - 3 * HOUR])
    change = rule(ruletypes.ChangeRule, query_key="user", compare_key="status", compound_compare_key=["status"], ignore_null=True,
                  timeframe=5 * MINUTE)
    found = {
        "frequency": run(rule(ruletypes.FrequencyRule, num_events=9, timeframe=30 * MINUTE, query_key="user"), events),
        "flatline": run_at_end(rule(ruletypes.FlatlineRule, threshold=20, timeframe=HOUR, query_key="shop"), events, now),
        "spike-up": run_by_minutes(rule(ruletypes.SpikeRule, spike_height=1.4, spike_type="up", timeframe=HOUR, threshold_cur=120,
                                        query_key="shop"), events, now),
        "spike-down": run_by_minutes(rule(ruletypes.SpikeRule, spike_height=3, spike_type="down", timeframe=HOUR, threshold_ref=20,
                                          query_key="shop"), events, now),
        # its window holds both its ends; a whole number of minutes less a half is the same for both
        "cardinality": run(rule(ruletypes.CardinalityRule, cardinality_field="ip", max_cardinality=20, timeframe=HOUR - MINUTE / 2,
                                query_key="shop"), events),
        "metric": measured(rule(ruletypes.MetricAggregationRule, metric_agg_key="total", metric_agg_type="avg", max_threshold=7000),
                           events, "user", now, average),
        "percentage": measured(rule(ruletypes.PercentageMatchRule, match_bucket_filter=[], max_percentage=60, min_denominator=5),
                               events, "user", now, failed),
        "new_term": {match["status"] for match in terms.matches},
        "change": run(change, events),
    }
    for line in sorted("%s %s" % (name, key) for name, keys in found.items() for key in keys):
        print(line)


main()
