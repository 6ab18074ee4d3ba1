#!/bin/sh
# The state machine that ships: a validator of the language, and an execution
# with its own handler as far as moto goes (tests/servers/machine.py says how far).
# shellcheck disable=SC1091,SC2034,SC2154
. tests/servers/lib.sh
. tests/servers/moto.sh

definition=$top/contrib/correction/state-machine.asl.json
validator=$OUT/asl/node_modules/.bin/asl-validator
[ -x "$validator" ] || npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$OUT/asl" asl-validator@4.0.0
check "the language's validator agrees" node "$validator" --json-path "$definition"
sed 's/"DISTRIBUTED"/"SCATTERED"/' "$definition" >"$work/wrong.json"
refuses() { ! node "$validator" --json-path "$1" >/dev/null 2>&1; }
check "and would not agree with everything" refuses "$work/wrong.json"

moto || { skip machine; exit 0; }
export AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test PYTHONDONTWRITEBYTECODE=1
cat >"$work/systems.json" <<'END'
{"systems": {"warehouse": {"kind": "dynamodb",
  "stores": {"products": {"table": "warehouse-products", "key": {"pk": "product#{_id}"}, "version": "rev", "write": true}}}},
 "ledger": {"table": "kenpin-ledger"}}
END
# 60 actions; 30 of them are one group, more than a batch of the map; one fails
python3 - >"$work/lines" <<'END'
import json
for at in range(60):
    was = 1 if at == 59 else -1
    print(json.dumps({"id": str(at), "group_id": "g" if 10 <= at < 40 else None,
                      "patch": [{"op": "replace", "path": "/stock", "value": 0}],
                      "precondition": [{"check": "equals", "path": "/stock", "value": was}]}))
END
KENPIN_TEST_AWS=$AWS "$PYTHON" "$top/tests/servers/correction.py" make "$work/manifest" "$work/lines"
check "it runs" "$PYTHON" "$top/tests/servers/machine.py" "$definition" "$work/systems.json" "$work/manifest" "$work/results.jsonl" \
	>"$work/told" 2>"$work/items" || { tail -n 30 "$work/items"; }
cat "$work/told"
told() { # WHAT WANTED
	same "$(grep '^{' "$work/told" | jq -c ".[\"$1\"]")" "$2"
}
check "dry run/is told" told "dry run" '{"results":"'"$(sed -n 's/.*"manifest_id":"\([^"]*\)".*/\1/p' "$work/manifest/manifest.json")"'-dry-run.jsonl","lines":60,"unreported":0}'
check "dry run/nothing else came of it" told "after the dry run" '{}'
check "all but one are applied" told results '{"applied":59,"precondition_failed":1}'
check "result file is of its schema" python3 "$bed/schema.py" "$top/contrib/schema/result.schema.json" "$work/results.jsonl"
check "twice is once" told "results of the second" '{"already_applied":59,"precondition_failed":1}'
check "each item was written once" same "$(grep -c '"rev": {"N": "2"}' "$work/items")" 59
check "one invocation does the same" same "$(grep '^{' "$work/told" | jq -c '.whole | [.counts, .left]')" \
	'[{"already_applied":59,"precondition_failed":1},0]'
check "out of time is told" same "$(grep '^{' "$work/told" | jq -c '.["out of time"].left > 0')" true
for what in "wrong approval" tampered "not whole"; do
	check "$what/refused" told "$what" '"FAILED"'
done
