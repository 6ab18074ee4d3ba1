# What the cases with real servers share; read by each of them with `.`.
# shellcheck shell=sh
set -eu
name=$(basename "$0" .sh)
group=${TEST_GROUP:-servers}
top=$(pwd)
bed=$top/tests/bed
: "${KENPIN:=$top/kenpin}" "${OUT:=$top/tests/out/servers}" "${TEST_RESULTS:=/dev/stdout}"
work=$OUT/$name
rm -rf "$work"
mkdir -p "$work"
NOW=2026-01-15T03:00:00Z # the present of the generated data, as in its meta.json
export KENPIN NOW

# Processes that a case started end with it; nodes are shared and stay.
ours=
end_ours() {
	for pid in $ours; do
		kill "$pid" 2>/dev/null || true
	done
}
trap end_ours EXIT

pass() { echo "PASS $group/$name/$1" >>"$TEST_RESULTS"; echo "PASS $1"; }
fail() { echo "FAIL $group/$name/$1" >>"$TEST_RESULTS"; echo "FAIL $1"; }
skip() { echo "SKIP $group/$name/$1" >>"$TEST_RESULTS"; echo "SKIP $1"; }
# check WHAT COMMAND...: passes when the command does
check() {
	what=$1
	shift
	if "$@"; then pass "$what"; else fail "$what"; fi
}
same() { # GOT WANT
	[ "$1" = "$2" ] || { echo "got: $1"; echo "wanted: $2"; return 1; }
}

# ---- nodes and data ----

# start_node KIND: sets URL; starts it when it does not run yet
start_node() {
	URL=
	if [ ! -f "$OUT/node-$1/port" ]; then
		sh "$bed/node.sh" start -d "$OUT/node-$1" -k "$1" -m "${HEAP:-512m}" >"$work/node.out" || return 1
	fi
	URL=http://127.0.0.1:$(cat "$OUT/node-$1/port")
	# one that was stopped has to find its shards again
	curl -sS "$URL/_cluster/health?wait_for_status=yellow&timeout=60s" >/dev/null
}

# data SIZE: sets DATA, made once
data() {
	DATA=$OUT/data-$1
	[ -f "$DATA/meta.json" ] || python3 "$bed/generate.py" "$DATA" --size "$1" >/dev/null
}

