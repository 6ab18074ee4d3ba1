#!/bin/sh
# The dead man's switch, and a body by a template: both posted to a server that
# keeps what it gets. A sign of life comes after a complete run of everything alone.
# shellcheck disable=SC1091,SC2154
. tests/servers/lib.sh
. tests/servers/contract.sh

cat >"$work/keep.py" <<'END'
import http.server
import sys


class Keep(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        with open(sys.argv[1] + self.path.replace("/", "."), "ab") as out:
            out.write(body.replace(b"\n", b" ") + b"\n")
        self.send_response(200)
        self.end_headers()


server = http.server.HTTPServer(("127.0.0.1", 0), Keep)
with open(sys.argv[1] + ".port", "w") as out:
    print(server.server_port, file=out)
server.serve_forever()
END
python3 "$work/keep.py" "$work/kept" 2>"$work/keep.err" &
ours="$ours $!"
await "$work/kept.port"
site=http://127.0.0.1:$(cat "$work/kept.port")

lives() { # COUNT
	same "$(wc -l <"$work/kept.alive")" "$1"
}

telling card "{kind: webhook, url: '$site/card', proxy: '', template: '{\"text\": {{title}}, \"all\": [{{#findings:1}}{{rule}}{{,}}{{/findings}}], \"more\": {{left_out}}}'}"
cat >>"$P/kenpin.yaml" <<-END
	heartbeat: alive
END
sed -i "s|^  it:|  alive: {kind: webhook, url: '$site/alive', proxy: ''}\n&|" "$P/kenpin.yaml"
check "a complete run" exits 0 scan
check "gives a sign of life" lives 1
check "that names its run" same "$(jq -r '"\(.format) \(.version) \(.run)"' "$work/kept.alive")" "kenpin-heartbeat 1 r-000001"
check "the template made the bodies" same "$(jq -c '[.all[0], .more]' "$work/kept.card" | sort | tr '\n' ' ')" \
	'["jan-shape",0] ["jan-shape",1] ["no-name",0] '
check "a part of the rules" exits 0 scan --rule no-name
check "gives none" lives 1
kenpin scan --limit 2 || true
check "a limited run gives none" lives 1
kenpin scan --dry-run || true
check "a dry run gives none" lives 1
printf '{"sku": "f", \n' >>"$P/data/products.ndjson"
check "an incomplete run" exits 2 scan
check "gives no sign of life" lives 1
sed -i '$d' "$P/data/products.ndjson"
sed -i 's|/alive|/nowhere|; s|127.0.0.1:[0-9]*/nowhere|127.0.0.1:9/nowhere|' "$P/kenpin.yaml"
check "a switch that cannot be reached fails no run" exits 0 scan
check "and is said" grep -q 'heartbeat to alive' "$P/err"
sed -i 's/^heartbeat: alive/heartbeat: aliev/' "$P/kenpin.yaml"
check "a name that is not there is refused" exits 3 scan
check "with a suggestion" grep -q 'did you mean "alive"' "$P/err"
sed -i 's/^heartbeat: aliev/heartbeat: lines/; s/^  it:/  lines: {kind: stdout}\n&/' "$P/kenpin.yaml"
check "and so is one that is no webhook" exits 3 scan
