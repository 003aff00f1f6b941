using System.Text;
using ModelRegistry.Diagnostics;
using ModelRegistry.Tests.Support;

namespace ModelRegistry.Tests.Registration;

/// <summary>Texts become a request by one set of rules, whatever front end they came through.</summary>
public sealed class RegistrationInputTests : IDisposable
{
    private readonly Workspace _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public void Fields_HaveNamesOfTheirOwn_AndDescriptions()
    {
        Assert.Equal(RegistrationFields.All.Count, RegistrationFields.All.Select(f => f.Name).Distinct().Count());
        Assert.All(RegistrationFields.All, field => Assert.True(field.Description.Length > 0 && field.Form.Length > 0 == (field.Kind != FieldKind.Switch), field.Name));
        Assert.All(
            typeof(RegistrationFields).GetFields().Select(f => (RegistrationField)f.GetValue(null)!),
            field => Assert.Same(field, RegistrationFields.Find(field.Name)));
    }

    [Fact]
    public void WhatIsSaidDirectly_WinsOverFiles_AndThoseOverTheMetadata()
    {
        _workspace.File_("meta.json", """{ "framework": "jax", "architecture": "lenet", "metrics": { "a": 1, "b": 1, "c": 1 }, "preprocessing": { "resize": 9, "crop": 8 }, "extra": { "who": [1] } }""");
        _workspace.File_("metrics.json", """{ "b": 2, "c": 2 }""");

        var request = Input().Add(RegistrationFields.Metadata, "meta.json").Add(RegistrationFields.MetricsFile, "metrics.json").Add(RegistrationFields.Metric, "c=3")
            .Add(RegistrationFields.Framework, "pytorch").Add(RegistrationFields.Crop, "7").ToRequest();

        Assert.Equal([1.0, 2, 3], request.Metrics.Values);
        Assert.Equal(("pytorch", "lenet", 9, 7), (request.Framework, request.Architecture, request.Preprocessing!.Resize, request.Preprocessing.Crop));
        Assert.Equal("""{ "who": [1] }""", request.Extra!.Value.GetRawText());
    }

    [Theory]
    [InlineData("1x3x224x224", "input: float32[1, 3, 224, 224]")]
    [InlineData("x=-1,1,28,28", "x: float32[?, 1, 28, 28]")]
    [InlineData("ids=int64:?x128", "ids: int64[?, 128]")]
    [InlineData("rate=int64:[]", "rate: int64[]")]
    [InlineData("float16:[1, 2]", "input: float16[1, 2]")]
    public void Shape_HasANameAndATypeWhereTheyAreGiven(string text, string expected) =>
        Assert.Equal(expected, Assert.Single(Input().Add(RegistrationFields.InputShape, text).ToRequest().Inputs).ToString());

    [Theory]
    [InlineData("x:-1,1,28,28", "a name is followed by '=', as in x=-1,1,28,28; the types are float32, float64")]
    [InlineData("x=float:1x3", "the types are float32, float64")]
    [InlineData("x:int64:1x3", "is not a shape")]
    [InlineData("x=int64:", "is not a shape")]
    public void Shape_OfNoKnownType_IsRefusedWithWhatIsKnown(string text, string said)
    {
        var failure = Assert.Throws<ModelRegistryException>(() => Input().Add(RegistrationFields.InputShape, text).ToRequest());

        Assert.Equal("MR0111", failure.Code);
        Assert.Contains(said, $"{failure.Message}; {failure.Hint}", StringComparison.Ordinal);
    }

    [Fact]
    public void Metadata_WrittenAndReadAgain_SaysTheSame()
    {
        const string Json = """
            {
              "framework": "pytorch",
              "architecture": "lenet",
              "inputs": [
                {
                  "name": "x",
                  "dtype": "int64",
                  "shape": [-1, 8]
                }
              ],
              "preprocessing": {
                "resize": 9
              },
              "metrics": {
                "accuracy": 0.93
              },
              "hyperparameters": {
                "lr": 1e-3,
                "name": "0.1"
              },
              "dataset": {
                "name": "mnist",
                "version": "1"
              },
              "parent": "digits/1.0.0",
              "trainedAt": "2026-11-21T19:30:00Z",
              "run": "https://ci.example/1",
              "notes": "one\ntwo ü",
              "tags": {
                "team": "a=b"
              },
              "license": "MIT",
              "extra": {
                "who": "x"
              }
            }
            """;

        var request = Input().Add(RegistrationFields.Metadata, Json).ToRequest();

        Assert.Equal(Json, Encoding.UTF8.GetString(RegistrationMetadata.Of(request).ToJson()));
        Assert.Equal("{}", Encoding.UTF8.GetString(RegistrationMetadata.Of(Input().ToRequest()).ToJson()));
    }

