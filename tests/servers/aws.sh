#!/bin/sh
# Receivers on AWS: moto recomputes every signature and looks up what the key's policy allows.
# shellcheck disable=SC1091,SC2034,SC2154
. tests/servers/lib.sh
. tests/servers/contract.sh
. tests/servers/moto.sh

moto || { skip aws; exit 0; }
export AWS
variables=$("$PYTHON" tests/servers/aws.py make)
eval "$variables"

told() { "$PYTHON" tests/servers/aws.py told >"$work/told" && cat "$work/told" && diff -u "$1" "$work/told"; }
refused() { # WHAT-IS-SAID: the test message is not taken
	! "$KENPIN" -C "$P" notify test queue >"$work/refused" 2>&1 && cat "$work/refused" && grep -q "$1" "$work/refused" &&
		! grep -qF "$AWS_SECRET_ACCESS_KEY" "$work/refused"
}

telling aws "{kind: stdout}"
cat >"$work/receivers" <<-END
	  topic: {kind: sns, topic: '$TOPIC', url: '$AWS'}
	  queue: {kind: sqs, queue: '$QUEUE', url: '$AWS'}
	  fifo: {kind: sqs, queue: '$FIFO', url: '$AWS'}
	  letter: {kind: ses, from: kenpin@example.com, to: [shop@example.jp], url: '$AWS'}
	  bus: {kind: eventbridge, url: '$AWS'}
	  metrics: {kind: cloudwatch, namespace: shop, url: '$AWS'}
END
sed -i -e "/^  it: /{r $work/receivers
d}" -e 's/receivers: \[it\]/receivers: [topic, queue, fifo, letter, bus, metrics]/' "$P/kenpin.yaml"

check "findings are told" exits 0 scan
check "eighteen messages" counts "18 0 0" sent owed dead
cat >"$work/found" <<-'END'
	cloudwatch | FindingsFound | severity=critical rule=no-name shop=s1
	cloudwatch | FindingsFound | severity=error rule=jan-shape shop=s1
	cloudwatch | FindingsFound | severity=error rule=jan-shape shop=s2
	eventbridge | findings found | rule=jan-shape shop=s1 | 2
	eventbridge | findings found | rule=jan-shape shop=s2 | 1
	eventbridge | findings found | rule=no-name shop=s1 | 1
	ordered.fifo | found | critical | rule=no-name shop=s1 | 1
	ordered.fifo | found | error | rule=jan-shape shop=s1 | 2
	ordered.fifo | found | error | rule=jan-shape shop=s2 | 1
	plain | found | critical | rule=no-name shop=s1 | 1
	plain | found | error | rule=jan-shape shop=s1 | 2
	plain | found | error | rule=jan-shape shop=s2 | 1
	ses | kenpin@example.com | shop@example.jp | 2 findings (rule=jan-shape shop=s1), first: jan: "4901" does not match ^(?:[0-9]{8}|[0-9]{13})$
	ses | kenpin@example.com | shop@example.jp | jan-shape: shop s2, c: jan: "x \"quoted\" \\ é" does not match ^(?:[0-9]{8}|[0-9]{13})$
	ses | kenpin@example.com | shop@example.jp | no-name: shop s1, d: name: is absent but is required
	sns | found | 1 finding: 1 critical | 1. critical no-name: shop s1, d: name: is absent but is required
	sns | found | 1 finding: 1 error | 1. error jan-shape: shop s2, c: jan: "x \"quoted\" \\ é" does not match ^(?:[0-9]{8}|[0-9]{13})$ (jan: "x \"quoted\" \\ é")
	sns | found | 2 findings: 2 error | 1. error jan-shape: shop s1, a: jan: "4901" does not match ^(?:[0-9]{8}|[0-9]{13})$ (jan: "4901")
END
check "what was told" told "$work/found"
mend
check "resolves are told" exits 0 scan
check "eighteen resolves" counts "18 0 0" sent owed dead

good=$AWS_SECRET_ACCESS_KEY
export AWS_SECRET_ACCESS_KEY=not-the-one-that-was-given
check "a wrong secret is refused" refused SignatureDoesNotMatch
id=$AWS_ACCESS_KEY_ID
export AWS_SECRET_ACCESS_KEY="$good" AWS_ACCESS_KEY_ID=AKIANOBODYHASTHISONE
check "an unknown key is refused" refused InvalidClientTokenId
unset AWS_ACCESS_KEY_ID
check "no key is worth another try" refused 'no AWS key is found'

# a job's role: the container's address, as ECS and Batch give it, from a static file
mkdir -p "$work/container"
printf '{"AccessKeyId":"%s","SecretAccessKey":"%s","Expiration":"2099-01-01T00:00:00Z"}\n' "$id" "$good" >"$work/container/role"
(cd "$work/container" && exec python3 -u -m http.server --bind 127.0.0.1 0) >"$work/container.log" 2>&1 &
ours="$ours $!"
until grep -q 'port' "$work/container.log"; do sleep 0.1; done
container=http://127.0.0.1:$(sed -n 's/.* port \([0-9]*\).*/\1/p' "$work/container.log")
export AWS_CONTAINER_CREDENTIALS_FULL_URI="$container/role"
check "a container's key signs" "$KENPIN" -C "$P" notify test queue
export AWS_CONTAINER_CREDENTIALS_FULL_URI="$container/gone"
check "a container without a key is worth another try" refused 'the container gave no key: HTTP 404'
export AWS_CONTAINER_CREDENTIALS_FULL_URI=http://example.com/role
check "a key is not fetched in the clear from afar" refused 'neither https:// nor near'
unset AWS_CONTAINER_CREDENTIALS_FULL_URI
