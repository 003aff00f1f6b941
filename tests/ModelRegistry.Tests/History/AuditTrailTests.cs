using ModelRegistry.Tests.Support;

namespace ModelRegistry.Tests.History;

/// <summary>The trail is what the commits did to the files; their messages add only the reason.</summary>
public sealed class AuditTrailTests : IDisposable
{
    private static readonly ModelName M = ModelName.Parse("m");

    private readonly Workspace _workspace = new();

    [Fact]
    public void SquashMerge_TellsEveryChangeThatItBrings()
    {
        _workspace.Git("switch", "-qc", "feature");
        var result = _workspace.Register("m", "a");
        _workspace.Open().Promote(M, Selector.Latest, "production", "good at night");
        _workspace.Git("switch", "-q", "main");
        _workspace.Git("merge", "-q", "--squash", "feature");
        _workspace.Git("commit", "-qm", "Digits model (#12)");

        var log = _workspace.Open().Log(M);

        Assert.Equal(["promote m/1.0.0 to @production", "register m/1.0.0"], log.Select(e => e.Summary));
        Assert.Equal("good at night", log[0].Reason);
        Assert.Equal(result.Manifest.Weights.Digest.Value, log[1].Digest);
        Assert.True(_workspace.Open().Doctor().Healthy);
    }

    [Fact]
    public void RegistrationCommittedByHand_IsARegistration()
    {
        _workspace.Open().Register(_workspace.Request("m", "a") with { Commit = false });
        _workspace.Git("add", "registry");
        _workspace.Git("commit", "-qm", "wip");

        Assert.Equal("register", Assert.Single(_workspace.Open().Log(M)).Action);
    }

    [Fact]
    public void MessageThatLies_ChangesNothing()
    {
        _workspace.Register("m", "a");
        _workspace.File_("registry/m/README.md", "card");
        _workspace.Git("add", "registry");
        _workspace.Git("commit", "-qm", "register m/2.0.0\n\nModel: m\nModel-Version: 2.0.0\nArtifact-Digest: sha256:00\n");

        var log = _workspace.Open().Log(M);

        Assert.Equal(["change", "register"], log.Select(e => e.Action));
        Assert.Null(log[0].Version);
    }

    [Theory]
    [InlineData("models-registry")]
    [InlineData("deep/er/registry")]
    public void MovedRegistry_KeepsItsHistory(string destination)
    {
        var first = _workspace.Register("m", "a");
        _workspace.Open().Yank(first.Id, "bad");
        Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(_workspace.Root, destination))!);
        _workspace.Git("mv", "registry", destination);
        _workspace.Git("commit", "-qm", "tidy up");
        var settings = Path.Combine(_workspace.Root, destination, "registry.json");
        File.WriteAllText(settings, File.ReadAllText(settings).Replace("../models", "../models", StringComparison.Ordinal));

        var registry = RegistrySession.Open(Path.Combine(_workspace.Root, destination), _workspace.Options).Registry;

        Assert.Equal(["move", "yank", "register"], registry.Log(M).Select(e => e.Action));
        Assert.Equal(["move", "yank", "register", "change"], registry.Log().Select(e => e.Action));
        Assert.Equal(first.Commit, registry.Log(M)[2].Commit);
    }

    [Fact]
    public void ShallowClone_SaysThatItIsShallow_AndBlamesNobody()
    {
        _workspace.Register("m", "a");
        _workspace.Git("commit", "-q", "--allow-empty", "-m", "typo", "--author", "Other <other@example.org>");
        var clone = Path.Combine(_workspace.Root, ".cache", "clone");
        Workspace.GitIn(_workspace.Root, "clone", "-q", "--depth=1", new Uri(_workspace.Root).AbsoluteUri, clone);
        var registry = RegistrySession.Open(clone, _workspace.Options).Registry;

        Assert.Empty(registry.Log(M));
        Assert.Null(registry.CommitOf(ModelId.Parse("m/1.0.0")));
        Assert.Contains(_workspace.Log.Warnings, w => w.Code == "MR0411");
    }

    [Fact]
    public void Merge_AddsNothingOfItsOwn()
    {
        _workspace.Git("switch", "-qc", "side");
        _workspace.Register("m", "a");
        _workspace.Git("switch", "-q", "main");
        _workspace.Git("commit", "-q", "--allow-empty", "-m", "main goes on");
        _workspace.Git("merge", "-q", "--no-edit", "side");

        Assert.Equal("register", Assert.Single(_workspace.Open().Log(M)).Action);
    }

    [Fact]
    public void AmendedRegistration_IsContradictedByItsOwnTrailers()
    {
        var result = _workspace.Register("m", "a", ("accuracy", 0.5));
        File.WriteAllText(result.ManifestPath, File.ReadAllText(result.ManifestPath).Replace("0.5", "0.9", StringComparison.Ordinal));
        _workspace.Git("commit", "-q", "--amend", "--no-edit", "registry/m/versions/1.0.0.json");

        Assert.NotNull(Assert.Single(_workspace.Open().Log(M)).Contradiction);
        Assert.Contains(_workspace.Open().Doctor().Findings, f => f.Diagnostic.Code == "MR0229" && f.Severity == DoctorSeverity.Error);
    }

    [Fact]
    public void LatinAuthor_IsReadRight()
    {
        _workspace.Git("config", "i18n.commitEncoding", "ISO-8859-1");
        File.AppendAllText(Path.Combine(_workspace.Root, ".git", "config"), "[user]\n\tname = J\u00fcrgen\n", System.Text.Encoding.Latin1);

        var result = _workspace.Register("m", "a");
        _workspace.Open().Promote(M, Selector.Latest, "production", "für Müller");

        var log = _workspace.Open().Log(M);
        Assert.Equal("Jürgen <author@example.org>", result.Manifest.CreatedBy);
        Assert.All(log, e => Assert.Equal("Jürgen <author@example.org>", e.Author));
        Assert.Contains("Reason: für Müller", _workspace.Git("log", "-1", "--encoding=UTF-8", "--format=%B"), StringComparison.Ordinal);
    }

    [Fact]
    public void Limit_CountsEntries()
    {
        for (var i = 0; i < 4; i++) _workspace.Register("m", $"{i}");

        Assert.Equal(["1.3.0", "1.2.0"], _workspace.Open().Log(M, 2).Select(e => e.Version));
    }

    public void Dispose() => _workspace.Dispose();
}
