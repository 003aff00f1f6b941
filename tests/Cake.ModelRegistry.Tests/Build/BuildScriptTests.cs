using System.Diagnostics;

namespace Cake.ModelRegistry.Tests.Build;

/// <summary>build.sh on machines that lack something; a stand-in for dotnet says what it was asked.</summary>
public sealed class BuildScriptTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("build script ").FullName;
    private readonly string _path;

    public BuildScriptTests()
    {
        _path = Directory.CreateDirectory(Path.Combine(_root, "path")).FullName;
        File.Copy(Path.Combine(AppContext.BaseDirectory, "build.sh"), Path.Combine(_root, "build.sh"));
    }

    [Fact]
    public void BuildScript_WithoutDotnet_SaysInOneLineWhatToInstall()
    {
        if (OperatingSystem.IsWindows()) return;
        var (code, output) = Run();

        Assert.Equal(1, code);
        Assert.Equal("build.sh: dotnet is not installed; install the .NET 10 SDK (https://dotnet.microsoft.com/download/dotnet/10.0) and put it on the PATH\n", output);
    }

    [Fact]
    public void BuildScript_WithAnUnfitSdk_SaysInOneLineWhatToInstall()
    {
        if (OperatingSystem.IsWindows()) return;
        StandIn("echo 'A compatible .NET SDK was not found.' >&2; exit 155");

        var (code, output) = Run();

        Assert.Equal(1, code);
        Assert.Equal("build.sh: no installed .NET SDK fits global.json; install the .NET 10 SDK, 10.0.100 or later (https://dotnet.microsoft.com/download/dotnet/10.0)\n", output);
    }

    [Fact]
    public void BuildScript_PassesArgumentsOnAsTheyAre_FromAnyDirectory()
    {
        if (OperatingSystem.IsWindows()) return;
        StandIn("""if [ "$1" = cake ]; then echo "in $PWD, from $BUILD_INVOKED_FROM"; for a in "$@"; do echo "[$a]"; done; fi""");

        var (code, output) = Run("--target=RegisterModel", "--notes=two words", "--metric=a=1", "--metric=b=2", "");

        Assert.Equal(0, code);
        Assert.Equal($"in {_root}, from {_path}\n[cake]\n[build/build.cake]\n[--target=RegisterModel]\n[--notes=two words]\n[--metric=a=1]\n[--metric=b=2]\n[]\n", output);
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private void StandIn(string script)
    {
        var file = Path.Combine(_path, "dotnet");
        File.WriteAllText(file, $"#!/bin/sh\n{script}\n");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private (int Code, string Output) Run(params string[] arguments)
    {
        // Only what a bare system has; where dotnet lies among it, the links leave it out.
        foreach (var name in new[] { "dirname", "bash", "sh" })
        {
            var link = Path.Combine(_path, name);
            var target = new[] { "/usr/bin", "/bin" }.Select(folder => Path.Combine(folder, name)).First(File.Exists);
            if (!File.Exists(link)) File.CreateSymbolicLink(link, target);
        }

        var start = new ProcessStartInfo("/bin/sh", ["-c", "exec bash \"$0\" \"$@\" 2>&1", Path.Combine(_root, "build.sh"), .. arguments])
        {
            WorkingDirectory = _path,
            RedirectStandardOutput = true,
        };
        start.Environment["PATH"] = _path;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output);
    }
}
