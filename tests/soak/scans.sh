#!/bin/sh
# Large data on every kind of server, with one shard and with three: all is
# found, nothing is new in the second scan, nothing is held afterwards.
# shellcheck disable=SC1091,SC2034,SC2154
. tests/servers/lib.sh

scans() { # KIND SHARDS
	case=$1/$2-shards
	load "$2" "" "$SIZE"
	project "$work/$case" "$URL" "" 5000
	check "$case/first scan" exits 0 scan
	check "$case/recall and precision" score ""
	told=$(wc -l <"$P/messages")
	check "$case/second scan" exits 0 scan
	check "$case/nothing new" counts "0 0 0 0" new reopened changed resolved
	check "$case/nothing told" same "$(wc -l <"$P/messages")" "$told"
	check "$case/no contexts are left" no_contexts
}
for kind in opensearch-2.19.6 opensearch-3.9.0 elasticsearch-7.10.2 elasticsearch8-8.19.0; do
	if ! sh "$bed/node.sh" can -k "$kind"; then
		echo "skipped: no JDK for $kind"
		skip "$kind"
		continue
	fi
	start_node "$kind" || { fail "$kind/starts"; continue; }
	scans "$kind" 1
	scans "$kind" 3
	sh "$bed/node.sh" stop -d "$OUT/node-$kind"
	rm -rf "$OUT/node-$kind"
done
