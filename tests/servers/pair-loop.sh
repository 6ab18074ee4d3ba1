#!/bin/sh
# The loop closed: two sides differ, the corrections are proposed, done by the
# executor that ships, and proven by the next scan; what is newer survives.
# shellcheck disable=SC1091,SC2034,SC2154
. tests/servers/lib.sh
. tests/servers/moto.sh

moto || { skip pair-loop; exit 0; }
export AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test AWS_ENDPOINT_URL="$AWS"
start_node opensearch-2.19.6
load 1 loop-
export KENPIN_TEST_URL="$URL" KENPIN_TEST_AWS="$AWS"
export PYTHONPATH="$top/contrib/correction:$top/tests/servers" PYTHONDONTWRITEBYTECODE=1
"$PYTHON" "$top/tests/servers/correction.py" tables
cat >"$work/systems.json" <<END
{"systems": {"search": {"kind": "elasticsearch", "url": "$URL",
   "stores": {"loop-zozotown-products": {}, "loop-fbz-products": {"write": true}}}},
 "ledger": {"table": "kenpin-ledger", "lease_seconds": 0}}
END
product() { # ID JQ-FILTER
	curl -sS "$URL/loop-fbz-products/_doc/$1" | jq -r "$2"
}
on_record() { # FILTER: of the open findings
	"$KENPIN" -C "$P" findings list --format ndjson | jq -r "select($1) | .id" | sort
}

project "$work/p" "$URL" loop- 1000
rm -f "$P"/rules/*
cp "$P/pairs-mend.yaml" "$P/rules/"
check "the scan is complete" exits 0 scan --manifest "$P/manifests"
all=$(open_findings | wc -l)
folder=$(find "$P/manifests" -name manifest.json -exec dirname {} \;)
for kind in manifest:manifest.json action:actions-0001.jsonl undo:undo-0001.jsonl; do
	check "${kind%:*} is of its schema" python3 "$bed/schema.py" "$top/contrib/schema/${kind%:*}.schema.json" "$folder/${kind#*:}"
done
check "every finding has its correction" same "$(cat "$folder"/actions-*.jsonl | wc -l)" "$all"
check "sides are copied, what is missing is made" same "$(cat "$folder"/actions-*.jsonl | jq -r .op | sort -u | tr '\n' ' ')" 'copy create '
check "only what may be is done by itself" same \
	"$(cat "$folder"/actions-*.jsonl | jq -r '"\(.class) \(.mode)"' | sort -u | tr '\n' ' ')" 'mismatch auto mismatch manual missing_right manual '

# one product is changed by somebody after the scan
newer=$(cat "$folder"/actions-*.jsonl | jq -r 'select(.rule.id == "one-price") | .target.key._id' | head -n 1)
curl -sS -X POST "$URL/loop-fbz-products/_update/$newer" -H 'Content-Type: application/json' -d '{"doc": {"price": 4321}}' >/dev/null
# and for another one the truth is another since
moved=$(cat "$folder"/actions-*.jsonl | jq -r 'select(.rule.id == "one-stock") | .target.key._id' | head -n 1)
curl -sS -X POST "$URL/loop-zozotown-products/_update/$moved" -H 'Content-Type: application/json' -d '{"doc": {"stock": 77}}' >/dev/null
CODE=0
"$PYTHON" -m correction "$folder" --systems "$work/systems.json" --results "$work/results" --now "$NOW" \
	--approved "$(sha256sum "$folder/manifest.json" | cut -d' ' -f1)" >"$work/executor.out" 2>"$work/executor.err" || CODE=$?
cat "$work/executor.out" "$work/executor.err"
check "the executor says that one was not done" same "$CODE" 4
check "all but one are applied" same \
	"$(cat "$work"/results/*.jsonl | jq -r .outcome | sort | uniq -c | awk '{printf "%s %s ", $1, $2}')" \
	"$((all - 1)) applied 1 precondition_failed "
check "what is newer survives" same "$(product "$newer" ._source.price)" 4321
check "the truth was read again" same "$(product "$moved" ._source.stock)" 77
curl -sS -X POST "$URL/loop-*/_refresh" >/dev/null

check "the next scan is complete" exits 0 scan
check "it proves all but one" same "$(on_record true)" "$newer"
check "and says so" counts "0 0 $((all - 1))" new reopened resolved
check "no contexts are left" no_contexts
