#!/bin/sh
# kill -9 at random moments of writing a manifest, handing it out and importing
# results: whole or nothing, and a second try ends it. No server is needed.
# shellcheck disable=SC1091,SC2034,SC2154
. tests/servers/lib.sh

P=$work/p
cp -R tests/project "$P"
# a thousand corrections, so that a moment is not over at once
sed -i 's/guard: {max_percent: 100}/guard: {max_percent: 100, max_actions: 5000, max_per_shop: 5000}/' "$P/rules/products.yaml"
i=0
while [ "$i" -lt 600 ]; do
	i=$((i + 1))
	echo "{\"_id\":\"n$i\",\"shop\":\"s1\",\"sku\":\"N$i\",\"jan\":\"$i\",\"price\":0}"
done >>"$P/data/products.ndjson"
check "scan" exits 0 scan
check "12 moments of each" python3 "$bed/crash_manifest.py" "$KENPIN" "$P" 12 --now "$NOW"
check "what it wrote is of its schema" python3 tests/validate-manifest.py "$P"/planned/* "$P"/handed/*
check "so are the results" python3 tests/validate-manifest.py --lines result "$P/results.jsonl"
