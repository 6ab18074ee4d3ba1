#!/bin/sh
# A network and a server that misbehave in the middle of a scan: it heals, or
# it is incomplete and nothing resolves; never a wrong end of a finding, and no
# context stays on the server.
# shellcheck disable=SC1091,SC2034,SC2154
. tests/servers/lib.sh

common
proxy "$URL"
project "$work/p" "$PROXY" three- 500 scroll
plan '{"mode": "none"}'
check "without faults" exits 0 scan
open_findings >"$work/all"
all=$(wc -l <"$work/all")
[ "$all" -gt 50 ]

unharmed() { open_findings | diff "$work/all" -; }

# Healed: as if nothing had been. The second scan after it proves that nothing stuck.
heals() { # CASE PLAN
	plan "$2"
	check "$1/heals" exits 0 scan
	check "$1/was met" test "$(spoiled)" -gt 0
	check "$1/same findings" unharmed
	check "$1/nothing new, nothing resolved" counts "0 0 0 $all 0" new reopened changed known resolved
	check "$1/no contexts are left" no_contexts
}

# Incomplete: all that was known stays, and the next whole scan says so too.
incomplete() { # CASE PLAN
	plan "$2"
	check "$1/is incomplete" exits 2 scan
	check "$1/was met" test "$(spoiled)" -gt 0
	check "$1/same findings" unharmed
	check "$1/nothing resolved" counts 0 resolved
	check "$1/no contexts are left" no_contexts
	plan '{"mode": "none"}'
	check "$1/whole again" exits 0 scan
	check "$1/same findings after that" unharmed
	kenpin findings list --rule 'kenpin-*'
	check "$1/the scan's own finding is over" same "$(grep -c kenpin- "$P/out" || true)" 0
}

# Either is right; a wrong end of a finding is not.
never_wrong() { # CASE PLAN
	plan "$2"
	kenpin scan
	case $CODE in
	0 | 2) pass "$1/ends with $CODE" ;;
	*) fail "$1/ends with $CODE" ;;
	esac
	check "$1/same findings" unharmed
	check "$1/nothing resolved" counts 0 resolved
	drop_contexts
	plan '{"mode": "none"}'
	check "$1/whole again" exits 0 scan
	check "$1/same findings after that" unharmed
}

# pages after the first: their context is known and must be closed
later='"path": "/_search/scroll"'
heals "busy once" "{\"mode\": \"busy\", $later, \"skip\": 2, \"count\": 1}"
heals "unavailable twice" "{\"mode\": \"unavailable\", $later, \"skip\": 2, \"count\": 2}"
heals "slow" "{\"mode\": \"delay\", $later, \"every\": 5, \"delay\": 0.2}"
heals "cut once" "{\"mode\": \"cut\", $later, \"skip\": 3, \"count\": 1}"
heals "reset once" "{\"mode\": \"reset\", $later, \"skip\": 3, \"count\": 1}"
heals "bad gateway once" "{\"mode\": \"bad_gateway\", $later, \"skip\": 3, \"count\": 1}"
heals "context lost once" "{\"mode\": \"gone\", $later, \"skip\": 3, \"count\": 1}"
incomplete "shards missing" "{\"mode\": \"shards\", $later}"
incomplete "shards missing on all pages" '{"mode": "shards"}'
incomplete "timed out" "{\"mode\": \"timed_out\", $later}"
incomplete "wrong total" '{"mode": "total"}'
incomplete "documents lost" "{\"mode\": \"lose\", $later}"
incomplete "ends early" "{\"mode\": \"empty\", $later, \"skip\": 3}"
incomplete "half a page" "{\"mode\": \"truncate\", $later}"
incomplete "always cut" "{\"mode\": \"cut\", $later}"
incomplete "contexts lost again and again" "{\"mode\": \"gone\", $later}"
never_wrong "half a page once" "{\"mode\": \"truncate\", $later, \"skip\": 3, \"count\": 1}"
never_wrong "shards missing once" "{\"mode\": \"shards\", $later, \"skip\": 3, \"count\": 1}"
never_wrong "first page cut" '{"mode": "cut", "path": "/_search?", "count": 1}'
never_wrong "first answers reset" '{"mode": "reset", "every": 2, "count": 3}'
never_wrong "now and then unavailable" '{"mode": "unavailable", "every": 4}'
never_wrong "now and then bad gateway" '{"mode": "bad_gateway", "every": 7}'

project "$work/pit" "$PROXY" three- 500 pit
plan '{"mode": "none"}'
check "pit/without faults" exits 0 scan
heals "pit/cut once" '{"mode": "cut", "skip": 6, "count": 1}'
heals "pit/bad gateway once" '{"mode": "bad_gateway", "skip": 6, "count": 1}'
incomplete "pit/shards missing" '{"mode": "shards", "skip": 6}'
incomplete "pit/documents lost" '{"mode": "lose", "skip": 6}'

# Asked to stop in the middle of a scan
project "$work/stop" "$PROXY" three- 200 scroll
plan '{"mode": "delay", "delay": 0.15}'
"$KENPIN" -C "$P" --now "$NOW" scan >"$P/out" 2>"$P/err" &
pid=$!
sleep 4
kill -TERM "$pid"
status=0
wait "$pid" || status=$?
cat "$P/err"
check "stopped/exit code" same "$status" 2
check "stopped/says so" grep -q 'asked to stop' "$P/err"
check "stopped/no contexts are left" no_contexts
check "stopped/what was read is kept" test "$(count documents)" -gt 0
check "stopped/the store is sound" sound
plan '{"mode": "none"}'
check "stopped/next run is complete" exits 0 scan
check "stopped/next run finds the rest" unharmed
