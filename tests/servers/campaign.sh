#!/bin/sh
# A short campaign of faults; `make soak` has a long one.
# shellcheck disable=SC1091,SC2034,SC2154
. tests/servers/lib.sh

cc -shared -fPIC -o "$work/failio.so" "$bed/failio.c" -ldl
check "30 runs" python3 "$bed/campaign.py" "$KENPIN" "$work/p" 30 "$work/failio.so"
