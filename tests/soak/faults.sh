#!/bin/sh
# Random faults at random places: a scan heals or is incomplete, and no finding
# comes to a wrong end.
# shellcheck disable=SC1091,SC2034,SC2154
. tests/servers/lib.sh

common
proxy "$URL"

# plans: one line each: PAGING PAGE MODE SKIP COUNT EVERY
awk -v seed="$SEED" -v rounds="$ROUNDS" 'BEGIN {
	srand(seed)
	modes = split("cut reset delay busy unavailable bad_gateway shards timed_out truncate total lose empty gone", mode, " ")
	for (i = 0; i < rounds; i++)
		print rand() < 0.7 ? "scroll" : "pit", 200 + int(rand() * 1800), mode[1 + int(rand() * modes)],
			int(rand() * 30), rand() < 0.5 ? 1 + int(rand() * 3) : -1, 1 + int(rand() * 8)
}' >"$work/plans"

for paging in scroll pit; do
	project "$work/$paging" "$PROXY" three- @PAGE@ "$paging"
	sed "s/@PAGE@/1000/" "$P/kenpin.yaml" >"$P/plain.yaml"
	cp "$P/kenpin.yaml" "$P/template.yaml"
	cp "$P/plain.yaml" "$P/kenpin.yaml"
	check "$paging/without faults" exits 0 scan
	open_findings >"$P/all"
	[ "$(wc -l <"$P/all")" -gt 50 ]
done

unharmed() { open_findings | diff "$P/all" -; }
round=0
while read -r paging page mode skip count every; do
	round=$((round + 1))
	P=$work/$paging
	sed "s/@PAGE@/$page/" "$P/template.yaml" >"$P/kenpin.yaml"
	plan "{\"mode\": \"$mode\", \"skip\": $skip, \"count\": $count, \"every\": $every, \"delay\": 0.05}"
	kenpin scan
	case="round $round: $paging $page $mode skip $skip count $count every $every, exit $CODE"
	resolved=$(sed -n 's/.* \([0-9]*\) resolved$/\1/p' "$P/err" | tail -n 1)
	plan '{"mode": "none"}'
	kenpin findings list --state resolved --format ndjson
	wrong=$(jq -r 'select(.rule | startswith("kenpin-") | not) | .finding' "$P/out")
	check "$case" same "$(unharmed && echo unharmed) ${wrong:-none} $((CODE == 0 || CODE == 2))" "unharmed none 1"
	echo "resolved by it: ${resolved:-0}"
	drop_contexts
done <"$work/plans"
check "scroll/the store is sound" sound
