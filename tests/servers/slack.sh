#!/bin/sh
# Slack: chat.postMessage as its own document has it.
# shellcheck disable=SC1091,SC2034,SC2154
. tests/servers/lib.sh
. tests/servers/contract.sh

export KENPIN_TEST_SLACK_TOKEN=xoxb-0123456789-abcdef

# The document of 2021 has the token in a header of that name; the service takes it as a bearer since.
jq '(.paths["/chat.postMessage"].post.parameters[] | select(.name == "token")).name = "Authorization"' \
	"$top/tests/contracts/slack-web.json" >"$work/slack.json"
# its examples of answers are not valid by its own schema: no --errors
if prism "$work/slack.json"; then
	telling bot "{kind: slack, token: env:KENPIN_TEST_SLACK_TOKEN, channel: C0123456789, url: '$SERVICE', proxy: ''}"
	check "findings are told" exits 0 scan
	check "three messages" counts "3 0 0" sent owed dead
	mend
	check "resolves are told" exits 0 scan
	check "three resolves" counts "3 0 0" sent owed dead
	check "the document was asked" same "$(asked)" 6
	check "nothing was refused" same "$(violations)" 0
else
	skip bot
fi
