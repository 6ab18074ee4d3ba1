#!/bin/sh
# rules check --live against real servers: index, query, mapping, types.
# shellcheck disable=SC1091,SC2034,SC2154
. tests/servers/lib.sh

put() { # PATH BODY
	curl -sS -X PUT -H 'Content-Type: application/json' "$URL/$1" -d "$2" >/dev/null
}

prepare() {
	put live-products '{"mappings":{"properties":{"shop":{"type":"keyword"},"sku":{"type":"keyword"},
		"jan":{"type":"keyword","ignore_above":20},"price":{"type":"keyword"},"stock":{"type":"long"},
		"updated_at":{"type":"date"},"items":{"type":"nested","properties":{"sku":{"type":"keyword"}}}}}}'
	put live-orders-a '{"mappings":{"properties":{"n":{"type":"long"}}}}'
	put live-orders-b '{"mappings":{"properties":{"n":{"type":"keyword"},"note":{"type":"text"}}}}'
	P=$work/project
	rm -rf "$P"
	mkdir -p "$P/queries" "$P/rules"
	cat >"$P/kenpin.yaml" <<-END
		version: 1
		sources: {search: {kind: elasticsearch, url: '$URL'}}
		shops: [a, b]
	END
	printf 'source: search\nindex: live-products\nkey: [shop, skuu]\ntime: {field: updated_at}\n' >"$P/queries/products.yaml"
	printf 'source: search\nindex: live-orders-{shop}\nfor_each: shop\nkey: n\n' >"$P/queries/orders.yaml"
	cat >"$P/rules/right.yaml" <<-'END'
		version: 1
		rules:
		  - id: right
		    title: all of this fits the mapping
		    query: products
		    severity: error
		    when: {field: stock, min: 0}
		    check:
		      - {field: jan, must_match: '^[0-9]+$'}
		      - {field: price, type: decimal, min: 1}
		      - {field: 'items[].sku', min_chars: 3}
		      - {field: updated_at, age: {max: 30d}}
	END
	cat >"$P/rules/wrong.yaml" <<-'END'
		version: 1
		rules:
		  - id: wrong
		    title: none of this does
		    query: products
		    severity: error
		    check:
		      - {field: jna, required: true}
		      - {field: price, min: 1}
		      - {field: stock, must_match: '^[0-9]+$'}
		      - {field: stock, compare: {field: price, op: le}}
		      - {field: items, max_chars: 3}
		    tests:
		      - {name: a, doc: {field: nowhere}, expect: finding}
		  - id: many
		    title: over two shops
		    query: orders
		    severity: error
		    check:
		      - {field: n, min: 1}
		      - {field: note, required: true}
	END
	printf 'source: search\nindex: live-products\nkey: sku\n' >"$P/queries/all-products.yaml"
	printf 'source: search\nindex: live-orders-{shop}\nfor_each: shop\nkey: n\n' >"$P/queries/all-orders.yaml"
	cat >"$P/rules/sets.yaml" <<-'END'
		version: 1
		rules:
		  - {id: set-right, title: all is there, query: all-products, set: {unique: [shop, sku]}}
		  - {id: set-unique, title: one is not, query: all-products, set: {unique: [shop, skku]}}
		  - id: set-references
		    title: on either side
		    query: all-orders
		    set:
		      references:
		        query: all-products
		        on: {nn: skku}
		        compare: [{field: n, op: ge, other: prise}]
	END
}

live() { # WANTED-CODE ARGUMENT...
	want=$1
	shift
	got=0
	"$KENPIN" -C "$P" rules check --live "$@" >"$work/out" 2>"$work/err" || got=$?
	same "$got" "$want"
}

say() { # PATTERN
	grep -q -e "$1" "$work/err" || { cat "$work/err"; return 1; }
}

on() { # KIND
	if ! sh "$bed/node.sh" can -k "$1"; then
		skip "$1"
		return
	fi
	start_node "$1" || { fail "$1/starts"; return; }
	prepare
	check "$1/what fits is not told" live 0 --rule right
	check "$1/only the key is wrong there" same "$(grep -c '^warning' "$work/err")" 1
	check "$1/a key that is not mapped" say '"skuu" is not in the mapping of live-products'
	check "$1/ignore_above is noted" grep -q 'keyword jan is not indexed over 20 characters' "$work/out"
	check "$1/warnings are no errors" live 0 --rule wrong --rule many
	check "$1/a field that is not mapped" say 'W0603.*"jna" is not in the mapping'
	check "$1/with what was meant" say 'did you mean "jan"?'
	check "$1/a bound on a keyword" say 'min wants a number, and "price" is mapped as keyword'
	check "$1/a regex on a number" say 'must_match wants a text, and "stock" is mapped as long'
	check "$1/a comparison with a keyword" say 'compare wants a number, and "price" is mapped as keyword'
	check "$1/characters of a nested field" say 'max_chars wants a text, and "items" is mapped as nested'
	check "$1/two types" say '"n" is mapped as .*keyword'
	check "$1/mapped in one of two" say '"note" is in the mapping of 1 of 2 indices of query orders, not of shop a'
	check "$1/nothing else" same "$(grep -c '^warning' "$work/err")" 8
	check "$1/set rules whose fields are there" live 0 --rule set-right
	check "$1/say nothing" same "$(grep -c '^warning' "$work/err" || true)" 0
	check "$1/set rules whose fields are not" live 0 --rule set-unique --rule set-references
	check "$1/each field is told where it stands" same \
		"$(sed -n 's/^warning.*: \("[a-z]*"\) is not in the mapping.*/\1/p' "$work/err" | sort | tr '\n' ' ')" \
		'"nn" "prise" "skku" "skku" '
	echo 'body: {query: {termm: {sku: a}}}' >>"$P/queries/products.yaml"
	check "$1/a query that cannot be read" live 3 --rule right
	check "$1/with the reason of the server" say 'E0601.*termm'
	sed -i 's/^index: .*/index: live-product/; /^body/d' "$P/queries/products.yaml"
	check "$1/no such index" live 3 --rule right
	check "$1/by name" say 'E0602.*there is no index live-product$'
	sed -i "s/^index: .*/index: 'live-product-*'/" "$P/queries/products.yaml"
	check "$1/no index of a pattern" live 3 --rule right
	echo 'optional: true' >>"$P/queries/products.yaml"
	check "$1/which may be so" live 0 --rule right
	for index in live-products live-orders-a live-orders-b; do
		curl -sS -X DELETE "$URL/$index" >/dev/null
	done
	[ "$1" = opensearch-2.19.6 ] || sh "$bed/node.sh" stop -d "$OUT/node-$1"
}

on opensearch-2.19.6
on elasticsearch8-8.19.0
