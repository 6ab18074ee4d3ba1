#!/bin/sh
# Runs one real OpenSearch or Elasticsearch node on 127.0.0.1 for tests.
#
#   node.sh start -d DIR [-k KIND] [-p PORT] [-m HEAP] [-w SECONDS] [-- setting=value ...]
#   node.sh stop  -d DIR
#   node.sh fetch [-k KIND]          download the jars only
#   node.sh can   [-k KIND]          is there a JDK for this kind?
#
# KIND  opensearch-2.19.6 (default), opensearch-3.9.0 (JDK 21 or newer),
#       elasticsearch-7.10.2, elasticsearch8-8.19.0 (no Painless, no GET /)
# DIR   state of the node: data, logs, DIR/port (bound port), DIR/pid
# PORT  0 (default): the kernel chooses, read DIR/port
#
# TESTBED_TIER=1 starts about twice as fast (C1 compiler only): for tests, not
# for timings. TESTBED_CACHE: where class paths are kept.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
command=${1:?start, stop, fetch or can}
shift
dir='' kind=opensearch-2.19.6 port=0 heap=1g wait=90
while [ $# -gt 0 ]; do
	case $1 in
	-d) dir=$2; shift 2 ;;
	-k) kind=$2; shift 2 ;;
	-p) port=$2; shift 2 ;;
	-m) heap=$2; shift 2 ;;
	-w) wait=$2; shift 2 ;;
	--) shift; break ;;
	*) echo "node.sh: unknown argument $1" >&2; exit 2 ;;
	esac
done
cache=${TESTBED_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/kenpin-testbed}

major() { # JAVA
	"$1" -version 2>&1 | sed -n 's/.*version "\([0-9]*\).*/\1/p'
}

# The JVM: JAVA_HOME, else the java on PATH; a newer sibling of it where the kind needs one.
pick_java() {
	java=${JAVA_HOME:+$JAVA_HOME/bin/}java
	least=17
	case $kind in
	opensearch-3*) least=21 ;;
	esac
	command -v "$java" >/dev/null || return 1
	[ "$(major "$java")" -lt "$least" ] || return 0
	jvms=$(dirname "$(readlink -f "$(command -v "$java")")")/../..
	for candidate in "$jvms"/*/bin/java; do
		if [ -x "$candidate" ] && [ "$(major "$candidate")" -ge "$least" ]; then
			java=$candidate
			return 0
		fi
	done
	return 1
}

fetch() {
	path_file=$cache/$kind.cp
	# jars may have been cleaned away since
	if [ -s "$path_file" ] && tr : '\n' <"$path_file" | while read -r jar; do [ -f "$jar" ] || exit 1; done; then
		return 0
	fi
	mkdir -p "$cache"
	mvn -q -B -f "$here/${kind%-*}.xml" -Dv="${kind##*-}" \
		dependency:build-classpath -Dmdep.outputFile="$path_file.$$" >"$cache/$kind.log" 2>&1 || {
		echo "node.sh: the jars of $kind could not be fetched:" >&2
		grep -m 5 ERROR "$cache/$kind.log" >&2
		exit 1
	}
	# Elasticsearch 8 needs a compiled launcher, see Es8Node.java
	case $kind in
	elasticsearch8-*)
		javac -nowarn -cp "$(cat "$path_file.$$")" -d "$cache/$kind" "$here/Es8Node.java" ;;
	esac
	mv "$path_file.$$" "$path_file"
}

start() {
	fetch
	pick_java || { echo "node.sh: no JDK that is new enough for $kind" >&2; exit 1; }
	main=$here/TestNode.java
	path=$(cat "$cache/$kind.cp")
	case $kind in
	elasticsearch8-*)
		main=org.elasticsearch.node.Es8Node
		path=$cache/$kind:$path ;;
	esac
	mkdir -p "$dir/tmp"
	dir=$(cd "$dir" && pwd)
	rm -f "$dir/port"
	# without the two settings of G1, Elasticsearch 7 refuses searches after a large load
	nohup "$java" -Xms"$heap" -Xmx"$heap" -XX:+UseG1GC -XX:InitiatingHeapOccupancyPercent=30 -XX:G1ReservePercent=25 \
		-XX:TieredStopAtLevel="${TESTBED_TIER:-4}" \
		-Djava.io.tmpdir="$dir/tmp" -Dlog4j2.disable.jmx=true \
		-Dio.netty.noUnsafe=true -Dio.netty.noKeySetOptimization=true -Dio.netty.recycler.maxCapacityPerThread=0 \
		-cp "$path" "$main" "$dir" "$port" "$dir/port" "$@" \
		>"$dir/out.log" 2>&1 </dev/null &
	pid=$!
	echo "$pid" >"$dir/pid"
	i=0
	while [ ! -f "$dir/port" ]; do
		if ! kill -0 "$pid" 2>/dev/null || [ "$i" -ge $((wait * 10)) ]; then
			echo "node.sh: the node did not start:" >&2
			tail -n 20 "$dir/out.log" >&2
			kill "$pid" 2>/dev/null || true
			exit 1
		fi
		sleep 0.1
		i=$((i + 1))
	done
	echo "http://127.0.0.1:$(cat "$dir/port")"
}

stop() {
	pid=$(cat "$dir/pid" 2>/dev/null) || exit 0
	kill "$pid" 2>/dev/null || true
	i=0
	while kill -0 "$pid" 2>/dev/null; do
		[ "$i" -lt 300 ] || kill -9 "$pid" 2>/dev/null || true
		sleep 0.1
		i=$((i + 1))
	done
	rm -f "$dir/pid" "$dir/port"
}

case $command in
fetch) fetch ;;
can) pick_java ;;
start) : "${dir:?-d DIR}"; start "$@" ;;
stop) : "${dir:?-d DIR}"; stop ;;
*) echo "node.sh: start, stop, fetch or can, not $command" >&2; exit 2 ;;
esac
