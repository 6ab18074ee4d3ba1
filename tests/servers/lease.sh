#!/bin/sh
# Two runs never overlap: the second says who holds the lease; a holder that
# was killed is followed at once.
# shellcheck disable=SC1091,SC2034,SC2154
. tests/servers/lib.sh

files 10k
file_project "$work/p"
lease() { sqlite3 -cmd '.timeout 5000' "$P/state/kenpin.db" "SELECT $1 FROM lease" 2>/dev/null || true; }
seconds() { date +%s; }

# a source that does not end holds a run where it is
mkfifo "$P/fbz-products.ndjson"
cp "$P/kenpin.yaml" "$P/whole.yaml"
sed -i "s|path: '.*', page|path: '$P/fbz-products.ndjson', page|" "$P/kenpin.yaml"
"$KENPIN" -C "$P" --now "$NOW" scan --query products >/dev/null 2>&1 &
holder=$!
exec 9>"$P/fbz-products.ndjson"
head -n 4000 "$FILES/fbz-products.ndjson" >&9
tries=0
while [ -z "$(lease pid)" ] && [ "$tries" -lt 100 ]; do
	sleep 0.1
	tries=$((tries + 1))
done
check "the first holds it" same "$(lease pid)" "$holder"

cp "$P/whole.yaml" "$P/kenpin.yaml"
start=$(seconds)
check "the second is refused" exits 6 scan
check "at once" test $(($(seconds) - start)) -le 5
check "it says who holds it" grep -q "process $holder on $(hostname)" "$P/err"
check "an export is refused too" exits 6 manifest export --to "$P/manifests"
check "reading is not" exits 0 findings list
check "nothing was told by the second" same "$(cat "$P/messages")" ""

kill -9 "$holder"
wait "$holder" 2>/dev/null || true
check "a killed holder is still written down" same "$(lease pid)" "$holder"
start=$(seconds)
check "the third takes over" exits 0 scan
check "at once from the dead" test $(($(seconds) - start)) -le 5
check "and gives it back" same "$(lease pid)" ""
check "all is found" score ""
check "the store is sound" sound

exec 9>&-

# many at once: one at a time wins, the others are refused, nothing is told twice
file_project "$work/race"
for _ in 1 2 3 4 5; do
	pids=
	for _ in 1 2 3; do
		"$KENPIN" -C "$P" --now "$NOW" scan >/dev/null 2>>"$P/err" &
		pids="$pids $!"
	done
	for pid in $pids; do
		status=0
		wait "$pid" || status=$?
		echo "$status" >>"$work/codes"
	done
done
sort "$work/codes" | uniq -c
check "race/some run, others are refused, none fails" same "$(sort -u "$work/codes" | tr '\n' ' ')" "0 6 "
check "race/nothing is told twice" same "$(jq -r .dedup_key "$P/messages" | sort | uniq -d)" ""
check "race/all is found" score ""
check "race/the store is sound" sound
