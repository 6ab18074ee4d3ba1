# AWS as moto plays it; read by the cases that need it after lib.sh.
# shellcheck shell=sh disable=SC2034,SC2154
MOTO='moto[server]==5.2.5'

# moto: sets AWS, the address of all services, and PYTHON, which has boto3. False when it cannot be had here.
moto() {
	PYTHON=$OUT/moto/bin/python
	if [ ! -x "$OUT/moto/bin/moto_server" ]; then
		python3 -m venv "$OUT/moto" >"$work/pip.out" 2>&1 || return 1
		"$PYTHON" -m pip install -q "$MOTO" >>"$work/pip.out" 2>&1 || return 1
	fi
	port=$(python3 -c 'import socket
s = socket.socket()
s.bind(("127.0.0.1", 0))
print(s.getsockname()[1])')
	"$OUT/moto/bin/moto_server" -H 127.0.0.1 -p "$port" >"$work/moto.log" 2>&1 &
	ours="$ours $!"
	AWS=http://127.0.0.1:$port
	tries=0
	until curl -sS -o /dev/null "$AWS/moto-api/" 2>/dev/null; do
		[ "$tries" -lt 600 ] || { echo "moto did not start"; return 1; }
		sleep 0.1
		tries=$((tries + 1))
	done
	export AWS_REGION=ap-northeast-1 AWS_DEFAULT_REGION=ap-northeast-1 AWS_EC2_METADATA_DISABLED=true
}
