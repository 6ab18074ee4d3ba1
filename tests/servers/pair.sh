#!/bin/sh
# Two sides held against each other on OpenSearch 2.19: the answers, no more
# and no less, whatever is being changed meanwhile.
# shellcheck disable=SC1091,SC2034,SC2154
. tests/servers/lib.sh

RULES=price-mismatch,stock-mismatch,missing-on-zozotown,missing-on-fbz

pairs() { # FOLDER URL PREFIX
	project "$1" "$2" "$3" 1000
	rm -f "$P"/rules/*
	cp "$P/pairs.yaml" "$P/rules/"
}
pair_score() { # PREFIX
	"$KENPIN" -C "$P" findings list --format ndjson >"$P/findings.ndjson"
	python3 "$bed/score.py" "$DATA" "$P/findings.ndjson" --prefix "$1" --rules "$RULES"
}

common
pairs "$work/answers" "$URL" three-
check "answers/the scan is complete" exits 0 scan
check "answers/recall and precision" pair_score three-
all=$(open_findings | wc -l)
check "answers/nothing is in flight" same "$(grep -c 'in flight' "$P/err" || true)" 0
check "answers/second scan" exits 0 scan
check "answers/second scan finds nothing new" counts "0 0 0 $all 0" new reopened changed known resolved
check "answers/no contexts are left" no_contexts

# A file against a cluster: the same is found, what only a cluster can be asked again.
files 10k
pairs "$work/file" "$URL" three-
sed -i -e "s|^receivers:|  file: {kind: ndjson, path: '$FILES'}\nreceivers:|" "$P/kenpin.yaml"
sed -i -e 's/^source: .*/source: file/' -e 's/^index: .*/index: zozotown-products/' "$P/queries/zozotown.yaml"
sed -i '/missing-on-fbz/,$d' "$P/rules/pairs.yaml" # that one is about documents of the file, which have no prefix
RULES=price-mismatch,stock-mismatch,missing-on-zozotown
check "file/the scan is complete" exits 0 scan
check "file/recall and precision" pair_score three-
RULES=$RULES,missing-on-fbz

# Changes that have come to one side when it is read, and to the other before it is looked at again.
start_node opensearch-2.19.6
load 1 pair-
proxy "$URL"
pairs "$work/changing" "$PROXY" pair-
python3 "$bed/change.py" "$URL" "$DATA" zozotown-products --prefix pair- --keys 200 --new 20
curl -sS -X POST "$URL/pair-zozotown-products/_refresh" >/dev/null
plan '{"mode": "hold", "path": "/_mget"}'
"$KENPIN" -C "$P" --now "$NOW" scan >"$P/out" 2>"$P/err" &
scan=$!
tries=0
while [ "$(spoiled)" -eq 0 ] && [ "$tries" -lt 600 ]; do
	sleep 0.1
	tries=$((tries + 1))
done
python3 "$bed/change.py" "$URL" "$DATA" fbz-products --prefix pair- --keys 200 --new 20
plan '{"mode": "none"}'
CODE=0
wait "$scan" || CODE=$?
cat "$P/err"
check "changing/the scan is complete" same "$CODE" 0
check "changing/it was held" test "$tries" -lt 600
check "changing/recall and precision" pair_score pair-
check "changing/what was changed is in flight" same "$(sed -n 's/^  in flight: \([0-9]*\),.*/\1/p' "$P/err")" 220
curl -sS -X POST "$URL/pair-fbz-products/_refresh" >/dev/null
check "changing/all has come" exits 0 scan
check "changing/nothing is in flight now" same "$(grep -c 'in flight' "$P/err" || true)" 0
check "changing/nothing is new" counts "0 0 0 0" new reopened changed resolved
check "changing/recall and precision after that" pair_score pair-

# Who cannot be asked again says so, and nothing is found or over.
plan '{"mode": "forbidden", "path": "/_mget"}'
check "shut/the scan is incomplete" exits 2 scan
check "shut/nothing is over" counts "0 0" new resolved
check "shut/it says why" grep -q 'documents again: HTTP 403' "$P/err"
plan '{"mode": "none"}'
check "shut/no contexts are left" no_contexts
