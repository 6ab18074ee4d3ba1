#!/bin/sh
# The executor that ships, with a real cluster and moto's DynamoDB: what it
# does, what it does twice, what it must not overwrite, what it takes back, and
# what it makes of a death between its steps.
# shellcheck disable=SC1091,SC2034,SC2154
. tests/servers/lib.sh
. tests/servers/moto.sh

moto || { skip correction; exit 0; }
export AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test AWS_ENDPOINT_URL="$AWS"
start_node opensearch-2.19.6
load 1 corr-
export KENPIN_TEST_URL="$URL" KENPIN_TEST_AWS="$AWS" KENPIN_TEST_AUTH=kenpin:secret
export PYTHONPATH="$top/contrib/correction:$top/tests/servers" PYTHONDONTWRITEBYTECODE=1
helper() { "$PYTHON" "$top/tests/servers/correction.py" "$@"; }

cat >"$work/systems.json" <<END
{"systems": {
  "search": {"kind": "elasticsearch", "url": "$URL", "auth": {"basic": "env:KENPIN_TEST_AUTH"},
    "stores": {"corr-fbz-*": {"write": true},
      "corr-fbz-products": {"write": true, "reindex": {"system": "warehouse", "store": "products", "without": ["pk"]}}}},
  "warehouse": {"kind": "dynamodb",
    "stores": {"products": {"table": "warehouse-products", "key": {"pk": "product#{_id}"}, "version": "rev", "write": true}}},
  "desk": {"kind": "dynamodb", "stores": {"tickets": {"table": "desk-tickets", "key": {"order": "{_id}"}, "write": true}}}},
 "calls": {"normalise-jan": {"python": "corrections:normalise_jan"}},
 "ledger": {"table": "kenpin-ledger", "lease_seconds": 0}}
END
ln -sf "$top/tests/servers/correction.py" "$work/corrections.py"
PYTHONPATH=$PYTHONPATH:$work

# execute FOLDER [OPTION...]: sets CODE, OUTCOMES ("2 applied 1 rejected ") and RESULT, the file
execute() {
	CODE=0
	folder=$1
	shift
	rm -rf "$work/results"
	"$PYTHON" -m correction "$folder" --systems "$work/systems.json" --results "$work/results" --now "$NOW" "$@" \
		>"$work/executor.out" 2>"$work/executor.err" || CODE=$?
	echo "+ correction $folder $* -> $CODE"
	cat "$work/executor.out" "$work/executor.err"
	RESULT=$(find "$work/results" -name '*.jsonl' 2>/dev/null || true)
	OUTCOMES=
	[ -z "$RESULT" ] || OUTCOMES=$(jq -r .outcome "$RESULT" | sort | uniq -c | awk '{printf "%s %s ", $1, $2}')
}
valid() { # CASE: every result file is of its schema
	check "$1/result file is of its schema" python3 "$bed/schema.py" "$top/contrib/schema/result.schema.json" "$RESULT"
}
outcome() { # FILTER: of the line whose action has it
	jq -r "select(.action_id == \"$1\") | .outcome" "$RESULT"
}
of_op() { # OP: id of its first action
	jq -r "select(.op == \"$1\") | .action_id" "$folder"/actions-*.jsonl | head -n 1
}
approve() { sha256sum "$1/manifest.json" | cut -d' ' -f1; }
keep() { helper documents >"$work/$1.documents"; helper items desk-tickets >"$work/$1.tickets"; }
unchanged() { diff "$work/$1.documents" "$work/$2.documents" && diff "$work/$1.tickets" "$work/$2.tickets"; }

# ---- a manifest as a scan writes it ----

helper tables
project "$work/p" "$URL" corr- 1000
cp "$P/recover.yaml" "$P/rules/"
check "scan proposes" exits 0 scan --manifest "$P/manifests"
M=$(dirname "$(find "$P/manifests" -name manifest.json)")
helper truth "$M"
keep before

