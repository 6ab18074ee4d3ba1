#!/bin/sh
# kill -9 at random moments of a scan with findings and deliveries: what the
# next run leaves is what an undisturbed one leaves, and nothing is told twice
# under two keys.
# shellcheck disable=SC1091,SC2034,SC2154
. tests/servers/lib.sh

files 4000
file_project "$work/files"
crowd
check "files/50 moments" python3 "$bed/crash.py" "$KENPIN" "$P" 50 --now "$NOW"

common
project "$work/node" "$URL" three- 2000 scroll
check "node/10 moments" python3 "$bed/crash.py" "$KENPIN" "$P" 10 --now "$NOW" --seed 7
# a scan that is killed cannot close them; they end by themselves in five minutes
drop_contexts
