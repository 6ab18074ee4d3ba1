#!/bin/sh
# Findings on OpenSearch 2.19 against the answers, and their life: told once,
# resolved when mended, opened again when broken again. One and three shards.
# shellcheck disable=SC1091,SC2034,SC2154
. tests/servers/lib.sh

database_bytes() { wc -c <"$P/state/kenpin.db"; }

# The documents that a command names on lines "INDEX ID", as the findings that were open on them.
on_documents() { # FINDINGS DOCUMENTS
	awk 'NR == FNR {want[$1 " " $2] = 1; next} ($2 " " $3) in want' "$2" "$1"
}

resolved_findings() {
	"$KENPIN" -C "$P" findings list --state resolved --format ndjson |
		jq -r '"\(.rule) \(.index) \(.id) \(.episode)"' | sort
}

# Messages that were told as over are those all of whose members are over; each was told as found before.
resolve_messages() {
	jq -rs --rawfile gone "$work/resolved" '($gone | split("\n")) as $gone | map(select(.event == "found")) |
		map(select(.findings | all("\(.rule) \(.index) \(.id) \(.episode)" as $f | $gone | index([$f])))) | .[].dedup_key' \
		"$P/messages" | sort >"$work/want"
	jq -r 'select(.event == "resolved") | .dedup_key' "$P/messages" | sort >"$work/got"
	[ -s "$work/want" ] && diff "$work/want" "$work/got"
}

life() { # SHARDS
	case=$1-shards
	prefix=recall$1-
	load "$1" "$prefix"
	project "$work/$case" "$URL" "$prefix" 1000
	check "$case/first scan is complete" exits 0 scan
	check "$case/recall and precision" score "$prefix"
	open_findings >"$work/all"
	all=$(wc -l <"$work/all")
	check "$case/each finding is told" same "$(jq -s 'map(.total) | add' "$P/messages")" "$all"
	told=$(wc -l <"$P/messages")

	before=$(database_bytes)
	check "$case/second scan is complete" exits 0 scan
	check "$case/second scan finds nothing new" counts "0 0 0 $all 0" new reopened changed known resolved
	check "$case/second scan tells nothing" same "$(wc -l <"$P/messages")" "$told"
	# a full page of a small table splits once, when numbers take one byte more
	check "$case/database grows by two pages at most" test "$(($(database_bytes) - before))" -le 8192
	before=$(database_bytes)
	check "$case/third scan is complete" exits 0 scan
	check "$case/database grows no more" same "$(database_bytes)" "$before"

	python3 "$bed/mend.py" "$URL" "$DATA" --prefix "$prefix" >"$work/mended"
	check "$case/scan after mending is complete" exits 0 scan
	on_documents "$work/all" "$work/mended" >"$work/want-resolved"
	resolved_findings >"$work/resolved"
	check "$case/half is mended" test "$(wc -l <"$work/mended")" -ge 25
	check "$case/exactly the mended ones resolve" diff "$work/want-resolved" "$work/resolved"
	check "$case/nothing is new by mending" counts "0 0 $(wc -l <"$work/want-resolved")" new reopened resolved
	check "$case/resolves are told" resolve_messages

	python3 "$bed/mend.py" "$URL" "$DATA" --prefix "$prefix" --which first --break >"$work/broken"
	told=$(wc -l <"$P/messages")
	on_documents "$work/resolved" "$work/broken" | sed 's/ 1$/ 2/' >"$work/want-again"
	check "$case/scan after breaking one again is complete" exits 0 scan
	open_findings | on_documents /dev/stdin "$work/broken" >"$work/again"
	check "$case/it is opened again as episode 2" diff "$work/want-again" "$work/again"
	check "$case/only that is opened again" counts "0 $(wc -l <"$work/want-again") 0" new reopened resolved
	tail -n "+$((told + 1))" "$P/messages" >"$work/news"
	check "$case/it is told again under another key" same \
		"$(jq -rs 'map(.findings[].episode) | unique | join(" ")' "$work/news") $(jq -rs 'map(.dedup_key) | unique | length' "$work/news")" \
		"2 $(wc -l <"$work/news")"
	check "$case/the store is sound" sound
	check "$case/no contexts are left" no_contexts
}

crowded() {
	project "$work/crowd" "$URL" recall3- 1000
	crowd
	check "crowd/first scan" exits 0 scan
	before=$(database_bytes)
	check "crowd/second scan" exits 0 scan
	check "crowd/thousands are known" test "$(count known)" -gt 4000
	check "crowd/database grows by at most 1 %" test "$(($(database_bytes) * 100))" -le "$((before * 101))"
}

start_node opensearch-2.19.6
life 1
life 3
crowded
