#!/usr/bin/env bash
# Runs build/build.cake from any directory; bash 3.2 is enough. Without arguments it lists the targets.
set -eu

fail() {
  printf 'build.sh: %s\n' "$1" >&2
  exit 1
}

root="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
# Cake makes the folder of the script its working directory; paths on the command line are the caller's.
BUILD_INVOKED_FROM="$PWD"
export BUILD_INVOKED_FROM
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
[ -t 1 ] || export NO_COLOR=1

command -v dotnet >/dev/null 2>&1 ||
  fail "dotnet is not installed; install the .NET 10 SDK (https://dotnet.microsoft.com/download/dotnet/10.0) and put it on the PATH"
cd "$root"
dotnet --version >/dev/null 2>&1 ||
  fail "no installed .NET SDK fits global.json; install the .NET 10 SDK, 10.0.100 or later (https://dotnet.microsoft.com/download/dotnet/10.0)"
restored="$(dotnet tool restore </dev/null 2>&1)" ||
  fail "'dotnet tool restore' failed, so there is no Cake to run: $restored"
exec dotnet cake build/build.cake ${1+"$@"}
