#!/bin/sh
# Runs over data that changes, each with a fault of the receiver, the source, the
# disk or the process: what is wrong is told once, and nothing ends too early.
# shellcheck disable=SC1091,SC2034,SC2154
. tests/servers/lib.sh

cc -shared -fPIC -o "$work/failio.so" "$bed/failio.c" -ldl
check "$RUNS runs" python3 "$bed/campaign.py" "$KENPIN" "$work/p" "$RUNS" "$work/failio.so" --seed "$SEED"