    [Fact]
    public void Extra_IsKeptInTheManifest()
    {
        _workspace.File_("m.pth", "w");
        var result = _workspace.Open().Register(Input().Add(RegistrationFields.File, "m.pth").Add(RegistrationFields.Metadata, """{ "extra": { "trainer": "x" } }""").ToRequest());

        Assert.Contains("\"trainer\": \"x\"", File.ReadAllText(result.ManifestPath), StringComparison.Ordinal);
        Assert.Equal("x", _workspace.Open().Get(result.Id).Unknown!["extra"].GetProperty("trainer").GetString());
    }

    [Theory]
    [InlineData("""{ "mertics": { "a": 1 } }""", "metrics")]
    [InlineData("""{ "trained_at": "2026-01-01" }""", "trainedAt")]
    [InlineData("""{ "preprocessing": { "means": [1] } }""", "mean")]
    [InlineData("""{ "inputs": [{ "name": "x", "shap": [1] }] }""", "shape")]
    [InlineData("""{ "dataset": { "name": "d", "vresion": "1" } }""", "version")]
    [InlineData("""{ "completely": 1 }""", "extra")]
    public void UnknownField_IsRefusedWithTheNearestKnownName(string metadata, string near)
    {
        var failure = Expect.Code("MR0111", () => Input().Add(RegistrationFields.Metadata, metadata).ToRequest());

        Assert.Contains(near, failure.Hint!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{ "metrics": { "a": 1, "val_loss": NaN } }""", "val_loss")]
    [InlineData("""{ "hyperparameters": { "clip": Infinity } }""", "clip")]
    [InlineData("""{ "metrics": { "accuracy": "high" } }""", "accuracy")]
    public void FigureThatIsNone_IsNamed(string metadata, string named) =>
        Assert.Contains(named, Assert.Throws<Diagnostics.ModelRegistryException>(() => Input().Add(RegistrationFields.Metadata, metadata).ToRequest()).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("macro avg.f1-score")]
    [InlineData("metrics/mAP50-95(B)")]
    [InlineData("val/acc")]
    [InlineData("precision@0.5:recall")]
    [InlineData("größte Abweichung")]
    public void MetricNames_AreTakenAsTrainersWriteThem(string name) => Assert.Equal(name, Metrics.ParsePair($"{name}=0.5").Key);

    [Theory]
    [InlineData("a<b")]
    [InlineData("a\u200bb")]
    [InlineData("a\u202eb")]
    [InlineData("a\tb")]
    public void MetricNames_ThatNobodyCouldType_AreRefused(string name) => Expect.Code("MR0104", () => Metrics.CheckName(name));

    [Fact]
    public void Gate_NamesAMetricWithSpaces() => Assert.Equal("macro avg.f1-score", Gate.Parse("macro avg.f1-score >= 0.5").Metric);

    [Fact]
    public void ClassificationReport_OfSklearn_BecomesMetrics()
    {
        var metrics = Metrics.ParseJson("""{"hot dog":{"precision":0.9,"support":10},"accuracy":"0.84","macro avg":{"f1-score":0.82}}"""u8.ToArray(), "report");

        Assert.Equal([("accuracy", 0.84), ("hot dog.precision", 0.9), ("hot dog.support", 10.0), ("macro avg.f1-score", 0.82)], metrics.Select(m => (m.Key, m.Value)));
    }

    [Fact]
    public void StandardInput_IsADash()
    {
        var input = new RegistrationInput(_workspace.Root, () => new MemoryStream(Encoding.UTF8.GetBytes("""{ "a": 0.5 }"""))).Add(RegistrationFields.Name, "m").Add(RegistrationFields.MetricsFile, "-");

        Assert.Equal(0.5, input.ToRequest().Metrics["a"]);
    }

    [Fact]
    public void FileOfAWindowsShell_InUtf16_IsRead()
    {
        _workspace.File_("m.json", [.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes("""{ "a": 0.5 }""")]);

        Assert.Equal(0.5, Input().Add(RegistrationFields.MetricsFile, "m.json").ToRequest().Metrics["a"]);
    }

    [Fact]
    public void SameThingTwice_IsSaidOnce_AndTwoValuesAreAMistake()
    {
        Assert.Equal(0.5, Input().Add(RegistrationFields.Metric, ["a=0.5", "a=0.5"]).ToRequest().Metrics["a"]);
        Assert.Contains("'a'", Expect.Code("MR0111", () => Input().Add(RegistrationFields.Metric, ["a=0.5", "a=0.6"]).ToRequest()).Message, StringComparison.Ordinal);
        Expect.Code("MR0111", () => Input().Add(RegistrationFields.Tag, ["t=1", "t=2"]).ToRequest());
        Expect.Code("MR0111", () => Input().Add(RegistrationFields.Framework, "a").Add(RegistrationFields.Framework, "b").ToRequest());
    }

    [Fact]
    public void RelativeFiles_AreRelativeToTheBase_AndRolesStayReadable()
    {
        _workspace.File_("odd:labels", "x");

        var files = Input().Add(RegistrationFields.File, ["m.pth:weights", "odd:labels"]).ToRequest().Files;

        Assert.Equal((Path.Combine(_workspace.Root, "m.pth"), "weights"), (files[0].Source, files[0].Role));
        Assert.Equal((Path.Combine(_workspace.Root, "odd:labels"), null), (files[1].Source, files[1].Role));
    }

    [Fact]
    public void Source_None_ClaimsNoCommit()
    {
        Assert.Null(Register(r => r with { Source = RegistrationSource.None }).Lineage);
        Assert.Equal(RegistrationSource.None, Input().Add(RegistrationFields.Source, "none").ToRequest().Source);
    }

    [Fact]
    public void Source_Given_IsWrittenAsGiven_WithoutSecrets()
    {
        var commit = new string('a', 40);
        var request = Input().Add(RegistrationFields.SourceCommit, commit).Add(RegistrationFields.SourceRepository, "https://me:secret@example.org/r.git")
            .Add(RegistrationFields.SourceBranch, "main").Add(RegistrationFields.SourceDirty, "false").ToRequest();

        var lineage = Register(r => r with { Source = request.Source }).Lineage!;

        Assert.Equal((commit, "https://example.org/r.git", "main", false), (lineage.Commit, lineage.Repository, lineage.Branch, lineage.Dirty));
    }

    [Fact]
    public void Source_HalfGiven_IsRefused()
    {
        Expect.Code("MR0111", () => Input().Add(RegistrationFields.SourceBranch, "main").ToRequest());
        Expect.Code("MR0111", () => Input().Add(RegistrationFields.SourceCommit, "main").ToRequest());
    }

    [Fact]
    public void Source_None_IsRefusedWhereAPolicyAsksForACleanOne()
    {
        _workspace.File_("registry/registry.json", File.ReadAllText(Path.Combine(_workspace.RegistryRoot, "registry.json")).Replace("\"stores\"", "\"policies\": { \"requireCleanSource\": true }, \"stores\"", StringComparison.Ordinal));

        Assert.Contains("names no source", Expect.Code("MR0114", () => Register(r => r with { Source = RegistrationSource.None })).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 5\n", "git lfs pull")]
    [InlineData("\n<!DOCTYPE html><html><body>404</body></html>", "fetch the file itself")]
    public void StandIn_IsRefusedWithWhatToDo(string content, string hint) =>
        Assert.Contains(hint, Expect.Code("MR0122", () => _workspace.Open().Register(_workspace.Request("m", content))).Hint!, StringComparison.Ordinal);

    private Manifest Register(Func<RegistrationRequest, RegistrationRequest> change) => _workspace.Open().Register(change(_workspace.Request("m", "w"))).Manifest;

    private RegistrationInput Input() => new RegistrationInput(_workspace.Root).Add(RegistrationFields.Name, "m");
}
