#!/bin/sh
# Mutated JSON through the span scanner and json-c, in ten parts with their own seeds.
# shellcheck disable=SC1091,SC2034,SC2154
. tests/servers/lib.sh

# shellcheck disable=SC2046
cc -O2 -std=c11 -D_POSIX_C_SOURCE=200809L -Isrc -Itests/fuzz $(pkg-config --cflags json-c) -o "$work/jsonscan-diff" \
	tests/fuzz/*.c "$BUILD/libkenpin.a" $(pkg-config --libs libcurl json-c libpcre2-8 sqlite3 libfyaml libzstd zlib libcrypto) -lm
part=0
while [ "$part" -lt 10 ]; do
	check "part $part of $((BYTES / 10)) bytes" "$work/jsonscan-diff" "$((BYTES / 10))" "$((SEED + part))"
	part=$((part + 1))
done