execute "$M"
check "unapproved/only what is automatic would be done" same "$(echo "$OUTCOMES" | tr -d '[:digit:]')" " applied  rejected "
valid unapproved
automatic=$(jq -r 'select(.mode == "auto") | .action_id' "$M"/actions-*.jsonl | wc -l)
check "unapproved/all of it" same "$(jq -r 'select(.outcome == "applied").action_id' "$RESULT" | wc -l)" "$automatic"
keep automatic
execute "$M" --undo --approved "$(approve "$M")"
check "undo/takes back what was done, and nothing else" same "$(echo "$OUTCOMES" | tr -d '[:digit:]')" " applied  rejected "
valid undo
keep undone
check "undo/the exact former values" unchanged before undone
check "undo/there was something to take back" test "$(diff "$work/before.documents" "$work/automatic.documents" | wc -l)" -gt 4
execute "$M" --undo --approved "$(approve "$M")"
check "undo/twice is once" same "$(jq -r 'select(.outcome == "applied").action_id' "$RESULT" | wc -l)" 0

# ---- approved: every op; a value that is newer than the scan survives ----

newer=$(of_op copy)
newer_id=$(jq -r "select(.action_id == \"$newer\") | .target.key._id" "$M"/actions-*.jsonl)
curl -sS -X POST "$URL/corr-fbz-products/_update/$newer_id?refresh=true" -H 'Content-Type: application/json' \
	-d '{"doc": {"name": "a newer name"}}' >/dev/null
execute "$M" --approved "$(approve "$M")" --dry-run
check "dry run/all of it would be done, but for what is newer" same "$(echo "$OUTCOMES" | tr -d '[:digit:]')" \
	" already_applied  dry_run_ok  precondition_failed "
valid "dry run"
keep dry
check "dry run/wrote nothing" same "$(diff "$work/undone.documents" "$work/dry.documents" | grep -c '^>')" 1
execute "$M" --approved "$(approve "$M")"
check "approved/all of it is done, but for what is newer" same "$(echo "$OUTCOMES" | tr -d '[:digit:]')" \
	" already_applied  applied  precondition_failed "
valid approved
check "approved/what is newer survives" same "$(get "/corr-fbz-products/_doc/$newer_id" ._source.name)" "a newer name"
check "approved/what it saw is told" same "$(jq -r "select(.action_id == \"$newer\") | .observed[\"/name\"]" "$RESULT")" "a newer name"
copied=$(jq -r "select(.op == \"copy\" and .action_id != \"$newer\") | .target.key._id" "$M"/actions-*.jsonl | head -n 1)
check "approved/the truth was read again" same "$(get "/corr-fbz-products/_doc/$copied" ._source.name)" "正しい名前 $copied"
check "approved/what is created is there" same "$(helper items desk-tickets | grep -c call-customer)" \
	"$(jq -r 'select(.op == "create").op' "$M"/actions-*.jsonl | wc -l)"
curl -sS -X POST "$URL/corr-*/_refresh" >/dev/null
check "the next scan proves it" exits 0 scan
kenpin findings list --format ndjson
check "only what was not done is still found" same "$(jq -r 'select(.rule | startswith("mend-")) | .rule' "$P/out" | sort | uniq -c |
	awk '{printf "%s %s ", $1, $2}')" "5 mend-order 5 mend-stock "

keep after
execute "$M" --approved "$(approve "$M")"
check "twice/nothing is applied" same "$(echo "$OUTCOMES" | tr -d '[:digit:]')" " already_applied  precondition_failed "
keep twice
check "twice/nothing is written" unchanged after twice

# ---- a death between two steps ----

for op in copy create delete call reindex; do
	id=$(jq -r "select(.op == \"$op\" and .action_id != \"$newer\") | .action_id" "$M"/actions-*.jsonl | head -n 1)
	helper forget "$id" begun
	echo "$op $id" >>"$work/killed"
done
execute "$M" --approved "$(approve "$M")"
while read -r op id; do
	check "killed after the write/$op is known again" same "$(outcome "$id")" already_applied
done <"$work/killed"
keep killed
check "killed after the write/nothing is written" unchanged after killed
helper forget "$(of_op delete)" gone
execute "$M" --approved "$(approve "$M")"
check "without its line of the ledger it was not the executor" same "$(outcome "$(of_op delete)")" target_missing

