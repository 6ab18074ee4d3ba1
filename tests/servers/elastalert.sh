#!/bin/sh
# Window rules against ElastAlert2's own rule types, out of its package, over the
# same events: the same groups are found. Events stand half a minute off the steps, so
# that a window that slides with every event and one that goes by steps hold the same.
# shellcheck disable=SC1091,SC2034,SC2154
. tests/servers/lib.sh
PACKAGE=elastalert2==2.31.0 # needs Python 3.12
VENV=$OUT/elastalert
NOW=2026-01-01T19:30:00Z

newer_python() {
	for python in python3 python3.13 python3.12 "$HOME"/.pyenv/versions/3.1[23]*/bin/python; do
		"$python" -c 'import sys; sys.exit(sys.version_info < (3, 12))' 2>/dev/null && { echo "$python"; return; }
	done
	return 1
}
# The rule types alone: not the 60 packages of all its alerters.
install() {
	[ ! -x "$VENV/ready" ] || return 0
	"$1" -m venv "$VENV" && "$VENV/bin/pip" install -q --no-deps "$PACKAGE" &&
		"$VENV/bin/pip" install -q sortedcontainers six python-dateutil pytz pyyaml requests elasticsearch==7.10.1 boto3 aws-requests-auth croniter jsonschema jinja2 &&
		"$VENV/bin/python" -c 'import elastalert.ruletypes' && ln -s bin/python "$VENV/ready"
}
if ! PYTHON=$(newer_python); then
	skip "no Python 3.12"
	exit 0
fi
if ! install "$PYTHON" >"$work/install.out" 2>&1; then
	tail -n 3 "$work/install.out"
	skip "$PACKAGE cannot be installed"
	exit 0
fi

python3 "$bed/windows.py" make "$work/data"
P=$work/project
mkdir -p "$P/queries" "$P/rules" "$P/data"
sed 's/\(T[0-9][0-9]:[0-9][0-9]\):[0-9.]*Z/\1:30Z/' "$work/data/first/events.ndjson" >"$P/data/events.ndjson"
printf 'version: 1\nsources:\n  files: {kind: ndjson, path: data}\n' >"$P/kenpin.yaml"
printf 'source: files\nkey: _id\nshop: shop\ntime: {field: at, lateness: 0s}\n' >"$P/queries/events.yaml"
cat >"$P/rules/events.yaml" <<-END
	version: 1
	rules:
	  - {id: frequency, title: a, query: events, window: {kind: frequency, length: 30m, step: 1m, group_by: user, events: 9}}
	  - {id: flatline, title: a, query: events, window: {kind: flatline, length: 1h, step: 1m, group_by: shop, events: 20}}
	  - {id: spike-up, title: a, query: events, window: {kind: spike, length: 1h, step: 1m, group_by: shop, height: 1.4, min_current: 120}}
	  - {id: spike-down, title: a, query: events, window: {kind: spike, length: 1h, step: 1m, group_by: shop, height: 3, direction: down, min_reference: 20}}
	  - {id: cardinality, title: a, query: events, window: {kind: cardinality, length: 1h, step: 1m, group_by: shop, field: ip, max: 20}}
	  - {id: metric, title: a, query: events, window: {kind: metric, length: 1h, step: 1h, group_by: user, metric: avg, field: total, max: 7000}}
	  - {id: percentage, title: a, query: events, window: {kind: percentage, length: 1h, step: 1h, group_by: user, match: {field: status, equals: failed}, max: 60, min_events: 5}}
	  - {id: new_term, title: a, query: events, window: {kind: new_term, length: 3h, field: status}}
	  - {id: change, title: a, query: events, window: {kind: change, length: 30h, group_by: user, fields: status, within: 5m, ignore_null: true}}
END
"$VENV/bin/python" tests/servers/elastalert_types.py "$P/data/events.ndjson" "$NOW" >"$work/theirs"
check "scan is complete" exits 0 scan
"$KENPIN" -C "$P" findings list --format ndjson | jq -r '.rule as $rule | .key[] | "\($rule) \(. // "None")"' | LC_ALL=C sort >"$work/ours"
LC_ALL=C sort -o "$work/theirs" "$work/theirs"
for rule in frequency flatline spike-up spike-down cardinality metric percentage new_term change; do
	grep "^$rule " "$work/theirs" >"$work/theirs.$rule" || true
	grep "^$rule " "$work/ours" >"$work/ours.$rule" || true
	check "$rule/finds something" test -s "$work/theirs.$rule"
	check "$rule/the same groups" diff "$work/theirs.$rule" "$work/ours.$rule"
done
