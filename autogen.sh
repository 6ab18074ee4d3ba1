#!/bin/sh
# Makes configure and Makefile.in in a fresh clone.
set -eu
cd "$(dirname "$0")"
sh contrib/build/sources
autoreconf --install --force
