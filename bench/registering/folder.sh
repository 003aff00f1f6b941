#!/usr/bin/env bash
# folder.sh PATH-TO-modelreg: registering a folder of many files beside hashing and copying them, in turn in the same run.
# FILES (500) files of MIB (2) MiB, ROUNDS (5) rounds. Prints each round, the medians and their ratio. Needs git and openssl.
# Then `inspect` of a sharded safetensors model of 10 sparse parts of 1 GiB.
set -euo pipefail
modelreg=$(realpath "$1")
files=${FILES:-500} mib=${MIB:-2} rounds=${ROUNDS:-5}
work=$(mktemp -d "${TMPDIR:-/tmp}/modelreg-folder.XXXXXX")
trap 'rm -rf "$work"' EXIT
cd "$work"
export MODELREG_CACHE="$work/cache" GIT_CONFIG_GLOBAL="$work/gitconfig" GIT_CONFIG_NOSYSTEM=1
printf '[user]\n\tname = Bench\n\temail = bench@example.org\n[init]\n\tdefaultBranch = main\n' > gitconfig

now() { date +%s%N; }
median() { sort -n | awk '{ v[NR] = $1 } END { print (NR % 2) ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }

mkdir model
for ((i = 0; i < files; i++)); do head -c $((mib << 20)) /dev/urandom > "model/part-$i.dat"; done
python3 - <<'PY'
import json, struct
header = json.dumps({"w": {"dtype": "F32", "shape": [4], "data_offsets": [0, 16]}}).encode()
open("model/model.safetensors", "wb").write(struct.pack("<Q", len(header)) + header + bytes(16))
PY
cat model/* > /dev/null

echo "round   openssl + cp (ms)   register (ms)"
for ((round = 1; round <= rounds; round++)); do
  rm -rf copy; sync
  start=$(now); openssl dgst -sha256 model/* > /dev/null; cp -r model copy; theirs=$((($(now) - start) / 1000000))
  rm -rf repository copy; mkdir repository; git -C repository init -q; (cd repository; "$modelreg" init -q); sync
  start=$(now); (cd repository; "$modelreg" register -q --name m --file ../model); ours=$((($(now) - start) / 1000000))
  echo "$theirs" >> theirs; echo "$ours" >> ours
  printf '%5d   %17d   %13d\n' "$round" "$theirs" "$ours"
done
awk -v a="$(median < theirs)" -v b="$(median < ours)" 'BEGIN { printf "median  %17d   %13d   ratio %.2f\n", a, b, b / a }'

mkdir shards
python3 - <<'PY'
import json, struct
size, names = 1 << 30, {}
for part in range(1, 11):
    name = f"model-{part:05}-of-00010.safetensors"
    tensors = {f"layer{part}.{i}.weight": {"dtype": "F16", "shape": [size // 64], "data_offsets": [i * size // 32, (i + 1) * size // 32]} for i in range(32)}
    header = json.dumps(tensors).encode()
    with open(f"shards/{name}", "wb") as file:
        file.write(struct.pack("<Q", len(header)) + header)
        file.truncate(8 + len(header) + size)
    names.update({tensor: name for tensor in tensors})
json.dump({"metadata": {"total_size": 10 * size}, "weight_map": names}, open("shards/model.safetensors.index.json", "w"))
PY
"$modelreg" inspect shards/model.safetensors.index.json > /dev/null
for ((round = 1; round <= rounds; round++)); do
  start=$(now); "$modelreg" inspect shards/model.safetensors.index.json > /dev/null; whole=$((($(now) - start) / 1000000))
  start=$(now); "$modelreg" --version > /dev/null; empty=$((($(now) - start) / 1000000))
  echo "inspect of 10 x 1 GiB: $whole ms, of which starting the command: $empty ms"
done
