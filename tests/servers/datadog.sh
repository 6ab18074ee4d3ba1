#!/bin/sh
# Datadog: everything that kenpin sends is allowed by the vendor's documents.
# shellcheck disable=SC1091,SC2034,SC2154
. tests/servers/lib.sh
. tests/servers/contract.sh

export KENPIN_TEST_DD_KEY=0123456789abcdef0123456789abcdef

intake() { # NAME DOCUMENT
	if ! prism "$top/tests/contracts/$2" --errors; then
		skip "$1"
		return
	fi
	telling "$1" "{kind: datadog, api_key: env:KENPIN_TEST_DD_KEY, intake: $1, url: '$SERVICE', tags: ['env:test'], proxy: ''}"
	check "$1/findings are told" exits 0 scan
	check "$1/three messages" counts "3 0 0" sent owed dead
	mend
	check "$1/resolves are told" exits 0 scan
	check "$1/three resolves" counts "3 0 0" sent owed dead
	check "$1/the document was asked" same "$(asked)" 6
	check "$1/nothing was refused" same "$(violations)" 0
}

intake events datadog-v1.json
intake logs datadog-v2.json
intake metrics datadog-v2.json