# a real death: it is killed while it works, again and again, and ends what it began
rm -rf "$P/state" "$P/manifests"
load 1 corr- >/dev/null
helper empty
check "killed/scan proposes" exits 0 scan --manifest "$P/manifests"
M=$(dirname "$(find "$P/manifests" -name manifest.json)")
for round in 1 2 3; do
	check "killed/in the midst of its work, $round" helper kill "$M" --systems "$work/systems.json" --results "$work/killed-results" \
		--now "$NOW" --approved "$(approve "$M")"
done
execute "$M" --approved "$(approve "$M")"
check "killed/the last one ends it" same "$CODE" 0
check "killed/what was done before is known, the rest is done now" same "$(echo "$OUTCOMES" | tr -d '[:digit:]')" " already_applied  applied "
execute "$M" --undo --approved "$(approve "$M")"
check "killed/and can be taken back" same "$CODE" 0

# ---- what is not executed at all ----

refused() { # CASE WHY FOLDER [OPTION...]
	case_of=$1
	why=$2
	shift 2
	execute "$@"
	check "$case_of/refused" same "$CODE $OUTCOMES" "3 "
	check "$case_of/says why" grep -q -- "$why" "$work/executor.err"
}
changed() { # SED EXPRESSION, FILE: sets COPY, a manifest that was tampered with
	COPY=$work/copy
	rm -rf "$COPY"
	cp -R "$M" "$COPY"
	sed -i "$1" "$COPY/$2"
}
changed '1s/"op":"[a-z]*"/"op":"delete"/' actions-0001.jsonl
refused "a line was changed" "SHA-256 is not the one" "$COPY"
changed '1d' undo-0001.jsonl
refused "a line is missing" "SHA-256 is not the one" "$COPY" --undo
changed 's/"max_actions":1000/"max_actions":9000/' manifest.json
refused "the header was changed" "manifest_id is not the id" "$COPY"
changed 's/"version":1,/"version":2,/' manifest.json
refused "another version" "/version: wants 1" "$COPY"
changed 's/"kind":/"hurry":true,"kind":/' manifest.json
refused "an unknown field" "/hurry: is not allowed" "$COPY"
changed 's/"kind":"repair"/"kind":"repair","kind":"repair"/' manifest.json
refused "a key twice" "stands twice" "$COPY"
refused "approval of another manifest" "the approval is for another" "$M" --approved "$(printf '%064d' 0)"
rm "$COPY/manifest.json"
refused "a manifest that is not whole" "manifest.json is not in" "$COPY"
execute "$M" --now 2026-01-15T05:00:00Z
check "too late/nothing is done" same "$(echo "$OUTCOMES" | tr -d '[:digit:]')" " expired "
sed 's/"write": true/"wirte": true/' "$work/systems.json" >"$work/wrong.json"
execute "$M" --systems "$work/wrong.json"
check "systems with a misspelt key are refused" grep -q 'unknown key wirte' "$work/executor.err"

# ---- DynamoDB: versions, order, groups ----

by_hand() { # NAME, actions on standard input: sets M
	M=$work/by-hand-$1
	rm -rf "$M"
	cat >"$work/lines"
	helper make "$M" "$work/lines"
	check "$1/is of the schemas" python3 "$bed/schema.py" "$top/contrib/schema/action.schema.json" "$M/actions-0001.jsonl"
}
warehouse() { # ID FILTER
	helper items warehouse-products | jq -r "select(.pk.S == \"product#$1\") | $2"
}
set_stock='"patch": [{"op": "replace", "path": "/stock", "value": 0}]'
stock_is='"precondition": [{"check": "equals", "path": "/stock", "value"'
helper put warehouse-products '{"pk": "product#A", "stock": -1, "rev": 7, "tags": ["x"], "price": 12345678901234567890}'
helper put warehouse-products '{"pk": "product#B", "stock": -2, "rev": 7}'
helper put warehouse-products '{"pk": "product#C", "stock": 5, "rev": 7}'
by_hand single <<END
{$set_stock, $stock_is: -1}, {"check": "version", "path": "/rev", "is": "<=", "value": 7}]}
{"id": "B", $set_stock, $stock_is: -2}, {"check": "version", "path": "/rev", "is": "=", "value": 6}]}
{"id": "none", $set_stock, "precondition": [{"check": "exists"}, {"check": "not_equals", "path": "/stock", "value": 0}]}
{"id": "C", "op": "delete", $stock_is: 5}]}
{"id": "C", $set_stock, "precondition": [{"check": "seq_no", "seq_no": 1, "primary_term": 1}]}
{"id": "C", "op": "call", "call": "unheard-of", $stock_is: 5}]}
END
execute "$M"
check "single/outcomes" same "$(jq -r .outcome "$RESULT" | tr '\n' ' ')" \
	"applied precondition_failed target_missing rejected rejected rejected "
