#!/bin/sh
# PagerDuty: what kenpin sends is allowed by the vendor's own document, which
# prism serves, and a refusal for now is not the end of it.
# shellcheck disable=SC1091,SC2034,SC2154
. tests/servers/lib.sh

export KENPIN_TEST_KEY=0123456789abcdef0123456789abcdef
prism=$OUT/prism/node_modules/.bin/prism
[ -x "$prism" ] || npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$OUT/prism" @stoplight/prism-cli@5.14.2
# prism leaves out the path of the document's server
jq '.paths |= with_entries(.key |= "/v2" + .)' tests/contracts/pagerduty-events-v2.json >"$work/contract.json"
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
node "$prism" mock -h 127.0.0.1 -p "$port" --errors "$work/contract.json" >"$work/prism.out" 2>&1 &
ours="$ours $!"
tries=0
until curl -sS -o /dev/null "http://127.0.0.1:$port/" 2>/dev/null; do
	[ "$tries" -lt 300 ] || { cat "$work/prism.out"; exit 1; }
	sleep 0.1
	tries=$((tries + 1))
done
log=$work/requests
proxy "http://127.0.0.1:$port" "$log"

# told FILTER: of the requests since the last call of news
news() { : >"$log"; }
told() { jq -s "$1" "$log"; }
accepted() { same "$(told 'map(.status) | unique | map(tostring) | join(" ")')" "\"$1\""; }
pager_project() { # FOLDER
	file_project "$1"
	sed -i -e '/^receivers:/,$d' "$P/kenpin.yaml"
	cat >>"$P/kenpin.yaml" <<-END
		receivers:
		  oncall: {kind: pagerduty, url: '$PROXY', routing_key: env:KENPIN_TEST_KEY, timeout: 10s}
		routes:
		  - {receivers: [oncall], group_by: [rule, shop]}
	END
}

# the test of the test: the mock refuses what the document does not allow
status=$(curl -sS -o /dev/null -w '%{http_code}' -X POST -H 'Content-Type: application/json' "$PROXY/v2/enqueue" \
	-d '{"event_action": "trigger"}')
check "the mock refuses" test "$status" -ge 400

files 10k
pager_project "$work/p"
cp -RL "$FILES" "$P/data"
sed -i "s|path: '$FILES'|path: data|" "$P/kenpin.yaml"
news
check "triggers/all are told" exits 0 scan
check "triggers/all are accepted" accepted 202
check "triggers/only triggers" same "$(told 'map(.body | fromjson.event_action) | unique | join(" ")')" '"trigger"'
check "triggers/each finding is in one" same "$(told 'map(.body | fromjson.payload.custom_details.total) | add')" "$(open_findings | wc -l)"
check "triggers/keys are unique" same "$(told 'map(.body | fromjson.dedup_key) | length - (unique | length)')" 0
check "triggers/the key is the service's" same "$(told 'map(.body | fromjson.routing_key) | unique | join(" ")')" "\"$KENPIN_TEST_KEY\""
check "triggers/the key is told nobody else" same "$(grep -rl "$KENPIN_TEST_KEY" "$P" || true)" ""
told 'map(.body | fromjson.dedup_key) | sort' >"$work/triggered"

check "again/nothing" exits 0 scan
check "again/nothing is sent" same "$(told 'map(.body | fromjson.dedup_key) | sort')" "$(cat "$work/triggered")"

# all is mended: the good half of the data alone
news
for index in fbz-products fbz-orders fbz-shipments; do
	jq -r --arg index "$index" 'select(.index == $index) | .ids[]' "$DATA/answers.ndjson" >"$work/bad"
	paste -d '\t' - - <"$FILES/$index.ndjson" >"$work/pairs"
	grep -vFf "$work/bad" "$work/pairs" | tr '\t' '\n' >"$P/data/$index.ndjson"
done
check "resolves/all are told" exits 0 scan
check "resolves/all are accepted" accepted 202
check "resolves/only resolves" same "$(told 'map(.body | fromjson.event_action) | unique | join(" ")')" '"resolve"'
check "resolves/of what was triggered" same "$(told 'map(.body | fromjson.dedup_key) | sort')" "$(cat "$work/triggered")"

# refused for now, once: the rest of the run and the next one tell all
pager_project "$work/busy"
plan '{"mode": "busy", "path": "/v2/enqueue", "count": 1}'
news
kenpin scan
case $CODE in
0 | 4) pass "busy/ends with $CODE" ;;
*) fail "busy/ends with $CODE" ;;
esac
NOW=2026-01-15T03:10:00Z
check "busy/next run: all is told" exits 0 scan --query products --query zozotown
check "busy/each trigger was accepted once" same \
	"$(told 'map(select(.status == 202) | .body | fromjson.dedup_key) | (length - (unique | length))')" 0
check "busy/each that was refused was accepted later" same \
	"$(told '[.[] | {s: .status, k: (.body | fromjson.dedup_key)}] | group_by(.k) | map(select(all(.s != 202))) | length')" 0
check "busy/one was refused" same "$(told 'map(select(.status == 429)) | length')" 1

# thousands of findings in one group are one message
NOW=2026-01-15T03:00:00Z
pager_project "$work/crowd"
crowd
sed -i 's/group_by: \[rule, shop\]/group_by: [rule]/' "$P/kenpin.yaml"
plan '{"mode": "none"}'
news
check "crowd/told" exits 0 scan
check "crowd/accepted" accepted 202
check "crowd/one message" same "$(told 'map(select(.body | fromjson.payload.class == "crowd")) | length')" 1
check "crowd/it counts them all" test "$(told 'map(.body | fromjson.payload | select(.class == "crowd") | .custom_details.total) | add')" -gt 4000
check "crowd/it is no larger than it may be" test "$(told 'map(.body | utf8bytelength) | max')" -le 524288
