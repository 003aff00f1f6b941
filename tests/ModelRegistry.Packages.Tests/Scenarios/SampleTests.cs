using ModelRegistry.Packages.Tests.Harness;

namespace ModelRegistry.Packages.Tests.Scenarios;

/// <summary>The apps of samples/Runtimes compile against the packages: what the generated code says of their models is what they ask for.</summary>
[Collection(PackedFeedCollection.Name)]
public sealed class SampleTests(PackedFeed feed) : IDisposable
{
    private static readonly string Samples = Path.Combine(PackedFeed.RepositoryRoot, "samples", "Runtimes");

    private readonly Workspace _work = new(feed);

    public void Dispose() => _work.Dispose();

    /// <summary>One, or all with <c>MODELREG_SAMPLES=all</c>.</summary>
    public static TheoryData<string> Apps { get; } = Environment.GetEnvironmentVariable("MODELREG_SAMPLES") == "all" ? ["OnnxRuntime", "TorchSharp", "MLNet"] : ["OnnxRuntime"];

    [Theory]
    [MemberData(nameof(Apps))]
    public void App_Compiles(string app)
    {
        foreach (var folder in new[] { app, "registry", "models" }) Copy(folder);

        // Compiled, but not copied: libtorch alone has half a gigabyte.
        _work.Dotnet("build", app, "-t:Restore;Compile", $"-p:RestoreFallbackFolders={PackedFeed.MachinePackages}");

        Assert.Contains("Digits", File.ReadAllText(Directory.EnumerateFiles(_work.In(app), "Models.g.cs", SearchOption.AllDirectories).Single()), StringComparison.Ordinal);
        Assert.NotEmpty(Directory.EnumerateFiles(_work.In(app, "obj"), "*.dll", SearchOption.AllDirectories));
    }

    private void Copy(string folder)
    {
        foreach (var file in Directory.EnumerateFiles(Path.Combine(Samples, folder), "*", SearchOption.AllDirectories))
        {
            var path = Path.GetRelativePath(Samples, file);
            if (path.Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj")) continue;
            Directory.CreateDirectory(Path.GetDirectoryName(_work.In(path))!);
            File.Copy(file, _work.In(path), overwrite: true);
        }
    }
}
