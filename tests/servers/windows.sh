#!/bin/sh
# Rules over windows of time: what they find is what every window counted by
# itself gives, over files, out of a server's pages and by its aggregations; in one
# scan, with late documents in the next, and when the server is not to be trusted.
# shellcheck disable=SC1091,SC2034,SC2154
. tests/servers/lib.sh
FIRST=2026-01-01T19:30:00Z LATER=2026-01-01T19:31:00Z

# make_project FOLDER SOURCE: becomes P; queries events (all can be counted) and moves (documents are needed)
make_project() {
	P=$1
	rm -rf "$P"
	mkdir -p "$P/queries" "$P/rules"
	cat >"$P/kenpin.yaml" <<-END
		version: 1
		sources:
		  search: $2
		receivers:
		  lines: {kind: file, path: messages}
		routes:
		  - {receivers: [lines], group_by: [rule, shop]}
	END
	for query in events moves; do
		printf 'source: search\nindex: %s\nkey: _id\nshop: shop\ntime: {field: at, overlap: 20h, lateness: 0s}\n' "$INDEX" >"$P/queries/$query.yaml"
	done
	cat >"$P/rules/events.yaml" <<-END
		version: 1
		rules:
		  - {id: burst, title: a, query: events, window: {kind: frequency, length: 10m, step: 1m, group_by: [shop, user], events: 5}}
		  - {id: quiet, title: a, query: events, window: {kind: flatline, length: 1h, group_by: shop, events: 20}}
		  - {id: spike, title: a, query: events, window: {kind: spike, length: 1h, step: 10m, group_by: user, height: 4, min_current: 8}}
		  - {id: places, title: a, query: events, window: {kind: cardinality, length: 1h, group_by: shop, field: ip, max: 12, min: 9}}
		  - {id: failing, title: a, query: events, window: {kind: percentage, length: 1h, group_by: shop, match: {field: status, equals: failed}, max: 40, min_events: 20}}
		  - {id: dear, title: a, query: events, when: [{field: paid, equals: true}, {field: total, min: 1}], window: {kind: metric, length: 1h, step: 10m, group_by: shop, metric: avg, field: total, max: 6000}}
		  - {id: sum, title: a, query: events, window: {kind: metric, length: 1h, step: 1h, group_by: user, metric: sum, field: total, max: 60000}}
		  - {id: term, title: a, query: events, window: {kind: new_term, length: 3h, field: status}}
	END
	cat >"$P/rules/moves.yaml" <<-END
		version: 1
		rules:
		  - {id: change, title: a, query: moves, window: {kind: change, length: 3h, group_by: [shop, user], fields: status, within: 5m}}
	END
}
# what is open, in the form of the answers
found() {
	"$KENPIN" -C "$P" findings list --format ndjson |
		jq -cS '{rule, key, value} | select(.rule | startswith("kenpin-") | not)' | sort >"$P/found"
}
# answers NAME NOW_MS FILE...
answers() {
	cat "$3" ${4:+"$4"} >"$work/all.ndjson"
	python3 "$bed/windows.py" answers "$work/all.ndjson" "$2" | jq -cS . | sort >"$work/$1"
}
right() { found && diff "$work/$1" "$P/found"; }
scan_at() { # NOW OPTIONS...
	NOW=$1
	shift
	exits 0 -v scan "$@"
}
counted() { same "$(grep -c 'were counted by the source' "$P/err")" "$1"; }

python3 "$bed/windows.py" make "$work/data"
answers first 1767295800000 "$work/data/first/events.ndjson"
answers later 1767295860000 "$work/data/first/events.ndjson" "$work/data/late/events.ndjson"
check "the answers hold something of every rule" same "$(jq -r .rule "$work/first" "$work/later" | sort -u | wc -l)" 9

INDEX=events
make_project "$work/files" "{kind: ndjson, path: data}"
mkdir "$P/data"
cp "$work/data/first/events.ndjson" "$P/data/"
check "files/scan is complete" scan_at "$FIRST"
check "files/every window is right" right first
cat "$work/data/late/events.ndjson" >>"$P/data/events.ndjson"
check "files/scan with late documents" scan_at "$LATER"
check "files/late documents count, and once" right later
check "files/scan again" scan_at "$LATER"
check "files/nothing is new or over" counts "0 0 0 $(wc -l <"$work/later") 0" new reopened changed known resolved
check "files/10 moments of kill -9" python3 "$bed/crash.py" "$KENPIN" "$P" 10 --now "$LATER"
check "files/the same after them" right later

load_events() { # first|late
	curl -sS -X POST -H 'Content-Type: application/x-ndjson' --data-binary "@$work/data/$1/events.bulk" "$URL/windows-events/_bulk?refresh=true" |
		jq -e '.errors | not' >/dev/null
}
new_index() { # [FIELDS]: other mappings, as JSON
	curl -sS -X DELETE "$URL/windows-events" >/dev/null
	jq -n --argjson other "${1:-{\}}" '{settings: {number_of_shards: 3, number_of_replicas: 0}, mappings: {properties: ({at: {type: "date"},
		shop: {type: "keyword"}, user: {type: "keyword"}, ip: {type: "keyword"}, status: {type: "keyword"}, paid: {type: "boolean"},
		total: {type: "long"}} + $other)}}' |
		curl -sS -X PUT -H 'Content-Type: application/json' "$URL/windows-events" -d @- | jq -e .acknowledged >/dev/null
}

