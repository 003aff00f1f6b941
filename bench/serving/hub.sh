#!/usr/bin/env bash
# A large file from the dashboard, as clients of Hugging Face ask for it, beside the same file from nginx, in turn: bench/serving/hub.sh MODELREG [MIB]
# Needs nginx, curl, git and python3. MIB is the size (1024). Prints the median seconds of each and their ratio (budget 1.1); figures count on a quiet machine.
set -eu

modelreg="$(realpath "$1")"
mib="${2:-1024}"
rounds="${ROUNDS:-7}"
PATH="$PATH:/usr/sbin"
work="$(mktemp -d)"
export HOME="$work/home" MODELREG_CACHE="$work/cache"
mkdir "$HOME" "$work/registry"
git config --global user.name Bench
git config --global user.email bench@example.org
free() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
ours="$(free)"
peer="$(free)"
running=""
trap 'for process in $running; do kill "$process" 2>/dev/null || true; done; wait; chmod -R u+w "$work"; rm -rf "$work"' EXIT

cd "$work/registry"
git init -q
"$modelreg" init -q
python3 - "$mib" <<'P'
import json, os, struct, sys
length = int(sys.argv[1]) << 20
head = json.dumps({"w": {"dtype": "U8", "shape": [length], "data_offsets": [0, length]}}).encode()
head += b" " * (-len(head) % 8)
with open("../large.safetensors", "wb") as file:
    file.write(struct.pack("<Q", len(head)) + head)
    for _ in range(length >> 20): file.write(os.urandom(1 << 20))
P
"$modelreg" register --name large --file ../large.safetensors --link -q
blob="$(find "$PWD/models/blobs/sha256" -type f -size +"$((mib - 1))"M)"
cat >"$work/nginx.conf" <<C
daemon off; worker_processes 1; pid $work/pid; error_log $work/error.log;
$([ "$(id -u)" = 0 ] && echo "user root;")
events { }
http { access_log off; sendfile on; server { listen 127.0.0.1:$peer; root $(dirname "$blob"); } }
C
nginx -c "$work/nginx.conf" -e "$work/error.log" &
running="$!"
"$modelreg" serve --port "$ours" --read-only >"$work/serve.log" 2>&1 &
running="$running $!"
a="http://127.0.0.1:$ours/registry/large/resolve/main/large.safetensors"
b="http://127.0.0.1:$peer/$(basename "$blob")"
for _ in $(seq 300); do curl -sf -o /dev/null -r 0-0 "$a" && curl -sf -o /dev/null -r 0-0 "$b" && break; sleep 0.1; done
for round in $(seq 0 "$rounds"); do
  for address in "$a" "$b"; do
    took="$(curl -sf -o /dev/null -w '%{time_total} %{size_download}' "$address")"
    [ "$round" = 0 ] || echo "$address $took" >>"$work/times"
  done
done
python3 - "$work/times" "$mib" <<'P'
import statistics, sys
times = {}
for line in open(sys.argv[1]):
    address, seconds, size = line.split()
    times.setdefault(address, []).append(float(seconds))
ours, peer = (statistics.median(t) for t in times.values())
print(f"| GET …/resolve/… of {sys.argv[2]} MiB | {ours:.3f} s |\n| nginx, the same file | {peer:.3f} s |\n| ratio (budget 1.1) | {ours / peer:.2f} |")
P
