using ModelRegistry.Tests.Support;

namespace ModelRegistry.Tests.History;

public sealed class LogSinceTests : IDisposable
{
    private static readonly ModelName M = ModelName.Parse("m");

    private readonly Workspace _workspace = new();

    [Fact]
    public void StraightLine_GivesWhatTheWholeTrailBeginsWith()
    {
        _workspace.Register("m", "a");
        var (since, before) = (Head(), _workspace.Open().Log());
        _workspace.Register("m", "b");
        _workspace.File_("code.txt", "no model");
        _workspace.Git("add", "code.txt");
        _workspace.Git("commit", "-qm", "code");
        _workspace.Open().Promote(M, Selector.Parse("1.1.0"), "production", "good at night");

        var later = _workspace.Open().LogSince(since);

        Assert.Equal(["promote", "register"], later!.Select(e => e.Action));
        Assert.Equal("good at night", later![0].Reason);
        Assert.Equal(_workspace.Open().Log().Select(e => (e.Commit, e.Summary, e.Digest)), later.Concat(before).Select(e => (e.Commit, e.Summary, e.Digest)));
        Assert.Empty(_workspace.Open().LogSince(Head())!);
    }

    [Fact]
    public void MergeRebaseAndUnknownCommits_AreReadWhole()
    {
        _workspace.Register("m", "a");
        var since = Head();
        _workspace.Git("switch", "-qc", "feature");
        _workspace.Register("n", "b");
        var feature = Head();
        _workspace.Git("switch", "-q", "main");
        _workspace.Register("o", "c");
        _workspace.Git("merge", "-q", "--no-edit", "feature");

        Assert.Null(_workspace.Open().LogSince(since));
        Assert.Null(_workspace.Open().LogSince(feature));
        Assert.Null(_workspace.Open().LogSince(new string('1', 40)));
        Assert.Null(_workspace.Open().LogSince("--output=x"));
    }

    public void Dispose() => _workspace.Dispose();

    private string Head() => _workspace.Git("rev-parse", "HEAD").Trim();
}
