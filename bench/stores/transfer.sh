#!/usr/bin/env bash
# Push and fetch beside their peers, in the same run and in turn: bench/stores/transfer.sh MODELREG [MIB [LARGE_MIB [VERSIONS]]]
# Needs docker-registry, skopeo, curl, openssl, GNU time and python3. MIB is the size for the times (1024), LARGE_MIB the one for the memory
# (2048), VERSIONS how many are pushed twice (100). Prints a table for docs/performance.md; figures count on a quiet machine.
set -eu

modelreg="$(realpath "$1")"
mib="${2:-1024}"
large="${3:-2048}"
versions="${4:-100}"
rounds="${ROUNDS:-3}"
work="$(mktemp -d)"
port="$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')"
export HOME="$work/home" MODELREG_CACHE="$work/cache"
mkdir "$HOME" "$work/registry"
git config --global user.name Bench
git config --global user.email bench@example.org

printf 'version: 0.1\nstorage:\n  filesystem:\n    rootdirectory: %s/docker\nhttp:\n  addr: 127.0.0.1:%s\nlog:\n  level: error\n  accesslog:\n    disabled: false\n' "$work" "$port" >"$work/docker.yml"
docker-registry serve "$work/docker.yml" >"$work/requests" 2>"$work/errors" &
server=$!
trap 'kill "$server" 2>/dev/null || true; chmod -R u+w "$work"; rm -rf "$work"' EXIT
for _ in $(seq 100); do curl -s -o /dev/null "http://127.0.0.1:$port/v2/" && break; sleep 0.1; done

cd "$work/registry"
git init -q
"$modelreg" init -q
python3 - "$port" <<'P'
import json, sys
path = "registry/registry.json"
settings = json.load(open(path))
settings["stores"].append({"name": "hub", "oci": f"127.0.0.1:{sys.argv[1]}/bench"})
json.dump(settings, open(path, "w"))
P
git add -A
git commit -qm "a store"

weights() { # path, MiB: a safetensors file of bytes that do not repeat from file to file
  python3 - "$1" "$2" <<'P'
import json, os, struct, sys
length = int(sys.argv[2]) << 20
head = json.dumps({"w": {"dtype": "U8", "shape": [length], "data_offsets": [0, length]}}).encode()
head += b" " * (-len(head) % 8)
with open(sys.argv[1], "wb") as file:
    file.write(struct.pack("<Q", len(head)) + head)
    for _ in range(length >> 20): file.write(os.urandom(1 << 20))
P
}

timed() { # what, then the command: prints wall, user and system seconds, and kB
  what="$1"
  shift
  /usr/bin/time -o "$work/time" -f '%e %U %S %M' "$@" >/dev/null
  read -r wall user system memory <"$work/time"
  printf '| %s | %s | %s | %s |\n' "$what" "$wall" "$(python3 -c "print(round($user + $system, 2))")" "$((memory / 1024))"
}

forget() { # the local store and the cache
  chmod -R u+w models
  find models/blobs -type f -delete
  rm -rf "$work/cache"
}

echo "load: $(cut -d' ' -f1-3 /proc/loadavg)"
echo '| what | wall s | processor s | peak MB |'
echo '|---|---:|---:|---:|'
for round in $(seq "$rounds"); do
  weights big.safetensors "$mib"
  "$modelreg" register --name "big$round" --file big.safetensors -q
  digest="sha256:$(openssl dgst -sha256 -r big.safetensors | cut -d' ' -f1)"
  "$modelreg" store index "big$round" >/dev/null
  timed "skopeo copy of $mib MiB" skopeo copy -q --dest-tls-verify=false "oci:models:big$round/1.0.0" "docker://127.0.0.1:$port/peer$round/big:1"
  timed "modelreg push of $mib MiB" "$modelreg" push "big$round"
  forget
  timed "curl -o of $mib MiB" curl -s -o "$work/out" "http://127.0.0.1:$port/v2/bench/big$round/blobs/$digest"
  timed "openssl dgst -sha256 of $mib MiB" openssl dgst -sha256 "$work/out"
  rm "$work/out"
  sync
  timed "modelreg resolve (fetch) of $mib MiB" "$modelreg" resolve "big$round"
  forget
done

weights big.safetensors "$large"
"$modelreg" register --name large --file big.safetensors -q
timed "modelreg push of $large MiB" "$modelreg" push large
forget
timed "modelreg resolve (fetch) of $large MiB" "$modelreg" resolve large
forget

for version in $(seq "$versions"); do
  weights small.safetensors 1
  "$modelreg" register --name many --file small.safetensors -q --tag "version=$version"
done
timed "modelreg push of $versions versions" "$modelreg" push many
sleep 1
before="$(wc -l <"$work/requests")"
timed "the same again" "$modelreg" push many
sleep 1
echo "requests of the second push: $(($(wc -l <"$work/requests") - before)) for $versions versions"
