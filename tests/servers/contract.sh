# Receivers against the vendors' own documents, served by prism; read by each of these cases after lib.sh.
# shellcheck shell=sh disable=SC2034,SC2154

# prism DOCUMENT [OPTION]: serves a file; sets SERVICE, and ASKED, what prism says of each request. False when it cannot be had here.
PRISM=@stoplight/prism-cli@5.14.2
prism() {
	command -v npm >/dev/null || return 1
	if [ ! -x "$OUT/prism/node_modules/.bin/prism" ]; then
		mkdir -p "$OUT/prism"
		npm install --prefix "$OUT/prism" --ignore-scripts --no-audit --no-fund "$PRISM" >"$work/npm.out" 2>&1 || return 1
	fi
	port=$(python3 -c 'import socket
s = socket.socket()
s.bind(("127.0.0.1", 0))
print(s.getsockname()[1])')
	"$OUT/prism/node_modules/.bin/prism" mock -h 127.0.0.1 -p "$port" ${2:+"$2"} \
		"$1" >"$work/prism.$port" 2>&1 &
	ours="$ours $!"
	ASKED=$work/prism.$port
	tries=0
	until grep -q 'is listening' "$ASKED"; do
		[ "$tries" -lt 600 ] || { echo "prism did not start"; return 1; }
		sleep 0.1
		tries=$((tries + 1))
	done
	SERVICE=http://127.0.0.1:$port
}

# telling RECEIVER: P becomes a project with five findings of two rules, told to RECEIVER (a flow map)
telling() {
	P=$work/$1
	rm -rf "$P"
	mkdir -p "$P/queries" "$P/rules" "$P/data"
	cat >"$P/kenpin.yaml" <<-END
		version: 1
		sources:
		  data: {kind: ndjson, path: data/}
		state: {path: state/kenpin.db}
		receivers:
		  it: $2
		routes:
		  - {receivers: [it], group_by: [rule, shop]}
	END
	cat >"$P/queries/products.yaml" <<-END
		source: data
		key: [sku]
		shop: shop
	END
	cat >"$P/rules/products.yaml" <<-END
		version: 1
		rules:
		  - id: jan-shape
		    title: JANコードは8桁か13桁
		    query: products
		    severity: error
		    check:
		      - {field: jan, must_match: '^(?:[0-9]{8}|[0-9]{13})$'}
		  - id: no-name
		    title: every product has a name
		    query: products
		    severity: critical
		    check:
		      - {field: name, required: true}
	END
	cat >"$P/data/products.ndjson" <<-END
		{"sku": "a", "shop": "s1", "name": "傘 <&> *big*", "jan": "4901"}
		{"sku": "b", "shop": "s1", "name": "靴", "jan": "49-01"}
		{"sku": "c", "shop": "s2", "name": "帽子", "jan": "x \"quoted\" \\\\ é"}
		{"sku": "d", "shop": "s1", "jan": "4901234567894"}
		{"sku": "e", "shop": "s2", "name": "鞄", "jan": "4901234567894"}
	END
}
asked() { grep -c 'Request received' "$ASKED"; }
violations() { grep -c 'Violation: request' "$ASKED" || true; }
# all is well with every document
mend() {
	sed -i -e 's/"jan": "[^,}]*}/"jan": "4901234567894"}/' -e 's/"shop": "s1", "jan"/"shop": "s1", "name": "n", "jan"/' \
		"$P/data/products.ndjson"
}
