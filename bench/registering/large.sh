#!/usr/bin/env bash
# Where the time of registering 1 GiB goes: the hash, the copy and the disk alone, each beside the whole, in turn in the same run; then the
# system calls of one registration, by thread. Usage: bench/registering/large.sh PATH-TO-modelreg
set -euo pipefail
modelreg=$(realpath "$1")
rounds=${ROUNDS:-5}
work=$(mktemp -d "${TMPDIR:-/tmp}/modelreg-large-XXXXXX")
trap 'rm -rf "$work"' EXIT
export MODELREG_CACHE="$work/cache"
python3 - "$work/large.safetensors" <<'P'
import json, random, sys
numbers = 1 << 28
header = json.dumps({"w": {"dtype": "F32", "shape": [numbers], "data_offsets": [0, numbers * 4]}}).encode()
with open(sys.argv[1], "wb") as file:
    file.write(len(header).to_bytes(8, "little") + header)
    block = random.Random(1).randbytes(1 << 20)
    for _ in range(1 << 10): file.write(block)
P
repository() {
  rm -rf "$work/registry"
  git init --quiet "$work/registry"
  git -C "$work/registry" config user.name Bench
  git -C "$work/registry" config user.email bench@example.org
  (cd "$work/registry" && "$modelreg" init --quiet > "$work/said")
}
timed() {
  local start=$EPOCHREALTIME
  "${@:2}" > "$work/said" 2>&1
  awk -v name="$1" -v start="$start" -v end="$EPOCHREALTIME" 'BEGIN { printf "%s\t%.0f\n", name, (end - start) * 1000 }' >> "$work/times"
}
cat "$work/large.safetensors" > "$work/copy"
for ((round = 0; round < rounds; round++)); do
  timed "hash: openssl dgst -sha256" openssl dgst -sha256 "$work/large.safetensors"
  rm -f "$work/copy"; sync -f "$work"
  timed "copy: cp" cp "$work/large.safetensors" "$work/copy"
  rm -f "$work/copy"; sync -f "$work"
  timed "copy and disk: dd conv=fsync" dd if="$work/large.safetensors" of="$work/copy" bs=4M conv=fsync
  rm -f "$work/copy"; sync -f "$work"
  timed "disk: dd oflag=direct conv=fsync" dd if="$work/large.safetensors" of="$work/copy" bs=4M oflag=direct conv=fsync
  rm -f "$work/copy"
  repository; sync -f "$work"
  timed "modelreg register" "$modelreg" register --registry "$work/registry" --name large --file "$work/large.safetensors"
done
sort -s -t$'\t' -k1,1 -k2,2n "$work/times" | awk -F'\t' '
  $1 != name { if (name != "") print_one(); name = $1; count = 0 }
  { value[count++] = $2 }
  END { print_one() }
  function print_one() { printf "%-36s median %5d ms, %d to %d\n", name, value[int(count / 2)], value[0], value[count - 1] }'
if command -v strace > /dev/null; then
  repository; sync -f "$work"
  strace -ff -T -o "$work/calls" -e trace=copy_file_range,pread64,sync_file_range,fsync,fdatasync "$modelreg" register --registry "$work/registry" --name large --file "$work/large.safetensors" > "$work/said" 2>&1
  echo "time inside system calls, by thread (traced, so each call is dearer):"
  for thread in "$work"/calls.*; do
    sed -nE 's/^([a-z_0-9]+)\(.*<([0-9.]+)>$/\1 \2/p' "$thread" | awk -v thread="${thread##*.}" '{ calls[$1]++; time[$1] += $2 } END { for (call in calls) if (time[call] > 0.005) printf "  thread %-8s %-16s %6d calls %7.0f ms\n", thread, call, calls[call], time[call] * 1000 }'
  done | sort
fi
