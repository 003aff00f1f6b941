using ModelRegistry.Tests.Support;

namespace ModelRegistry.Tests.Merging;

/// <summary>Two registrations took one number, and git stops at it.</summary>
public sealed class RenumberTests : IDisposable
{
    private static readonly ModelId First = ModelId.Parse("m/1.0.0");

    private readonly Team _team = new();

    [Fact]
    public void Doctor_InTheConflict_NamesBoth_AndMendsNothing()
    {
        var (published, _) = Conflict("pull", "-q", "--no-rebase", "--no-edit");
        var file = Path.Combine(_team.Clones[1], "registry/m/versions/1.0.0.json");
        var before = File.ReadAllText(file);

        var report = _team.Open(1).Doctor(fix: true);

        var finding = Assert.Single(report.Findings, f => f.Diagnostic.Code == "MR0227");
        // What either side names is no artifact to delete.
        Assert.DoesNotContain(report.Findings, f => f.Diagnostic.Code == "MR0307");
        Assert.Contains(published.Manifest.Weights.Digest.ToShortString(), finding.What, StringComparison.Ordinal);
        Assert.Contains("renumber m/1.0.0", finding.Fix, StringComparison.Ordinal);
        Assert.False(report.Healthy);
        Assert.Equal(before, File.ReadAllText(file));
        Assert.NotEqual("", _team.Git(1, "ls-files", "-u", "registry/m/versions"));
    }

    [Theory]
    [InlineData("merge")]
    [InlineData("rebase")]
    public void Renumber_KeepsThePublishedOne_AndTellsTheOldNumber(string way)
    {
        var (published, lost) = Conflict(way == "merge" ? ["pull", "-q", "--no-rebase", "--no-edit"] : ["pull", "-q", "--rebase"]);

        var done = _team.Open(1).Renumber(First);
        if (way == "rebase") _team.Git(1, "-c", "core.editor=true", "rebase", "--continue");

        Assert.Equal((First, ModelId.Parse("m/1.1.0")), (done.Old, done.New));
        Assert.NotNull(done.Commit);
        Assert.Equal("", _team.Git(1, "status", "--porcelain"));
        var registry = _team.Open(1);
        Assert.Equal(published.Manifest.Weights.Digest, registry.Get(First).Weights.Digest);
        Assert.Equal(lost.Manifest.Weights.Digest, registry.Get(done.New).Weights.Digest);
        Assert.Contains("Renumbered-From: 1.0.0", _team.Git(1, "log", "-3", "--format=%B"), StringComparison.Ordinal);
        Assert.DoesNotContain(registry.Doctor().Findings, f => f.Severity == DoctorSeverity.Error && f.Diagnostic.Code != "MR0301");
        Assert.Equal("1.0.0", registry.Log(First.Name).Single(e => e is { Action: "register", Version: "1.1.0" }).RenumberedFrom);
    }

    [Fact]
    public void Renumber_TakesTheAliasOfItsSideAlong()
    {
        _team.Register(0, "m");
        _team.Sync(0);
        _team.Register(1, "m");
        _team.Open(1).Promote(First.Name, Selector.Latest, "staging");
        Workspace.TryGit(_team.Clones[1], "pull", "-q", "--no-rebase", "--no-edit");

        _team.Open(1).Renumber(First);

        Assert.Equal("1.1.0", _team.Open(1).GetFamily(First.Name).Aliases["staging"].Version.Value);
    }

    [Fact]
    public void Renumber_WithoutAConflict_IsRefused()
    {
        _team.Register(0, "m");

        Expect.Code("MR0233", () => _team.Open(0).Renumber(First));
    }

    public void Dispose() => _team.Dispose();

    private (RegistrationResult Published, RegistrationResult Lost) Conflict(params string[] pull)
    {
        var published = _team.Register(0, "m");
        _team.Sync(0);
        var lost = _team.Register(1, "m");
        Workspace.TryGit(_team.Clones[1], pull);
        Assert.NotEqual("", _team.Git(1, "ls-files", "-u"));
        return (published, lost);
    }
}
