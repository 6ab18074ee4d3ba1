#!/bin/sh
# Rules over all documents against the answers: on a server and over files, in
# bounded memory, through faults of the query that is referred to, kills and mending.
# shellcheck disable=SC1091,SC2034,SC2154
. tests/servers/lib.sh
RULES=duplicate-order-no,orphan-shipment,unknown-shop,shipped-before-order,total-mismatch

only_sets() {
	rm -f "$P"/rules/*
	cp "$P/sets.yaml" "$P/rules/"
}
score_sets() { # PREFIX
	"$KENPIN" -C "$P" findings list --format ndjson >"$P/findings.ndjson"
	python3 "$bed/score.py" "$DATA" "$P/findings.ndjson" --prefix "$1" --rules "$RULES"
}
# What was planted for these rules, put right on the server.
mend() { # PREFIX
	jq -r --arg prefix "$1" --arg fresh "$NOW" '
		def line(op; index; id): {(op): {_index: ($prefix + index), _id: id}};
		if .rule == "duplicate-order-no" then line("delete"; .index; .ids[1])
		elif .rule == "orphan-shipment" then line("index"; "fbz-orders"; "N" + .ids[0]),
			{order_no: .value, shop_id: "S001", total: 0, postage: 0, lines: []}
		elif .rule == "unknown-shop" then line("index"; "fbz-shops"; .value), {shop_id: .value}
		elif .rule == "shipped-before-order" then line("update"; .index; .ids[0]), {doc: {shipped_at: $fresh}}
		elif .rule == "total-mismatch" then line("update"; .index; .ids[0]), {doc: {total: null}}
		else empty end | tojson' "$DATA/answers.ndjson" >"$work/mend"
	curl -sS -X POST -H 'Content-Type: application/x-ndjson' --data-binary "@$work/mend" "$URL/_bulk?refresh=true" |
		jq -e '.errors | not' >/dev/null
}
unharmed() { open_findings | diff "$work/all" -; }

files 10k
file_project "$work/files"
only_sets
check "files/scan is complete" exits 0 scan
check "files/recall and precision" score_sets ""
open_findings >"$work/want"
check "files/30 moments of kill -9" python3 "$bed/crash.py" "$KENPIN" "$P" 30 --now "$NOW"

files 100000
file_project "$work/many"
only_sets
check "many/scan is complete in 64 MiB" python3 "$bed/peak.py" 65536 "$KENPIN" -C "$P" --now "$NOW" -q scan
check "many/recall and precision" score_sets ""
check "many/no temporary file is left" same "$(find "${TMPDIR:-/tmp}" -maxdepth 1 -name 'kenpin-sort-*' | wc -l)" 0

start_node opensearch-2.19.6
load 2 sets- 10k
proxy "$URL"
project "$work/node" "$PROXY" sets- 1000 scroll
only_sets
plan '{"mode": "none"}'
check "node/scan is complete" exits 0 scan
check "node/recall and precision" score_sets sets-
open_findings >"$work/all"
check "node/the same as over files" sh -c "sed 's/ sets-/ /' $work/all | sort | diff $work/want -"
all=$(wc -l <"$work/all")
check "node/second scan" exits 0 scan
check "node/nothing is new or over" counts "0 0 0 $all 0" new reopened changed known resolved

for index in fbz-orders fbz-shops fbz-shipments; do
	plan "{\"mode\": \"shards\", \"path\": \"sets-$index/\"}"
	check "$index not whole/is incomplete" exits 2 scan
	check "$index not whole/was met" test "$(spoiled)" -gt 0
	check "$index not whole/same findings" unharmed
	plan "{\"mode\": \"lose\", \"path\": \"sets-$index/\"}"
	check "$index loses documents/is incomplete" exits 2 scan
	check "$index loses documents/same findings" unharmed
done
plan '{"mode": "none"}'
check "node/whole again" exits 0 scan
check "node/same findings after that" unharmed

check "mended" mend sets-
check "mended/scan" exits 0 scan
check "mended/all of them are over" counts "0 0 $all" new reopened resolved
load 2 sets- 10k
check "broken again/scan" exits 0 scan
check "broken again/all of them are opened again" counts "0 $all" new reopened
check "broken again/the store is sound" sound
