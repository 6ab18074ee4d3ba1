#!/bin/sh
# The same answers on every kind of server, by scroll everywhere and by a point
# in time where that is complete; refused where it would lose documents.
# shellcheck disable=SC1091,SC2034,SC2154
. tests/servers/lib.sh

recall() { # CASE PREFIX PAGING
	project "$work/$1" "$URL" "$2" 1000 "$3"
	check "$1/scan is complete" exits 0 scan
	check "$1/recall and precision" score "$2"
	check "$1/no contexts are left" no_contexts
}

refused() { # CASE PREFIX: a point in time without a tiebreaker
	project "$work/$1" "$URL" "$2" 1000 pit
	sed -i '/^unique:/d' "$P"/queries/*.yaml
	check "$1/refused as configuration" exits 3 scan
	check "$1/the message names what to do" grep -q 'paging: scroll' "$P/err"
	check "$1/nothing is recorded" same "$(open_findings)" ""
	check "$1/no contexts are left" no_contexts
}

on() { # KIND PIT: with 3 shards
	case "$1" in
	opensearch-2*) common; prefix=three- ;;
	*)
		if ! sh "$bed/node.sh" can -k "$1"; then
			echo "skipped: no JDK for $1"
			skip "$1"
			return
		fi
		start_node "$1" || { fail "$1/starts"; return; }
		prefix=''
		load 3 "" || { fail "$1/loads"; return; } ;;
	esac
	recall "$1/scroll" "$prefix" scroll
	recall "$1/auto" "$prefix" auto
	[ "$2" = none ] || recall "$1/pit" "$prefix" pit
	case "$1" in
	opensearch-2*) refused "$1/pit without tiebreaker" "$prefix" ;;
	*) sh "$bed/node.sh" stop -d "$OUT/node-$1" ;;
	esac
}

# Elasticsearch 7.10 as it is on Maven Central has no point in time
on opensearch-2.19.6 pit
on opensearch-3.9.0 pit
on elasticsearch-7.10.2 none
on elasticsearch8-8.19.0 pit
