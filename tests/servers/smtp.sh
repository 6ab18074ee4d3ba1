#!/bin/sh
# Letters to a real mail server: its envelope, what an independent parser reads
# in them, TLS and login, and what it refuses.
# shellcheck disable=SC1091,SC2154
. tests/servers/lib.sh
. tests/servers/contract.sh

venv=$OUT/mail-venv
if [ ! -x "$venv/bin/aiosmtpd" ]; then
	{ python3 -m venv "$venv" && "$venv/bin/pip" -q install aiosmtpd==1.4.6; } || echo "aiosmtpd cannot be had"
fi
if [ ! -x "$venv/bin/aiosmtpd" ]; then
	skip all
	exit 0
fi
openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN=localhost -addext subjectAltName=DNS:localhost \
	-keyout "$work/key.pem" -out "$work/cert.pem" 2>/dev/null
export KENPIN_TEST_MAIL=kenpin:very-secret KENPIN_TEST_BAD_MAIL=kenpin:wrong-secret

# mail NAME [--login]: sets MAIL, a folder, and PORT
mail() {
	MAIL=$work/mail-$1
	mkdir -p "$MAIL"
	"$venv/bin/python" "$top/tests/servers/mail.py" "$MAIL" "$work/cert.pem" "$work/key.pem" ${2:+"$2"} &
	ours="$ours $!"
	await "$MAIL/port"
	PORT=$(cat "$MAIL/port")
}
both() { # NAME: found, then resolved
	check "$1/findings are told" exits 0 scan
	check "$1/three letters" counts "3 0 0" sent owed dead
	mend
	check "$1/resolves are told" exits 0 scan
	check "$1/three resolves" counts "3 0 0" sent owed dead
	check "$1/letters are as they should be" python3 "$top/tests/servers/letters.py" "$MAIL" 6
}
to="from: kenpin@example.com, to: [a@example.com, b@example.com], ca_file: $work/cert.pem"

mail plain
telling plain "{kind: smtp, url: 'smtp://localhost:$PORT', $to}"
both plain

mail login --login
telling login "{kind: smtp, url: 'smtp://localhost:$PORT', auth: env:KENPIN_TEST_MAIL, $to}"
check "login/the doctor gets in" exits 0 doctor
both login
check "login/over TLS" same "$(jq -s 'all(.tls and .login)' "$MAIL"/*.json)" true

telling wrong "{kind: smtp, url: 'smtp://localhost:$PORT', auth: env:KENPIN_TEST_BAD_MAIL, $to}"
kenpin scan || true
check "wrong login/refused for good" counts "0 0 3" sent owed dead
check "wrong login/said by the server" grep -q '535' "$P/err"
check "wrong login/no password is shown" sh -c "! grep -q wrong-secret '$P/err'"

telling full "{kind: smtp, url: 'smtp://localhost:$PORT', auth: env:KENPIN_TEST_MAIL, $to}"
sed -i 's/a@example.com/full@example.com/' "$P/kenpin.yaml"
check "full/owed" exits 4 scan
check "full/tried again" counts "0 3 0" sent owed dead
check "full/no password is shown" sh -c "! grep -q very-secret '$P/err'"
telling gone "{kind: smtp, url: 'smtp://localhost:$PORT', auth: env:KENPIN_TEST_MAIL, $to}"
sed -i 's/b@example.com/gone@example.com/' "$P/kenpin.yaml"
kenpin scan
check "gone/refused" counts "0 0 3" sent owed dead
check "gone/said by the server" grep -q 'nobody of that name' "$P/err"
telling untrusted "{kind: smtp, url: 'smtp://localhost:$PORT', auth: env:KENPIN_TEST_MAIL, from: k@example.com, to: a@example.com}"
check "untrusted/owed" exits 4 scan
telling nobody "{kind: smtp, url: 'smtp://localhost:9', $to}"
check "nobody/owed" exits 4 scan