# files SIZE: sets FILES, a folder with the data alone
files() {
	data "$1"
	FILES=$OUT/files-$1
	mkdir -p "$FILES"
	for file in "$DATA"/*-*.ndjson; do
		ln -sf "$file" "$FILES/"
	done
}

load() { # SHARDS PREFIX [SIZE]: into $URL
	data "${3:-10k}"
	python3 "$bed/load.py" "$URL" "$DATA" --shards "$1" --prefix "$2"
}

# common: a data set on OpenSearch 2.19 that no case may change: three- with three shards
common() {
	start_node opensearch-2.19.6
	data 10k
	if [ ! -f "$OUT/common" ]; then
		load 3 three-
		touch "$OUT/common"
	fi
}

get() { # PATH FILTER
	curl -sS "$URL$1" | jq -r "$2"
}

# Scrolls and points in time that are held on the node.
contexts() {
	get /_nodes/stats/indices/search '[.nodes[].indices.search.open_contexts] | add'
}
drop_contexts() {
	curl -sS -X DELETE "$URL/_search/scroll/_all" >/dev/null
	curl -sS -X DELETE "$URL/_search/point_in_time/_all" >/dev/null
}
no_contexts() {
	# a page that was under way may end a little later than the scan
	tries=0
	while [ "$(contexts)" -gt 0 ] && [ "$tries" -lt 10 ]; do
		sleep 0.2
		tries=$((tries + 1))
	done
	same "$(contexts)" 0 || { drop_contexts; return 1; }
}

# ---- projects ----

# project FOLDER URL PREFIX [PAGE [PAGING]]: a copy of bed/project, which becomes P
project() {
	P=$1
	rm -rf "$P"
	mkdir -p "$(dirname "$P")"
	cp -R "$bed/project" "$P"
	sed -i -e "s|@URL@|$2|" -e "s|@PAGE@|${4:-1000}|" -e "s|@PAGING@|${5:-auto}|" "$P/kenpin.yaml"
	sed -i -e "s|@PREFIX@|$3|" "$P"/queries/*.yaml
	export KENPIN_TEST_MESSAGES="$P/messages"
	: >"$KENPIN_TEST_MESSAGES"
}

# file_project FOLDER: the same over files (files SIZE), told to the file P/messages
file_project() {
	project "$1" "" "" 1000
	cat >"$P/kenpin.yaml" <<-END
		version: 1
		sources:
		  search: {kind: ndjson, path: '$FILES', page: 250}
		receivers:
		  lines: {kind: file, path: messages}
		routes:
		  - {receivers: [lines], group_by: [rule, shop]}
	END
}
crowd() { cp "$P/crowd.yaml" "$P/rules/"; }

# kenpin COMMAND...: runs it on P at NOW; sets CODE, output in $P/out and $P/err
kenpin() {
	CODE=0
	"$KENPIN" -C "$P" --now "$NOW" "$@" >"$P/out" 2>"$P/err" || CODE=$?
	echo "+ kenpin $* -> $CODE"
	cat "$P/err"
}
exits() { # CODE COMMAND...
	want=$1
	shift
	kenpin "$@"
	same "exit $CODE" "exit $want"
}

# count WORD: of the last scan's summary: new, reopened, changed, known, resolved, sent, owed, dead
count() {
	number=$(sed -n "/corrections:/d; s/.*[: ]\([0-9][0-9]*\) $1\b.*/\1/p" "$P/err" | tail -n 1)
	echo "${number:-0}"
}
counts() { # WANT WORD...
	want=$1
	shift
	got=
	for word; do got="$got$(count "$word") "; done
	same "${got% }" "$want"
}

# Open findings of the business rules as sorted lines: RULE INDEX ID EPISODE
open_findings() {
	"$KENPIN" -C "$P" findings list --format ndjson |
		jq -r 'select(.rule | startswith("kenpin-") | not) | "\(.rule) \(.index) \(.id) \(.episode)"' | sort
}

# Recall and precision of what is open now.
score() { # PREFIX
	"$KENPIN" -C "$P" findings list --format ndjson >"$P/findings.ndjson"
	python3 "$bed/score.py" "$DATA" "$P/findings.ndjson" --prefix "$1" \
		--alias missing-field-product=missing-field --alias missing-field-order=missing-field \
		--alias status-stuck-order=status-stuck --alias status-stuck-shipment=status-stuck \
		--alias sku-format-zozotown=sku-format \
		--rules sku-format,trailing-space,jan-checkdigit,fullwidth-digits,mojibake,negative-stock,missing-field,tracking-format,status-stuck
}

sound() {
	kenpin state check
	same "$CODE" 0 && same "$(sqlite3 "$P/state/kenpin.db" 'PRAGMA integrity_check')" ok
}

# ---- processes ----

# await FILE: until it is there, 20 s at most
await() {
	tries=0
	while [ ! -s "$1" ]; do
		[ "$tries" -lt 200 ] || { echo "$1 did not come"; return 1; }
		sleep 0.1
		tries=$((tries + 1))
	done
}

# proxy TARGET [LOG]: sets PROXY
proxy() {
	rm -f "$work/proxy.port"
	python3 "$bed/proxy.py" "$1" "$work/proxy.port" ${2:+--log "$2"} &
	ours="$ours $!"
	await "$work/proxy.port"
	PROXY=http://127.0.0.1:$(cat "$work/proxy.port")
}
plan() { # JSON
	curl -sS -X PUT "$PROXY/_proxy" -d "$1" >/dev/null
}
spoiled() { curl -sS "$PROXY/_proxy" | jq -r .spoiled; }
