using Microsoft.Build.Utilities;

namespace ModelRegistry.MSBuild.Tests.Tasks;

public sealed class RegisterModelTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly RecordingBuildEngine _engine = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Execute_AllMetadata_IsInManifest()
    {
        using var task = Task();
        task.Framework = "pytorch";
        task.Architecture = "resnet18";
        task.Inputs = [Item("x", ("Shape", "-1x3x224x224"))];
        task.Outputs = [Item("logits", ("Shape", "-1,1000"), ("Dtype", "float16"))];
        task.Preprocessing = Item("images", ("Resize", "256"), ("Crop", "224"), ("Mean", "0.485, 0.456, 0.406"), ("Std", "0.229,0.224,0.225"));
        task.Metrics = [Item("accuracy", ("Value", "0.93")), new TaskItem("f1=0.9")];
        task.MetricsFile = _folder.Write("metrics.json", """{ "loss": 0.25, "accuracy": 0.1 }""");
        task.Hyperparameters = [Item("lr", ("Value", "0.1")), Item("optimizer", ("Value", "say \"sgd\"")), Item("nesterov", ("Value", "true")), Item("seed", ("Value", "007"))];
        task.Dataset = "imagenet-1k@2012";
        task.Notes = "first; with 100 %";
        task.Tags = [Item("team", ("Value", "vision"))];
        task.License = "BSD-3-Clause";
        task.DefaultMetric = "loss:min";
        task.Require = ["accuracy>=0.9"];

        Assert.True(task.Execute(), string.Join('\n', _engine.Errors.Select(e => e.Message)));
        Assert.Equal(("digits/1.0.0", "1.0.0", true), (task.Id, task.Version, task.Created));
        var manifest = _folder.Open().Get(ModelId.Parse(task.Id!));
        Assert.Equal("x: float32[?, 3, 224, 224]", manifest.Inputs[0].ToString());
        Assert.Equal("float16", manifest.Outputs[0].Dtype);
        Assert.Equal("0.485 0.456 0.406", string.Join(' ', manifest.Preprocessing!.Mean));
        Assert.Equal((0.93, 0.9, 0.25), (manifest.Metrics["accuracy"], manifest.Metrics["f1"], manifest.Metrics["loss"]));
        Assert.Equal(0.1, manifest.Hyperparameters["lr"].GetDouble());
        Assert.Equal("say \"sgd\"", manifest.Hyperparameters["optimizer"].GetString());
        Assert.True(manifest.Hyperparameters["nesterov"].GetBoolean());
        Assert.Equal("007", manifest.Hyperparameters["seed"].GetString());
        Assert.Equal("imagenet-1k@2012", manifest.Lineage!.Dataset!.ToString());
        Assert.Equal(("first; with 100 %", "vision", "BSD-3-Clause"), (manifest.Notes, manifest.Tags["team"], manifest.License));
    }

    [Fact]
    public void Execute_SameContentTwice_CreatesOnce()
    {
        using var first = Task();
        using var second = Task();

        Assert.True(first.Execute());
        Assert.True(second.Execute());
        Assert.Equal((true, false), (first.Created, second.Created));
        Assert.Equal(first.Id, second.Id);
    }

    [Theory]
    [InlineData("accuracy=oops", null, null, "MR0104")]
    [InlineData("accuracy=NaN", null, null, "MR0104")]
    [InlineData("accuracy=0.5", "accuracy>=0.9", null, "MR0119")]
    [InlineData("accuracy=0.5", "accuracy is good", null, "MR0118")]
    [InlineData("accuracy=0.5", null, "sideways", "MR0102")]
    public void Execute_InvalidMetadata_RegistersNothing(string metric, string? gate, string? bump, string code)
    {
        using var task = Task();
        task.Metrics = [new TaskItem(metric)];
        task.Require = gate is null ? [] : [gate];
        task.Bump = bump;

        Assert.False(task.Execute());
        Assert.Equal(code, Assert.Single(_engine.Errors).Code);
        Assert.Empty(_folder.Open().Names());
    }

    [Fact]
    public void Execute_SameNameTwice_IsOneWhereTheValueIsTheSameAndAnErrorWhereNot()
    {
        using var task = Task();
        task.Hyperparameters = [Item("lr", ("Value", "0.1")), Item("lr", ("Value", "0.1"))];
        task.Tags = [Item("team", ("Value", "vision")), new TaskItem("team=speech")];

        Assert.False(task.Execute());
        var error = Assert.Single(_engine.Errors);
        Assert.Equal("MR0111", error.Code);
        Assert.Contains("tag 'team' is given twice, as 'vision' and as 'speech'", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://git.example.org/team/models.git")]
    [InlineData("git@git.example.org:team/models.git")]
    public void Execute_RegistryNamedByUrl_CannotBeWrittenAndSaysWhatCan(string url)
    {
        using var register = Task();
        using var promote = new PromoteModel { BuildEngine = _engine, ProjectDirectory = _folder.Root, CacheDirectory = _folder.Cache, Name = "digits", Alias = "production" };
        (register.RegistryRoot, promote.RegistryRoot) = (url, url);

        Assert.False(register.Execute());
        Assert.False(promote.Execute());
        Assert.All(_engine.Errors, error => Assert.Equal("MR0115", error.Code));
        Assert.Contains("clone the repository with git and name the clone", _engine.Errors[1].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Execute_MissingFile_SaysWhich()
    {
        using var task = Task();
        task.Files = [new TaskItem("nowhere.pth")];

        Assert.False(task.Execute());
        var error = Assert.Single(_engine.Errors);
        Assert.Equal("MR0107", error.Code);
        Assert.Contains("nowhere.pth", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Execute_WeightsThatCannotBeRead_AreRefusedUnlessAllowed()
    {
        using var task = Task();
        task.AllowUnsafe = false;

        Assert.False(task.Execute());
        Assert.Equal("MR0121", Assert.Single(_engine.Errors).Code);
        Assert.Empty(_folder.Open().Names());
    }

    [Fact]
    public void Promote_Alias_Moves()
    {
        using var register = Task();
        Assert.True(register.Execute());
        using var promote = new PromoteModel { BuildEngine = _engine, ProjectDirectory = _folder.Root, CacheDirectory = _folder.Cache, Name = "digits", Alias = "@production", CreateCommit = false };

        Assert.True(promote.Execute());
        Assert.Equal(("digits/1.0.0", true), (promote.Id, promote.Changed));
        Assert.Equal("1.0.0", _folder.Open().GetFamily(ModelName.Parse("digits")).Aliases["production"].Version.Value);
    }

    private static TaskItem Item(string name, params (string Name, string Value)[] metadata)
    {
        var item = new TaskItem(name);
        foreach (var (key, value) in metadata) item.SetMetadata(key, value);
        return item;
    }

    private RegisterModel Task() => new()
    {
        BuildEngine = _engine,
        ProjectDirectory = _folder.Root,
        CacheDirectory = _folder.Cache,
        Name = "digits",
        Files = [new TaskItem(_folder.Write("incoming/w.pth", "tensors")), Item(_folder.Write("incoming/names", "a\nb\n"), ("Role", "labels"), ("ModelPath", "labels.txt"))],
        CreateCommit = false,
        // The text that stands for tensors here is no format that the scanner knows.
        AllowUnsafe = true,
    };
}
