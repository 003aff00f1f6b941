#!/usr/bin/env pwsh
# Runs build/build.cake from any directory. Without arguments it lists the targets.
$ErrorActionPreference = 'Stop'

function Fail([string] $message) {
  [Console]::Error.WriteLine("build.ps1: $message")
  exit 1
}

# Cake makes the folder of the script its working directory; paths on the command line are the caller's.
$env:BUILD_INVOKED_FROM = (Get-Location).ProviderPath
$env:DOTNET_NOLOGO = '1'
$env:DOTNET_CLI_TELEMETRY_OPTOUT = '1'

if (-not (Get-Command dotnet -ErrorAction SilentlyContinue)) {
  Fail 'dotnet is not installed; install the .NET 10 SDK (https://dotnet.microsoft.com/download/dotnet/10.0) and put it on the PATH'
}

Push-Location $PSScriptRoot
try {
  $ErrorActionPreference = 'Continue'
  dotnet --version *> $null
  if ($LASTEXITCODE -ne 0) {
    Fail 'no installed .NET SDK fits global.json; install the .NET 10 SDK, 10.0.100 or later (https://dotnet.microsoft.com/download/dotnet/10.0)'
  }

  $restored = dotnet tool restore 2>&1
  if ($LASTEXITCODE -ne 0) { Fail "'dotnet tool restore' failed, so there is no Cake to run: $restored" }
  dotnet cake build/build.cake @args
  exit $LASTEXITCODE
}
finally {
  Pop-Location
}
