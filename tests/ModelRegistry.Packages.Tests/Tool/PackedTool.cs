using System.Runtime.InteropServices;
using ModelRegistry.Packages.Tests.Harness;

namespace ModelRegistry.Packages.Tests.Tool;

/// <summary>The command, packed as it is published and installed from a local folder: once as its platform gets it, once as every other does.</summary>
public sealed class PackedTool : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("mr-tool-").FullName;

    public PackedTool()
    {
        var feed = Directory.CreateDirectory(Path.Combine(_root, "feed")).FullName;
        // The package that points to the others, the native one of this platform, and the one that runs on .NET everywhere else.
        foreach (var platform in new[] { null, HasNative ? "linux-x64" : null, "any" }.Distinct()) Pack(feed, platform is null ? [] : ["-r", platform]);

        Packages = [.. Directory.EnumerateFiles(feed, "*.nupkg").Order(StringComparer.Ordinal)];
        Native = HasNative ? Install(feed, "native") : null;
        // As on a platform that no native package is made for: the installer takes the one for all.
        var elsewhere = Directory.CreateDirectory(Path.Combine(_root, "elsewhere")).FullName;
        File.Copy(Path.Combine(feed, $"ModelRegistry.Tool.any.{PackedFeed.Version}.nupkg"), Path.Combine(elsewhere, $"ModelRegistry.Tool.any.{PackedFeed.Version}.nupkg"));
        Pack(elsewhere, ["-p:ToolPackageRuntimeIdentifiers=any", "--no-build"]);
        Portable = Install(elsewhere, "portable");
    }

    /// <summary>Whether this machine is one that a native command is made for.</summary>
    public static bool HasNative => OperatingSystem.IsLinux() && RuntimeInformation.OSArchitecture == Architecture.X64;

    /// <summary>What was packed: each a file.</summary>
    public IReadOnlyList<string> Packages { get; }

    /// <summary>The folder that the native command was installed into; null where there is none.</summary>
    public string? Native { get; }

    /// <summary>The folder of the command for every platform.</summary>
    public string Portable { get; }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    // What is packed was restored and analysed with the solution; only the installed command has everything new.
    private void Pack(string feed, string[] more) =>
        Run(Dotnet.Host, PackedFeed.RepositoryRoot, ["pack", Path.Combine("src", "ModelRegistry.Tool"), "-c", "Release", "-p:NativeTool=true", "-p:RunAnalyzers=false", "-o", feed, "-nologo", "-v", "q", "-nodeReuse:false", .. more], PackedFeed.MachinePackages);

    private string Install(string feed, string name)
    {
        var folder = Path.Combine(_root, name);
        Run(Dotnet.Host, _root, ["tool", "install", "ModelRegistry.Tool", "--version", PackedFeed.Version, "--source", feed, "--tool-path", folder, "--no-http-cache"]);
        return Directory.EnumerateFiles(folder, "DotnetToolSettings.xml", SearchOption.AllDirectories).Select(f => Path.GetDirectoryName(f)!).Single(f => File.Exists(Path.Combine(f, "modelreg")) || File.Exists(Path.Combine(f, "modelreg.dll")));
    }

    private void Run(string program, string directory, IEnumerable<string> arguments, string? packages = null)
    {
        var result = Dotnet.Run(program, directory, arguments, new Dictionary<string, string?> { ["NUGET_PACKAGES"] = packages, ["DOTNET_CLI_HOME"] = _root, ["HOME"] = Environment.GetEnvironmentVariable("HOME") });
        Assert.True(result.ExitCode == 0, result.Output);
    }
}
