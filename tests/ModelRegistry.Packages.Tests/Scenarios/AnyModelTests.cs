using Microsoft.ML;
using Microsoft.ML.Data;
using ModelRegistry.Packages.Tests.Harness;

namespace ModelRegistry.Packages.Tests.Scenarios;

/// <summary>Models as people have them, from the registry into an app: folders, shards, and formats of other frameworks.</summary>
[Collection(PackedFeedCollection.Name)]
public sealed class AnyModelTests(PackedFeed feed) : IDisposable
{
    private readonly Workspace _work = new(feed);

    public void Dispose() => _work.Dispose();

    [Fact]
    public void Folder_LikeThatOfADiffuser_KeepsItsStructureThroughPullBuildAndPublish()
    {
        var source = Folder("diffuser", ("model_index.json", "{}"), ("unet/config.json", """{ "layers": 2 }"""), ("unet/diffusion_pytorch_model.safetensors", "the unet"),
            ("vae/config.json", "{}"), ("vae/diffusion_pytorch_model.safetensors", "the vae"), ("tokenizer/vocab.json", """{ "a": 0 }"""), ("tokenizer/merges.txt", "a b\n"));
        _work.Models.Register("diffuser", source);
        _work.WriteProject("App/App.csproj", """<ModelReference Include="diffuser" />""", "<OutputType>Exe</OutputType>");
        _work.Write("App/Program.cs", """
            Console.WriteLine(Models.Diffuser.Files.Count + " " + File.ReadAllText(Path.Combine(Models.Diffuser.FolderPath, "vae", "diffusion_pytorch_model.safetensors")));
            Console.WriteLine(Models.Diffuser.WeightsPath == Models.Diffuser.FolderPath);
            """);

        var (code, output) = _work.TryRun(Dotnet.Modelreg, ["pull", "diffuser", "--output", _work.Beside("pulled")]);
        Assert.True(code == 0, output);
        _work.Dotnet("publish", "App", "-c", "Debug", "-o", _work.Published());

        AssertSame(source, _work.Beside("pulled"));
        AssertSame(source, _work.In("App", "bin", "Debug", "net10.0", "models", "diffuser"));
        AssertSame(source, Path.Combine(_work.Published(), "models", "diffuser"));
        Assert.Equal("7 the vae\nTrue", _work.TryDotnet([Path.Combine(_work.Published(), "App.dll")]).Output.Trim().ReplaceLineEndings("\n"));
    }

    [Fact]
    public void Shards_TravelTogetherUnderTheirNames()
    {
        var source = Folder("sharded", ("model.safetensors.index.json", """{ "weight_map": { "a": "model-00001-of-00002.safetensors", "b": "model-00002-of-00002.safetensors" } }"""),
            ("model-00001-of-00002.safetensors", "first shard"), ("model-00002-of-00002.safetensors", "second shard"));
        _work.Models.Register("sharded", source);
        _work.WriteProject("App/App.csproj", """<ModelReference Include="sharded" />""", "<OutputType>Exe</OutputType>");
        _work.Write("App/Program.cs", "Console.WriteLine(string.Join(' ', Directory.EnumerateFiles(Models.Sharded.WeightsPath).Select(Path.GetFileName).Order()));");

        _work.Dotnet("build", "App");

        AssertSame(source, _work.In("App", "bin", "Debug", "net10.0", "models", "sharded"));
        Assert.Equal("model-00001-of-00002.safetensors model-00002-of-00002.safetensors model.safetensors.index.json", _work.TryDotnet(["App/bin/Debug/net10.0/App.dll"]).Output.Trim());
    }

    [Fact]
    public void MLNet_ModelTrainedHere_IsShippedByAReferenceAndLoadedByTheApp()
    {
        var context = new MLContext(seed: 1);
        var houses = context.Data.LoadFromEnumerable(Enumerable.Range(1, 100).Select(i => new House { Size = i, Price = 3 * i }));
        var model = context.Transforms.Concatenate("Features", nameof(House.Size)).Append(context.Regression.Trainers.Sdca(nameof(House.Price))).Fit(houses);
        context.Model.Save(model, houses.Schema, _work.Beside("houses.zip"));
        var expected = context.Model.CreatePredictionEngine<House, Price>(model).Predict(new House { Size = 50 }).Score;
        _work.Models.Register("houses", [(_work.Beside("houses.zip"), "houses.zip", FileRoles.Weights)]);
        _work.WriteProject("App/App.csproj", """<ModelReference Include="houses" /><PackageReference Include="Microsoft.ML" Version="5.0.1" />""",
            $"<OutputType>Exe</OutputType><RestoreFallbackFolders>{PackedFeed.MachinePackages}</RestoreFallbackFolders>");
        _work.Write("App/Program.cs", """
            using Microsoft.ML;
            using Microsoft.ML.Data;
            var context = new MLContext();
            var model = context.Model.Load(Models.Houses.WeightsPath, out _);
            Console.WriteLine(context.Model.CreatePredictionEngine<House, Price>(model).Predict(new House { Size = 50 }).Score.ToString("R", System.Globalization.CultureInfo.InvariantCulture));
            public sealed class House { public float Size { get; set; } public float Price { get; set; } }
            public sealed class Price { [ColumnName("Score")] public float Score { get; set; } }
            """);

        _work.Dotnet("build", "App");

        Assert.Equal(expected.ToString("R", System.Globalization.CultureInfo.InvariantCulture), _work.TryDotnet(["App/bin/Debug/net10.0/App.dll"]).Output.Trim());
    }

    private string Folder(string name, params (string Path, string Content)[] files)
    {
        var root = _work.Beside(name);
        foreach (var (path, content) in files)
        {
            var full = Path.Combine(root, path);
            Directory.CreateDirectory(Path.GetDirectoryName(full)!);
            File.WriteAllText(full, content);
        }

        return root;
    }

    private static void AssertSame(string expected, string actual)
    {
        static IReadOnlyList<string> Files(string root) => [.. Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(root, file)).Where(file => !Path.GetFileName(file).StartsWith('.')).Order(StringComparer.Ordinal)];
        Assert.Equal(Files(expected), Files(actual));
        Assert.All(Files(expected), file => Assert.Equal(File.ReadAllBytes(Path.Combine(expected, file)), File.ReadAllBytes(Path.Combine(actual, file))));
    }

    private sealed class House
    {
        public float Size { get; set; }

        public float Price { get; set; }
    }

    private sealed class Price
    {
        [ColumnName("Score")]
        public float Score { get; set; }
    }
}
