#!/bin/sh
# Receivers that fail: what they were to be told is owed, each in its time, and
# told by a later run; the other receivers do not wait for them.
# shellcheck disable=SC1091,SC2034,SC2154
. tests/servers/lib.sh

files 10k
events() { # FILE EVENT
	jq -s --arg event "$2" '[.[] | select(.event == $event)] | length' "$1"
}
# A port that nobody listens on: one that was just given back.
closed_port() {
	python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

file_project "$work/p"
rm "$P/rules/orders.yaml" # its rules find more as time goes on
port=$(closed_port)
cat >"$P/tell" <<'END'
#!/bin/sh
[ ! -f refuse ] || { cat >/dev/null; exit 75; }
cat >>told
END
chmod +x "$P/tell"
sed -i -e '/^receivers:/,$d' "$P/kenpin.yaml"
cat >>"$P/kenpin.yaml" <<END
receivers:
  lines: {kind: file, path: messages}
  hook: {kind: webhook, url: 'http://127.0.0.1:$port/hook', timeout: 5s}
  program: {kind: exec, command: [sh, -c, 'cd "$P" && ./tell']}
routes:
  - {receivers: [lines, hook, program], group_by: [rule]}
END
touch "$P/refuse"
check "both fail: owed" exits 4 scan
told=$(wc -l <"$P/messages")
check "the receiver that works was told" test "$told" -ge 6
check "each of the others is owed all of it" counts "$told $((2 * told)) 0" sent owed dead
check "nobody was told twice" same "$(jq -r .dedup_key "$P/messages" | sort | uniq -d)" ""
check "findings are kept" test "$(open_findings | wc -l)" -ge 40

rm "$P/refuse"
check "before its time it is not tried again" exits 4 scan
check "nothing was sent" counts "0 $((2 * told))" sent owed

NOW=2026-01-15T04:00:00Z
check "the hook is still out: owed" exits 4 scan
check "the program was told" same "$(events "$P/told" found)" "$told"
check "only the hook's are owed" counts "$told $told" sent owed

proxy "http://127.0.0.1:$port" "$work/hook.log"
plan '{"mode": "unavailable", "path": "/hook"}'
sed -i "s|http://127.0.0.1:$port/hook|$PROXY/hook|" "$P/kenpin.yaml"
NOW=2026-01-15T08:00:00Z
check "the hook answers 503: owed" exits 4 scan
check "all its messages are still owed" counts "0 $told" sent owed

# the server behind the proxy comes up: one that takes everything
cat >"$work/hook.py" <<'END'
import http.server, sys
class Hook(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        with open(sys.argv[2], "ab") as f:
            f.write(body + b"\n")
        self.send_response(204)
        self.end_headers()
    def log_message(self, *args):
        pass
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Hook).serve_forever()
END
python3 "$work/hook.py" "$port" "$work/hooked" &
ours="$ours $!"
sleep 1
plan '{"mode": "none"}'
NOW=2026-01-16T03:00:00Z
check "the hook is back: all is told" exits 0 scan
check "nothing is owed" counts "$told 0 0" sent owed dead
# a message's key is another one for each receiver, its run that which told it
said() {
	jq -c 'del(.run, .dedup_key) | .findings |= map([.finding, .episode, .value])' "$1" | sort
}
said "$P/messages" >"$work/want"
for file in "$P/told" "$work/hooked"; do
	said "$file" >"$work/got"
	check "$(basename "$file") heard what the others heard" diff "$work/want" "$work/got"
done
check "again: nothing" exits 0 scan
check "again: nothing is sent" counts "0 0 0" sent owed dead

# it refuses for good: a dead letter, and no run fails for it for ever
file_project "$work/dead"
sed -i "s|{kind: file, path: messages}|{kind: webhook, url: '$PROXY/hook'}|" "$P/kenpin.yaml"
plan '{"mode": "forbidden", "path": "/hook"}'
NOW=2026-01-15T03:00:00Z
kenpin scan
check "refused for good: dead letters" counts "0 0" sent owed
check "refused for good: counted" test "$(count dead)" -ge 50
check "refused for good: the next run is done" exits 0 scan
