using System.Diagnostics;
using System.Text.Json;

namespace ModelRegistry.Dashboard.Tests.Hub;

/// <summary>A test that runs <c>@huggingface/hub</c>; skipped by name where <c>tests/node</c> is not installed.</summary>
internal sealed class HubFactAttribute : FactAttribute
{
    private static readonly string Folder = Path.Combine(Root(AppContext.BaseDirectory), "tests", "node");

    public HubFactAttribute()
    {
        if (!Directory.Exists(Path.Combine(Folder, "node_modules", "@huggingface", "hub"))) Skip = "the npm package @huggingface/hub is not installed: run 'npm ci --ignore-scripts' in tests/node";
    }

    /// <summary>Runs the client; returns what it saw, one document.</summary>
    public static JsonElement Run(string address, string repository, string folder) => Run("hub-client.mjs", address, repository, folder);

    /// <summary>Runs a script of <c>tests/node</c>; returns the document that it prints last.</summary>
    public static JsonElement Run(string script, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("node", [script, .. arguments]) { WorkingDirectory = Folder, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, output + errors.Result);
        // The client itself says on standard output what it downloads.
        using var document = JsonDocument.Parse(output.TrimEnd().Split('\n')[^1]);
        return document.RootElement.Clone();
    }

    private static string Root(string directory) => File.Exists(Path.Combine(directory, "ModelRegistry.sln")) ? directory : Root(Path.GetDirectoryName(directory)!);
}
