using ModelRegistry.Tests.Support;

namespace ModelRegistry.Tests.Pointers;

public sealed class ExpectedAliasTests : IDisposable
{
    private static readonly ModelName M = ModelName.Parse("m");

    private readonly Workspace _workspace = new();

    public ExpectedAliasTests()
    {
        foreach (var content in new[] { "a", "b", "c" }) _workspace.Register("m", content);
    }

    [Fact]
    public void Promote_WhereTheAliasIsExpected_MovesIt()
    {
        Promote("1.0.0", ExpectedAlias.Unset);
        Promote("1.1.0", ExpectedAlias.At(ModelVersion.Parse("1.0.0")));

        Assert.Equal("1.1.0", _workspace.Resolve("m", "@production"));
    }

    [Fact]
    public void Promote_WhereItIsElsewhere_NamesWhoWhenWhyAndTheCommit_AndMovesNothing()
    {
        Promote("1.0.0", null);
        var theirs = _workspace.Open().Promote(M, Selector.Parse("1.1.0"), "production", "better at night");
        var head = _workspace.Git("rev-parse", "HEAD");

        var failure = Assert.Throws<Diagnostics.ModelRegistryException>(() => Promote("1.2.0", ExpectedAlias.At(ModelVersion.Parse("1.0.0"))));

        Assert.Equal("MR0919", failure.Code);
        Assert.Equal(4, (int)failure.Diagnostic.Kind);
        Assert.Contains("@production of m was at 1.0.0 and is at 1.1.0 now, by ", failure.Message, StringComparison.Ordinal);
        Assert.Contains($"in commit {theirs.Commit![..12]} (better at night)", failure.Message, StringComparison.Ordinal);
        Assert.Matches(@"on \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC", failure.Message);
        Assert.Equal(head, _workspace.Git("rev-parse", "HEAD"));
        Assert.Equal("", _workspace.Git("status", "--porcelain"));
    }

    [Fact]
    public void Promote_OfAnAliasThatIsSetOrGone_IsRefusedWhereTheOppositeIsExpected()
    {
        Promote("1.0.0", null);
        Expect.Code("MR0919", () => Promote("1.1.0", ExpectedAlias.Unset));
        _workspace.Open().RemoveAlias(M, ModelName.Parse("production"), "nobody asks");

        var failure = Assert.Throws<Diagnostics.ModelRegistryException>(() => Promote("1.1.0", ExpectedAlias.At(ModelVersion.Parse("1.0.0"))));

        Assert.Contains($"is not set any more, in commit {_workspace.Git("rev-parse", "HEAD")[..12]}", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Promote_ThatHasHappenedAlready_IsDone()
    {
        Promote("1.1.0", null);

        Assert.False(Promote("1.1.0", ExpectedAlias.At(ModelVersion.Parse("1.0.0"))).Changed);
    }

    [Fact]
    public async Task Promote_ByMany_WhoExpectTheSame_IsDoneByOne()
    {
        for (var i = 0; i < 3; i++) _workspace.Register("m", $"more {i}");
        Promote("1.0.0", null);
        var codes = await Task.WhenAll(Enumerable.Range(1, 5).Select(minor => Task.Run(() =>
        {
            try
            {
                return Promote($"1.{minor}.0", ExpectedAlias.At(ModelVersion.Parse("1.0.0"))).Changed ? "moved" : "unchanged";
            }
            catch (Diagnostics.ModelRegistryException failure)
            {
                return failure.Code;
            }
        })));

        Assert.Equal(["MR0919", "MR0919", "MR0919", "MR0919", "moved"], codes.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Yank_OfAYankedVersion_NamesWhoAndTheCommit()
    {
        var id = ModelId.Parse("m/1.0.0");
        var theirs = _workspace.Open().Yank(id, "wrong labels");

        var failure = Assert.Throws<Diagnostics.ModelRegistryException>(() => _workspace.Open().Yank(id, "too slow"));

        Assert.Equal("MR0210", failure.Code);
        Assert.Contains($"in commit {theirs.Commit![..12]} (wrong labels)", failure.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _workspace.Dispose();

    private PointerChange Promote(string version, ExpectedAlias? expected) =>
        _workspace.Open().Promote(M, Selector.Parse(version), "production", expected: expected);
}
