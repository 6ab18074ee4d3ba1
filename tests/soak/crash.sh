#!/bin/sh
# More moments at which a scan is killed: half of them on small data, where they
# fall between all steps, and half on large, where pages are many.
# shellcheck disable=SC1091,SC2034,SC2154
. tests/servers/lib.sh

half() { # SIZE MOMENTS
	files "$1"
	file_project "$work/$1"
	crowd
	check "$1/$2 moments" python3 "$bed/crash.py" "$KENPIN" "$P" "$2" --now "$NOW" --seed "$SEED"
}
half 10k $((MOMENTS / 2))
half 100000 $((MOMENTS / 2))
