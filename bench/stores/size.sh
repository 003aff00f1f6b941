#!/usr/bin/env bash
# How much the ahead-of-time command grew: bench/stores/size.sh COMMIT [COMMIT], the earlier one first (default: of the second, HEAD).
# Publishes both in worktrees of their own, as they are packed, and prints the two sizes.
set -eu

root="$(git -C "$(dirname "${BASH_SOURCE[0]}")" rev-parse --show-toplevel)"
rid="$(dotnet --info | sed -n 's/^ *RID: *//p' | head -1)"
tree=""
trap '[ -z "$tree" ] || git -C "$root" worktree remove --force "$tree"' EXIT
for commit in "$1" "${2:-HEAD}"; do
  tree="$(mktemp -d)"
  git -C "$root" worktree add -q --detach "$tree" "$commit"
  dotnet publish "$tree/src/ModelRegistry.Tool" -c Release -r "$rid" -p:NativeTool=true -p:_WideVerifier=false -p:RunAnalyzers=false -o "$tree/out" --nologo -v quiet >"$tree/log" 2>&1 || { cat "$tree/log" >&2; exit 1; }
  printf '%s %s bytes\n' "$commit" "$(stat -c %s "$tree/out/modelreg")"
  git -C "$root" worktree remove --force "$tree"
  tree=""
done
