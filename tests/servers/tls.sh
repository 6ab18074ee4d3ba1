#!/bin/sh
# TLS, client certificates, every kind of authorisation, and a proxy, before a
# real cluster: what is right is let through, what is not says what is wrong.
# shellcheck disable=SC1091,SC2034,SC2154
. tests/servers/lib.sh
common
cd "$work" || exit

authority() { # NAME
	openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj "/CN=$1" -keyout "$1.key" -out "$1.pem" 2>/dev/null
}
certificate() { # NAME AUTHORITY HOST DAYS
	openssl req -newkey rsa:2048 -nodes -subj "/CN=$1" -keyout "$1.key" -out "$1.csr" 2>/dev/null
	echo "subjectAltName=$3" >"$1.ext"
	openssl x509 -req -in "$1.csr" -CA "$2.pem" -CAkey "$2.key" -CAcreateserial -extfile "$1.ext" -days "$4" -out "$1.pem" 2>/dev/null
}
authority good
authority other
certificate server good IP:127.0.0.1 30
certificate elsewhere good DNS:elsewhere.example 30
certificate old good IP:127.0.0.1 -1
certificate client good DNS:kenpin 30

# tls CERTIFICATE [OPTION...]: sets PORT
tls() {
	rm -f port
	cert=$1
	shift
	python3 "$bed/tls.py" "$URL" port "$cert.pem" "$cert.key" "$@" &
	ours="$ours $!"
	await port
	PORT=$(cat port)
}
# source_with SETTINGS (parted by "; "): a project whose source is https on PORT with them
source_with() {
	project "$work/p" "https://127.0.0.1:$PORT" three- 5000
	{
		sed '/^receivers:/,$d; s/attempts: 4/attempts: 1/; /page:/d' "$P/kenpin.yaml"
		echo "$1" | sed 's/; /\n/g' | sed 's/^/    /'
		sed -n '/^receivers:/,$p' "$P/kenpin.yaml"
	} >"$P/new.yaml"
	mv "$P/new.yaml" "$P/kenpin.yaml"
}
passes() { # CASE SETTINGS
	source_with "$2"
	check "$1" exits 0 scan --dry-run
}
fails() { # CASE WORDS SETTINGS
	source_with "$3"
	check "$1" exits 2 scan --dry-run
	check "$1/is told" grep -qiE -- "$2" "$P/err"
}
ca="ca_file: $work/good.pem"

tls server
passes "the authority is known" "$ca"
fails "another authority" "certificate" "ca_file: $work/other.pem"
fails "no authority" "certificate" "page: 5000"
fails "a file of authorities that is not there" "none.pem" "ca_file: $work/none.pem"
tls elsewhere
fails "a certificate of another host" "certificate|host" "$ca"
tls old
fails "a certificate that is too old" "expired" "$ca"

tls server --client-ca good.pem
passes "a client certificate" "$ca; client_cert: $work/client.pem; client_key: $work/client.key"
fails "no client certificate" "TLS|certificate|SSL" "$ca"

export KENPIN_TEST_BASIC=kenpin:secret KENPIN_TEST_WORD=dG9rZW4= KENPIN_TEST_WRONG=kenpin:wrong
tls server --authorization "Basic $(printf %s "$KENPIN_TEST_BASIC" | base64)"
passes "basic" "$ca; auth: {basic: env:KENPIN_TEST_BASIC}"
fails "basic, wrong" "401" "$ca; auth: {basic: env:KENPIN_TEST_WRONG}"
fails "no credentials" "401" "$ca"
tls server --authorization "ApiKey $KENPIN_TEST_WORD"
passes "api key" "$ca; auth: {api_key: env:KENPIN_TEST_WORD}"
fails "api key, wrong" "401" "$ca; auth: {api_key: env:KENPIN_TEST_WRONG}"
tls server --authorization "Bearer $KENPIN_TEST_WORD"
passes "bearer" "$ca; auth: {bearer: env:KENPIN_TEST_WORD}"
fails "bearer, wrong" "401" "$ca; auth: {bearer: env:KENPIN_TEST_WRONG}"

# libcurl leaves a proxy out for what no_proxy names, and the tests name this machine
unset no_proxy NO_PROXY
tls server
rm -f proxy.port
python3 "$bed/tls.py" connect proxy.port tunnels &
ours="$ours $!"
await proxy.port
passes "a proxy" "$ca; proxy: http://127.0.0.1:$(cat proxy.port)"
check "a proxy/was used" grep -qx "CONNECT 127.0.0.1:$PORT" tunnels
fails "a proxy that is not there" "cannot connect to the proxy" "$ca; proxy: http://127.0.0.1:1"
