namespace ModelRegistry.CommandBench.Groups;

/// <summary>Builds: what a ModelReference adds to one that has nothing to do, and the demo in a fresh clone.</summary>
internal static class Building
{
    /// <summary>The same app without and with one ModelReference, both built before; the difference is the overhead.</summary>
    public static IEnumerable<Measured.Figure> NoOp(Bench bench)
    {
        var feed = Path.Combine(bench.Repository, "artifacts", "packages");
        var package = Directory.Exists(feed) ? Directory.EnumerateFiles(feed, "ModelRegistry.MSBuild.*.nupkg").FirstOrDefault() : null;
        if (package is null) throw new InvalidOperationException("no package ModelRegistry.MSBuild in artifacts/packages; run ./build.sh --target=Pack first");
        var version = Path.GetFileNameWithoutExtension(package)["ModelRegistry.MSBuild.".Length..];
        var root = bench.Scratch.Registry(1, 10);
        File.WriteAllText(Path.Combine(root, "nuget.config"), $"<configuration><packageSources><add key=\"built\" value=\"{feed}\" /></packageSources></configuration>");
        foreach (var (name, items) in new[] { ("plain", ""), ("model", $"<PackageReference Include=\"ModelRegistry.MSBuild\" Version=\"{version}\" PrivateAssets=\"all\" /><ModelReference Include=\"resnet18\" Version=\"best\" />") })
        {
            var app = Directory.CreateDirectory(Path.Combine(root, name)).FullName;
            File.WriteAllText(Path.Combine(app, $"{name}.csproj"), $"<Project Sdk=\"Microsoft.NET.Sdk\"><PropertyGroup><OutputType>Exe</OutputType><TargetFramework>net10.0</TargetFramework><NoWarn>MR0707;MR0710</NoWarn></PropertyGroup><ItemGroup>{items}</ItemGroup></Project>");
            File.WriteAllText(Path.Combine(app, "Program.cs"), "System.Console.WriteLine(1);");
            Scratch.Run(app, "dotnet", "build", "--nologo", "-v", "quiet");
        }

        Timed Build(string what, string folder) => new(what, Path.Combine(root, folder), "dotnet", "build", "--no-restore", "--nologo", "-v", "quiet");
        var figures = Measured.InTurn(13, Build("no-op `dotnet build` of an app", "plain"), Build("the same with one ModelReference", "model") with { Budget = "+9" });
        return [.. figures, figures[1] with { What = "overhead of the ModelReference (difference of medians, of minima)", Median = figures[1].Median - figures[0].Median, Min = figures[1].Min - figures[0].Min, Max = 0, PeakMegabytes = 0, Budget = "9" }];
    }

    /// <summary><c>./build.sh --target=Demo</c> in a fresh clone with an empty package cache. Minutes; only when it is asked for.</summary>
    public static IEnumerable<Measured.Figure> Demo(Bench bench)
    {
        var clone = Path.Combine(bench.Scratch.Root, "clone");
        var cache = Path.Combine(bench.Scratch.Root, "packages");
        Environment.SetEnvironmentVariable("NUGET_PACKAGES", cache);
        return Measured.InTurn(
            1,
            new Timed("`./build.sh --target=Demo`, fresh clone, empty package cache", bench.Scratch.Root, "bash", "-c", $"cd '{clone}' && ./build.sh --target=Demo")
            {
                Budget = "60000",
                Before = () =>
                {
                    foreach (var folder in new[] { clone, cache }.Where(Directory.Exists)) Files.Remove(folder);
                    Scratch.Run(bench.Scratch.Root, "git", "clone", "--quiet", bench.Repository, clone);
                },
            });
    }
}
