#!/usr/bin/env bash
# scale.sh PATH-TO-modelreg [VERSIONS...]: what a registry of so many versions costs (1000 10000 100000; the last takes a minute and 2 GB).
# ROUNDS (5, and 1 above 10,000) rounds, medians. Histories are made by git fast-import: families of 100 versions, one commit each, 20 in one
# above 10,000. Fetch, push and sync take turns in each round, so that the difference is of the same minute.
# Prints the load of the machine and a table for docs/performance.md. Needs git and awk.
set -euo pipefail
modelreg=$(realpath "$1")
shift
sizes=("$@")
[ ${#sizes[@]} -gt 0 ] || sizes=(1000 10000 100000)
work=$(mktemp -d "${TMPDIR:-/tmp}/modelreg-scale.XXXXXX")
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
cd "$work"
export HOME="$work" MODELREG_CACHE="$work/cache" GIT_CONFIG_GLOBAL="$work/gitconfig" GIT_CONFIG_NOSYSTEM=1 LC_ALL=C
printf '[user]\n\tname = Bench\n\temail = bench@example.org\n[init]\n\tdefaultBranch = main\n[gc]\n\tauto = 0\n[advice]\n\tdetachedHead = false\n' > gitconfig

now() { date +%s%N; }
median() { sort -n | awk '{ v[NR] = $1 } END { print (NR % 2) ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }

timed() { # name, then the command: one line more in the file of that name, in milliseconds
  local name=$1 start
  shift
  start=$(now)
  "$@" > out 2> errors || { cat out errors >&2; echo "failed: $*" >&2; exit 1; }
  echo $((($(now) - start) / 1000000)) >> "times/$name"
}

row() { # what, file, note
  printf '| %s | %s | %s | %s | %s |\n' "$1" "$(median < "times/$2")" "$(sort -n "times/$2" | head -1)" "$(sort -n "times/$2" | tail -1)" "${3:-}"
}

weights() { # path, text of 16 characters: a safetensors file with one tensor
  local header='{"w":{"dtype":"U8","shape":[16],"data_offsets":[0,16]}}'
  while [ $((${#header} % 8)) -ne 0 ]; do header="$header "; done
  { printf "\\x$(printf %02x ${#header})\\0\\0\\0\\0\\0\\0\\0"; printf '%s%s' "$header" "$2"; } > "$1"
}

history() { # versions, digest, length: what git fast-import reads
  awk -v n="$1" -v digest="$2" -v size="$3" -v per="$(($1 > 10000 ? 20 : 1))" '
    function commit(message) { print "commit refs/heads/main\ncommitter Bench <bench@example.org> " (1767225600 + made++) " +0000\ndata <<END\n" message "\nEND" }
    BEGIN {
      commit("Initialise the registry")
      print "M 100644 inline registry/registry.json\ndata <<END\n{ \"schemaVersion\": 1, \"stores\": [{ \"name\": \"local\", \"path\": \"../models\" }] }\nEND"
      print "M 100644 inline .gitignore\ndata <<END\n/models/\nEND"
      families = int((n + 99) / 100)
      for (k = 0; k < n; k++) {
        family = "family-" (k % families); version = "1." int(k / families) ".0"; at = k * 10
        if (k % per == 0) commit("Register " family "/" version)
        print "M 100644 inline registry/" family "/versions/" version ".json\ndata <<END"
        printf "{\n  \"schemaVersion\": 1,\n  \"name\": \"%s\",\n  \"version\": \"%s\",\n  \"createdAt\": \"2026-01-%02dT%02d:%02d:%02dZ\",\n", family, version, at / 86400 + 1, at / 3600 % 24, at / 60 % 60, at % 60
        printf "  \"createdBy\": \"Bench <bench@example.org>\",\n  \"framework\": \"pytorch\",\n  \"architecture\": \"resnet18\",\n  \"metrics\": {\n    \"accuracy\": %.6f\n  },\n", 0.5 + (k * 7919 % 10007) / 20014
        printf "  \"files\": [\n    {\n      \"path\": \"model.safetensors\",\n      \"role\": \"weights\",\n      \"size\": %d,\n      \"digest\": \"sha256:%s\"\n    }\n  ]\n}\nEND\n", size, digest
      }
    }'
}

scale() { # versions
  local versions=$1 root="$work/r$1" remote="$work/r$1.git"
  rm -rf times cache
  mkdir -p times "$root/models/blobs/sha256"
  weights seed.safetensors 0000000000000000
  local digest size
  digest=$(sha256sum seed.safetensors | cut -d' ' -f1)
  size=$(stat -c %s seed.safetensors)
  cp seed.safetensors "$root/models/blobs/sha256/$digest"
  git -C "$root" init -q
  history "$versions" "$digest" "$size" | git -C "$root" fast-import --quiet
  git -C "$root" reset -q --hard main
  git clone -q --bare "$root" "$remote"
  git -C "$remote" config uploadpack.allowFilter true
  git -C "$root" remote add origin "$remote"
  git -C "$root" config branch.main.remote origin
  git -C "$root" config branch.main.merge refs/heads/main
  local in=(env -C "$root")
  local round rounds=${ROUNDS:-$((versions > 10000 ? 1 : 5))}
  "${in[@]}" "$modelreg" sync -q > /dev/null
  for ((round = 1; round <= rounds; round++)); do
    timed list "${in[@]}" "$modelreg" list
    timed exact "${in[@]}" "$modelreg" resolve family-1 1.50.0
    timed best "${in[@]}" "$modelreg" resolve family-1 best
    timed doctor "${in[@]}" "$modelreg" doctor
    timed log "${in[@]}" git log -1 -- registry/family-1/versions/1.50.0.json
    timed without "${in[@]}" git -c core.commitGraph=false log -1 -- registry/family-1/versions/1.50.0.json
    weights new.safetensors "$(printf '%08d%08d' "$versions" "$((2 * round))")"
    timed register "${in[@]}" "$modelreg" register --name family-1 --file "$work/new.safetensors" -q
    timed fetch "${in[@]}" git fetch -q --no-tags origin main
    timed push "${in[@]}" git push -q origin HEAD:main
    weights new.safetensors "$(printf '%08d%08d' "$versions" "$((2 * round + 1))")"
    timed register "${in[@]}" "$modelreg" register --name family-1 --file "$work/new.safetensors" -q
    timed sync "${in[@]}" "$modelreg" sync -q
    paste -d' ' <(tail -n1 times/sync) <(tail -n1 times/fetch) <(tail -n1 times/push) | awk '{ print $1 - $2 - $3 }' >> times/more
    rm -rf full cache
    timed clone git clone -q "file://$remote" full
    timed cold "$modelreg" list family-1 --registry "file://$remote"
    timed warm "$modelreg" list family-1 --registry "file://$remote"
  done

  row "\`modelreg list\`, $versions versions" list
  row "\`modelreg resolve family-1 1.50.0\`, $versions" exact
  row "\`modelreg resolve family-1 best\`, $versions" best
  row "\`modelreg register\`, $versions" register
  row "\`modelreg doctor\`, $versions" doctor
  row "\`git log -1 -- MANIFEST\`, with the commit graph that \`doctor\` wrote, $versions" log
  row "the same without it, $versions" without
  row "\`git fetch\` of nothing, $versions" fetch
  row "\`git push\` of one registration, $versions" push
  row "\`modelreg sync\` of one registration, $versions" sync
  row "the same less fetch and push of its round, $versions" more 'budget 250 at 1,000'
  row "\`git clone\`, $versions" clone "$(du -sm full | cut -f1) MB"
  row "\`modelreg list family-1 --registry URL\`, never cloned, $versions" cold "$(du -sm cache/registries | cut -f1) MB"
  row "the same again, $versions" warm
  rm -rf "$root" "$remote" full cache
}

echo "load: $(cut -d' ' -f1-3 /proc/loadavg); $(git --version)"
echo '| what | median ms | min | max | |'
echo '|---|---:|---:|---:|---|'
for size in "${sizes[@]}"; do scale "$size"; done