INDEX=windows-events
for kind in opensearch-2.19.6 elasticsearch8-8.19.0; do
	start_node "$kind" || { skip "$kind"; continue; }
	for way in counted read; do
		option='' other=--no-census
		[ "$way" = counted ] || option=--no-census other=
		new_index
		load_events first
		make_project "$work/$kind-$way" "{kind: elasticsearch, url: '$URL', page: 500}"
		check "$kind/$way/scan is complete" scan_at "$FIRST" $option
		check "$kind/$way/by the way that was meant" counted "$([ "$way" = read ] && echo 0 || echo 1)"
		check "$kind/$way/every window is right" right first
		load_events late
		check "$kind/$way/scan with late documents" scan_at "$LATER" $option
		check "$kind/$way/late documents count, and once" right later
		# what the other way sees is no news
		check "$kind/$way/scan the other way" scan_at "$LATER" $other
		check "$kind/$way/the ways agree" counts "0 0 0 $(wc -l <"$work/later") 0" new reopened changed known resolved
	done
	check "$kind/no context is left" no_contexts
done

# ---- where the server's count is not what documents hold, they are read ----
start_node opensearch-2.19.6
odd() { # NAME FIELDS DOCUMENT: one more document, or another mapping
	new_index "$2"
	load_events first
	[ -z "$3" ] || curl -sS -X POST -H 'Content-Type: application/json' "$URL/windows-events/_doc/odd?refresh=true" -d "$3" >/dev/null
	make_project "$work/odd" "{kind: elasticsearch, url: '$URL', page: 500}"
	check "odd/$1/scan is complete" scan_at "$FIRST"
	check "odd/$1/documents were read" counted 0
	found
	cp "$P/found" "$work/odd-found"
	rm -rf "$P/state"
	check "odd/$1/scan of documents" scan_at "$FIRST" --no-census
	found
	check "odd/$1/the same" cmp "$P/found" "$work/odd-found"
}
odd "a list" "" '{"at": "2026-01-01T10:00:00Z", "shop": ["s1", "s2"], "user": "u01", "total": 1}'
odd "two numbers" "" '{"at": "2026-01-01T10:00:00Z", "shop": "s1", "user": "u01", "total": [1, 2]}'
odd "a field is cut" '{"status": {"type": "keyword", "ignore_above": 5}}' ""
odd "a field is not exact" '{"user": {"type": "text"}}' ""

# ---- a count that is not whole says nothing ----
new_index
load_events first
proxy "$URL"
make_project "$work/faults" "{kind: elasticsearch, url: '$PROXY', page: 500, attempts: 2}"
plan '{"mode": "none"}'
check "faults/scan is complete" scan_at "$FIRST"
all=$(wc -l <"$work/first")
for mode in shards timed_out; do
	plan "{\"mode\": \"$mode\", \"path\": \"windows-events/_search\"}"
	check "faults/$mode/is incomplete" exits 2 scan
	check "faults/$mode/was met" test "$(spoiled)" -gt 0
	check "faults/$mode/same findings" right first
done
plan '{"mode": "none"}'
check "faults/whole again" scan_at "$FIRST"
# the two are about the scan itself
check "faults/nothing is new or over" counts "0 0 0 $all 2" new reopened changed known resolved
check "faults/the store is sound" sound

# ---- more buckets than a server gives at once ----
curl -sS -X DELETE "$URL/windows-many" >/dev/null
curl -sS -X PUT -H 'Content-Type: application/json' "$URL/windows-many" -d '{"settings": {"number_of_replicas": 0},
	"mappings": {"properties": {"at": {"type": "date"}, "user": {"type": "keyword"}}}}' >/dev/null
awk 'BEGIN { for (n = 0; n < 70000; n++) {
	printf "{\"index\":{}}\n{\"at\":\"2026-01-01T%02d:%02d:%02dZ\",\"user\":\"u%d\"}\n", n / 3600, n / 60 % 60, n % 60, n < 69990 ? n : 7 } }' >"$work/many.bulk"
curl -sS -X POST -H 'Content-Type: application/x-ndjson' --data-binary "@$work/many.bulk" "$URL/windows-many/_bulk?refresh=true" >/dev/null
INDEX=windows-many
make_project "$work/many" "{kind: elasticsearch, url: '$URL'}"
rm "$P/rules/moves.yaml"
cat >"$P/rules/events.yaml" <<-END
	version: 1
	rules:
	  - {id: burst, title: a, query: events, window: {kind: frequency, length: 1m, step: 1s, group_by: user, events: 10}}
	  - {id: quiet, title: a, query: events, window: {kind: flatline, length: 1h, group_by: user, forget: 20h}}
END
quietly() { "$@" >/dev/null; }
check "many/scan is complete in 64 MiB" quietly python3 "$bed/peak.py" 65536 "$KENPIN" -C "$P" --now "$FIRST" -q scan
"$KENPIN" -C "$P" findings list --format ndjson | jq -cS '{rule, key, value}' | sort >"$work/many-counted"
# all but those of the last hour, of which u7 is one
check "many/every silent group has its own" same "$(grep -c '"quiet"' "$work/many-counted") $(grep '"burst"' "$work/many-counted" | jq -r .key.user)" "66599 u7"
rm -rf "$P/state"
check "many/scan of documents" scan_at "$FIRST" --no-census
"$KENPIN" -C "$P" findings list --format ndjson | jq -cS '{rule, key, value}' | sort >"$work/many-read"
check "many/the ways agree" cmp "$work/many-counted" "$work/many-read"
