#!/bin/sh
# Recovery manifests: each validates against the schemas that are shipped,
# proves itself, holds the same actions when nothing has changed, and is whole
# or not there. So do findings and messages.
# shellcheck disable=SC1091,SC2034,SC2154
. tests/servers/lib.sh

of_schema() { # NAME FILE...
	schema=$top/contrib/schema/$1.schema.json
	shift
	python3 "$bed/schema.py" "$schema" "$@"
}
newest() { find "$1" -name manifest.json -printf '%T@ %h\n' | sort -n | tail -n 1 | cut -d' ' -f2; }
actions() { cat "$1"/actions-*.jsonl | jq -r .action_id | sort; }
ops() { cat "$1"/actions-*.jsonl | jq -r .op | sort -u | tr '\n' ' '; }

valid() { # CASE FOLDER
	check "$1/manifest.json is of its schema" of_schema manifest "$2/manifest.json"
	check "$1/actions are of theirs" of_schema action "$2"/actions-*.jsonl
	check "$1/undo is of its" of_schema undo "$2"/undo-*.jsonl
	check "$1/it proves itself" exits 0 manifest check "$2"
	check "$1/ids are unique" same "$(actions "$2" | uniq -d)" ""
}
proven_wrong() { # CASE FOLDER: after it was tampered with
	check "$1/check says so" exits 4 manifest check "$2"
	check "$1/check names it" test -s "$P/out"
}

common
project "$work/p" "$URL" three- 1000
cp "$P/recover.yaml" "$P/rules/"
sed -i 's/strict: true}/&, target: {system: master, store: products}/' "$P/rules/recover.yaml"
check "scan writes one" exits 0 scan --manifest "$P/manifests"
folder=$(newest "$P/manifests")
check "its path is said" grep -qF "$(basename "$folder")" "$P/err"
valid scan "$folder"
check "every kind of correction is there" same "$(ops "$folder")" "call copy create delete patch reindex "
actions "$folder" >"$work/actions"
kenpin findings list --rule 'mend-*' --format ndjson
check "as many as there are findings with one" same "$(wc -l <"$work/actions")" "$(wc -l <"$P/out")"
check "messages name it" same "$(jq -r '.manifest // "none"' "$P/messages" | sort -u | xargs -n 1 basename)" "$(basename "$folder")"
check "messages are of their schema" of_schema message "$P/messages"
kenpin findings list --all --format ndjson
cp "$P/out" "$work/findings"
check "findings are of theirs" of_schema finding "$work/findings"

check "export writes one" exits 0 manifest export --to "$P/exported"
exported=$(newest "$P/exported")
valid export "$exported"
actions "$exported" >"$work/again"
check "ids hold no time and no run" diff "$work/actions" "$work/again"
check "nothing half-made is left" same "$(find "$P/manifests" "$P/exported" -mindepth 1 -maxdepth 1 | wc -l)" 2

# preconditions hold the document as it was scanned
jq -rs 'map(select(.op == "patch"))[0] | "\(.target.store) \(.target.id)"' "$folder"/actions-0001.jsonl >"$work/target"
check "a target is a document" test -s "$work/target"
conditions() { # SYSTEM
	cat "$folder"/actions-*.jsonl | jq -r "select(.target.system == \"$1\" and .op != \"create\") | [.precondition[].check] | join(\" \")" |
		sort -u
}
check "here it has a sequence number" test -z "$(conditions search | grep -v 'seq_no$')"
check "elsewhere it has none" same "$(conditions master)" "exists equals"

cp -R "$exported" "$work/cut"
sed -i '$d' "$work/cut/actions-0001.jsonl"
proven_wrong "a line is missing" "$work/cut"
cp -R "$exported" "$work/changed"
sed -i '1s/"op":"[a-z]*"/"op":"delete"/; 2s/manual/auto/' "$work/changed/actions-0001.jsonl"
proven_wrong "a line was changed" "$work/changed"
cp -R "$exported" "$work/header"
sed -i 's/"complete": *true/"complete": false/' "$work/header/manifest.json"
proven_wrong "the header was changed" "$work/header"

# A guard refuses the whole; what was told stays told
project "$work/guard" "$URL" three- 1000
cp "$P/recover.yaml" "$P/rules/"
sed -i 's/strict: true}/&, guard: {max_actions: 3}/' "$P/rules/recover.yaml"
check "guard/owed" exits 4 scan --manifest "$P/manifests"
check "guard/it is named" grep -q 'max_actions' "$P/err"
check "guard/nothing is left" same "$(find "$P/manifests" -mindepth 1 2>/dev/null)" ""
check "guard/findings and messages are there" test "$(jq -s 'map(.total) | add' "$P/messages")" -gt 60
check "guard/an export is refused too" exits 4 manifest export --to "$P/manifests"
check "guard/nothing is left by it" same "$(find "$P/manifests" -mindepth 1 2>/dev/null)" ""

# An incomplete scan proposes nothing that anybody may execute
proxy "$URL"
project "$work/incomplete" "$PROXY" three- 1000 scroll
cp "$P/recover.yaml" "$P/rules/"
plan '{"mode": "shards"}'
check "incomplete/exit code" exits 2 scan --manifest "$P/manifests"
check "incomplete/nothing is left" same "$(find "$P/manifests" -mindepth 1 2>/dev/null)" ""
plan '{"mode": "none"}'
check "incomplete/then whole" exits 0 scan --manifest "$P/manifests"
valid "incomplete/then whole" "$(newest "$P/manifests")"