valid single
check "single/versions are told" same "$(head -n 1 "$RESULT" | jq -c '[.observed_version, .written_version]')" "[7,8]"
check "single/the item" same "$(warehouse A '[.stock.N, .rev.N, .price.N, .tags.L[0].S] | join(" ")')" "0 8 12345678901234567890 x"
check "single/no item was made" same "$(warehouse none .pk.S)" ""
by_hand group <<END
{"group_id": "g1", "id": "B", $set_stock, $stock_is: -2}]}
{"group_id": "g1", "id": "C", $set_stock, $stock_is: 4}]}
{"group_id": "g2", "id": "B", "patch": [{"op": "add", "path": "/seen", "value": true}], $stock_is: -2}]}
{"group_id": "g2", "id": "C", "patch": [{"op": "add", "path": "/seen", "value": true}], $stock_is: 5}]}
END
execute "$M"
check "group/all or nothing" same "$(jq -r .outcome "$RESULT" | tr '\n' ' ')" "precondition_failed precondition_failed applied applied "
check "group/items" same "$(warehouse B '[.stock.N, .seen.BOOL] | map(tostring) | join(" ")') $(warehouse C .stock.N)" "-2 true 5"
execute "$M"
check "group/twice" same "$(jq -r .outcome "$RESULT" | tail -n 2 | tr '\n' ' ')" "already_applied already_applied "

# ---- the loop, closed: proposed, approved, executed, told, and proven by the next scan ----

load 1 corr- >/dev/null
helper empty
project "$work/loop" "$URL" corr- 1000
cp "$P/recover.yaml" "$P/rules/"
check "loop/scan" exits 0 scan
check "loop/plan" exits 0 manifest plan --to "$P/planned"
name=$(basename "$(dirname "$(find "$P/planned" -name manifest.json)")")
helper truth "$P/planned/$name"
check "loop/approve" exits 0 manifest approve "$name" --role shop-lead
approved=$(sed -n 's/^sha256 //p' "$P/out")
check "loop/export" exits 0 manifest export "$name" --to "$P/handed-out"
execute "$P/handed-out/$name" --approved "$approved"
check "loop/execute" same "$CODE" 0
check "loop/import" exits 0 manifest import "$RESULT"
check "loop/import twice" exits 0 manifest import "$RESULT"
curl -sS -X POST "$URL/corr-*/_refresh" >/dev/null
NOW=2026-01-15T03:10:00Z
check "loop/next scan" exits 0 scan
check "loop/status" exits 0 manifest status --format ndjson
check "loop/proven" same "$(jq -r '"\(.verified) \(.reopened)"' "$P/out")" "23 5"
kenpin findings list --format ndjson
check "loop/what was done is found no more" same "$(jq -r 'select(.rule | startswith("mend-")) | .rule' "$P/out" | sort -u)" mend-order
check "loop/undo" exits 0 manifest undo "$name" --to "$P/undo"
undo=$(dirname "$(find "$P/undo" -name manifest.json)")
check "loop/undo is approved" exits 0 manifest approve "$(basename "$undo")" --role shop-lead
execute "$undo" --approved "$(sed -n 's/^sha256 //p' "$P/out")"
check "loop/undo is executed" same "$CODE $OUTCOMES" "0 10 applied "
check "loop/what was created is gone" same "$(helper items desk-tickets)" ""
