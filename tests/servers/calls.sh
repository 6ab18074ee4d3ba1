#!/bin/sh
# The shell loop for `call` actions: what it runs, once, and what it refuses.
# shellcheck disable=SC1091,SC2034,SC2154
. tests/servers/lib.sh

export KENPIN_NOW="$NOW" CALLED="$work/called"
files 10k
file_project "$work/p"
cp "$P/recover.yaml" "$P/rules/"
check "scan proposes" exits 0 scan --manifest "$P/manifests"
M=$(dirname "$(find "$P/manifests" -name manifest.json)")
approval=$(sha256sum "$M/manifest.json" | cut -d ' ' -f 1)
calls=$(cat "$M"/actions-*.jsonl | jq -r 'select(.op == "call").action_id' | wc -l)
check "some are calls" test "$calls" -gt 3
mkdir -p "$work/programs"
# the first two actions are troubles of two kinds
cat >"$work/programs/normalise-jan" <<'END'
#!/bin/sh
action=$(cat)
echo "$KENPIN_ACTION_ID $(printf '%s' "$action" | jq -c .arguments) $KENPIN_IN_DOUBT" >>"$CALLED"
case $(wc -l <"$CALLED") in
1) exit 11 ;;
2) exit 75 ;;
3) [ -z "${KILL:-}" ] || kill -9 "$PPID" ;;
esac
END
chmod +x "$work/programs/normalise-jan"

loop() { # OPTION...: sets CODE and OUTCOMES
	CODE=0
	sh "$top/contrib/correction/call-loop" "$@" "$work/programs" "$work/ledger" "$work/results.jsonl" 2>"$work/loop.err" || CODE=$?
	cat "$work/loop.err"
	OUTCOMES=$(jq -r .outcome "$work/results.jsonl" 2>/dev/null | sort | uniq -c | awk '{printf "%s %s ", $1, $2}')
}
others=$(($(cat "$M"/actions-*.jsonl | wc -l) - calls))
: >"$CALLED"
loop "$M"
check "unapproved/nothing is run" same "$CODE $OUTCOMES$(wc -l <"$CALLED")" "4 $((others + calls)) rejected 0"
loop -n -a "$approval" "$M"
check "dry run/nothing is run" same "$CODE $OUTCOMES$(wc -l <"$CALLED")" "4 $calls dry_run_ok $others rejected 0"
check "dry run/result file is of its schema" python3 "$bed/schema.py" "$top/contrib/schema/result.schema.json" "$work/results.jsonl"
KILL=1 loop -a "$approval" "$M"
check "killed/it was" test "$CODE" -gt 100
check "killed/no result file looks whole" same "$(wc -l <"$work/results.jsonl")" "$((others + calls))"
loop -a "$approval" "$M"
check "repeated/each is run until it is done" same "$CODE $OUTCOMES" "4 $calls applied $others rejected "
check "repeated/the one in doubt knows" same "$(awk '$3 == 1' "$CALLED" | wc -l)" 1
check "repeated/arguments are handed over" same "$(cut -d ' ' -f 2 "$CALLED" | sort -u)" '{"length":13,"strict":true}'
check "result file is of its schema" python3 "$bed/schema.py" "$top/contrib/schema/result.schema.json" "$work/results.jsonl"
before=$(wc -l <"$CALLED")
loop -a "$approval" "$M"
check "twice is once" same "$OUTCOMES$(wc -l <"$CALLED")" "$calls already_applied $others rejected $before"

refused() { # CASE SED-EXPRESSION FILE
	rm -rf "$work/copy"
	cp -R "$M" "$work/copy"
	sed -i "$2" "$work/copy/$3"
	loop "$work/copy"
	check "$1/refused" same "$CODE $(wc -l <"$CALLED")" "3 $before"
}
refused "a line was changed" '1s/"op":"[a-z]*"/"op":"delete"/' actions-0001.jsonl
refused "another version" 's/"version":1,/"version":2,/' manifest.json
refused "an unknown field" 's/"kind":/"hurry":1,"kind":/' manifest.json
refused "a file elsewhere" 's/actions-0001/..\/actions-0001/' manifest.json
loop -a "$(printf '%064d' 0)" "$M"
check "approval of another manifest/refused" same "$CODE" 3
rm -rf "$work/ledger"
KENPIN_NOW=2026-01-16T03:00:00Z loop -a "$approval" "$M"
check "too late" same "$OUTCOMES" "$calls expired $others rejected "
