#!/usr/bin/env bash
# How much the ahead-of-time command grew: bench/stores/size.sh COMMIT [COMMIT], the earlier one first (default: of the second, HEAD).
# Publishes both in worktrees of their own and prints the two sizes.
set -eu

root="$(git -C "$(dirname "${BASH_SOURCE[0]}")" rev-parse --show-toplevel)"
rid="$(dotnet --info | sed -n 's/^ *RID: *//p' | head -1)"
for commit in "$1" "${2:-HEAD}"; do
  tree="$(mktemp -d)"
  git -C "$root" worktree add -q --detach "$tree" "$commit"
  dotnet publish "$tree/src/ModelRegistry.Tool" -c Release -r "$rid" -p:PublishAot=true -o "$tree/out" --nologo -v quiet >"$tree/log" 2>&1 || cat "$tree/log"
  printf '%s %s bytes\n' "$commit" "$(stat -c %s "$tree/out/modelreg")"
  git -C "$root" worktree remove --force "$tree"
done
