using ModelRegistry.Packages.Tests.Harness;

namespace ModelRegistry.Packages.Tests.Scenarios;

/// <summary>What a reader copies first from a page works.</summary>
[Collection(PackedFeedCollection.Name)]
public sealed class DocumentationTests(PackedFeed feed) : IDisposable
{
    private static readonly string Samples = Path.Combine(PackedFeed.RepositoryRoot, "samples", "digits", "resnet18-improved");
    private readonly Workspace _work = new(feed);

    public void Dispose() => _work.Dispose();

    [Fact]
    public void MSBuildPage_FirstSnippets_BuildAndRun()
    {
        RegisterDigits("digits-resnet18");
        var items = Snippet("msbuild.md", "xml");
        _work.WriteProject("App/App.csproj", Inner(items).Replace(Workspace.PackageReference, "", StringComparison.Ordinal), "<OutputType>Exe</OutputType>");
        _work.Write("App/Program.cs", Snippet("msbuild.md", "csharp"));
        Assert.Contains(Workspace.PackageReference, items, StringComparison.Ordinal);

        _work.Dotnet("build", "App");

        Assert.Equal("1.0.0", _work.TryDotnet(["App/bin/Debug/net10.0/App.dll"]).Output.Trim());
    }

    [Fact]
    public void MSBuildPage_ShapeCheck_Compiles()
    {
        RegisterDigits("digits-resnet18");
        _work.WriteProject("App/App.csproj", """<ModelReference Include="digits-resnet18" />""", "<OutputType>Exe</OutputType>");
        _work.Write("App/Program.cs", Snippet("msbuild.md", "csharp", after: "## Generated code") + "Console.WriteLine(ModelTakesGreyImages);");

        _work.Dotnet("build", "App");
    }

    [Fact]
    public void GuidePage_FirstSnippet_Runs()
    {
        using var bare = new Workspace(feed, withRegistry: false);
        Directory.CreateDirectory(bare.In("my-repository"));
        bare.GitIn(bare.In("my-repository"), "init", "--quiet");
        bare.GitIn(bare.In("my-repository"), "config", "user.email", "test@example.org");
        bare.GitIn(bare.In("my-repository"), "config", "user.name", "Test");

        Shell(bare, Snippet("guide.md", "sh"));

        Assert.True(File.Exists(bare.In("my-repository", "registry", "registry.json")));
    }

    [Fact]
    public void VerificationPage_FirstSnippet_Runs()
    {
        RegisterDigits("resnet18");
        File.Copy(Path.Combine(Samples, "digits-resnet18.pth"), _work.In("model.pth"));
        Directory.CreateDirectory(_work.In("downloads"));
        File.Copy(Path.Combine(Samples, "digits-resnet18.pth"), _work.In("downloads", "other.pth"));

        Assert.Contains("safe", Shell(_work, Snippet("verification.md", "sh")), StringComparison.Ordinal);
    }

    private void RegisterDigits(string name) => _work.Models.Open().Register(new RegistrationRequest
    {
        Name = ModelName.Parse(name),
        Files = [new FileToRegister(Path.Combine(Samples, "digits-resnet18.pth")), new FileToRegister(Path.Combine(Samples, "labels.txt"))],
        Inputs = [new TensorSpec { Name = "x", Shape = [-1, 1, 28, 28] }],
        Metrics = new Dictionary<string, double> { ["accuracy"] = 0.984 },
    });

    private static string Shell(Workspace work, string script)
    {
        var (code, output) = work.TryRun("bash", ["-euc", $"modelreg() {{ '{Dotnet.Modelreg}' \"$@\"; }}\n{script}"]);
        Assert.True(code == 0, output);
        return output;
    }

    private static string Inner(string items) => items.Replace("<ItemGroup>", "", StringComparison.Ordinal).Replace("</ItemGroup>", "", StringComparison.Ordinal);

    /// <summary>The first block of a language on a page.</summary>
    private static string Snippet(string page, string language, string after = "")
    {
        var lines = File.ReadAllLines(Path.Combine(PackedFeed.RepositoryRoot, "docs", page)).SkipWhile(line => after.Length > 0 && line != after);
        var snippet = lines.SkipWhile(line => line != "```" + language).Skip(1).TakeWhile(line => line != "```").ToList();
        Assert.NotEmpty(snippet);
        return string.Join('\n', snippet) + "\n";
    }
}
