using System.Diagnostics;

namespace ModelRegistry.Tests.Support;

/// <summary>Programs of npm that the product is held against; <c>.ci/run</c> installs them into <c>tests/node</c>.</summary>
internal static class NodePeers
{
    public static string Folder { get; } = Path.Combine(Repository.Root, "tests", "node");

    /// <summary>The script that an npm package puts on the PATH under a name.</summary>
    public static string Script(string package, string name)
    {
        using var description = System.Text.Json.JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Folder, "node_modules", package, "package.json")));
        var programs = description.RootElement.GetProperty("bin");
        return Path.Combine(Folder, "node_modules", package, programs.ValueKind == System.Text.Json.JsonValueKind.String ? programs.GetString()! : programs.GetProperty(name).GetString()!);
    }

    public static (int ExitCode, string Output) Run(string script, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("node", [script, .. arguments]) { WorkingDirectory = Folder, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, (output + errors.Result).Trim());
    }
}

/// <summary>A test that needs an npm package of <c>tests/node</c>; skipped by name where it is not installed.</summary>
internal sealed class NodeFactAttribute : FactAttribute
{
    public NodeFactAttribute(string package)
    {
        if (!Directory.Exists(Path.Combine(NodePeers.Folder, "node_modules", package))) Skip = $"the npm package {package} is not installed: run 'npm ci --ignore-scripts' in tests/node";
    }
}
