using ModelRegistry.Tests.Support;

namespace ModelRegistry.Tests.Pointers;

public sealed class PointerTests : IDisposable
{
    private static readonly ModelName M = ModelName.Parse("m");
    private static readonly ModelId First = ModelId.Parse("m/1.0.0");

    private readonly Workspace _workspace = new();

    public PointerTests() => _workspace.Register("m", "a");

    [Theory]
    [InlineData("latest")]
    [InlineData("best")]
    [InlineData("1.0.0")]
    [InlineData("v1")]
    [InlineData("1.2")]
    public void Promote_ToAnAliasCalledLikeASelector_IsRefused(string alias) =>
        Expect.Code("MR0116", () => _workspace.Open().Promote(M, Selector.Latest, alias));

    [Fact]
    public void Yank_NamesTheAliasesThatStillPoint()
    {
        _workspace.Open().Promote(M, Selector.Latest, "staging");

        Assert.Equal(["staging"], _workspace.Open().Yank(First).StillPointing);
    }

    [Fact]
    public void Yank_WhileAProtectedAliasPoints_NeedsForce()
    {
        Protect();
        _workspace.Open().Promote(M, Selector.Latest, "production");

        Expect.Code("MR0231", () => _workspace.Open().Yank(First));
        Expect.Code("MR0231", () => _workspace.Open().RemoveAlias(M, ModelName.Parse("production")));

        Assert.True(_workspace.Open().Yank(First, force: true).Changed);
        Assert.True(_workspace.Open().RemoveAlias(M, ModelName.Parse("production"), force: true).Changed);
    }

    [Fact]
    public void Unyank_IsACommitThatTheTrailTells()
    {
        _workspace.Open().Yank(First, "bad");
        Assert.Throws<Diagnostics.ModelRegistryException>(() => _workspace.Resolve("m", "latest"));

        var done = _workspace.Open().Unyank(First, "it was the other one");

        Assert.Equal("1.0.0", _workspace.Resolve("m", "latest"));
        Assert.Equal(done.Commit, _workspace.Git("rev-parse", "HEAD").Trim());
        Assert.Equal("", _workspace.Git("status", "--porcelain"));
        Assert.Equal(("unyank", "it was the other one"), (_workspace.Open().Log(M)[0].Action, _workspace.Open().Log(M)[0].Reason));
        Expect.Code("MR0232", () => _workspace.Open().Unyank(First));
    }

    [Fact]
    public void RemoveAlias_LeavesNoFile_AndTheTrailTells()
    {
        _workspace.Open().Promote(M, Selector.Latest, "staging");

        _workspace.Open().RemoveAlias(M, ModelName.Parse("staging"), "nobody uses it");

        Assert.Empty(_workspace.Open().GetFamily(M).Aliases);
        Assert.Equal("unalias", _workspace.Open().Log(M)[0].Action);
        Assert.True(_workspace.Open().Doctor().Healthy);
        Expect.Code("MR0209", () => _workspace.Open().RemoveAlias(M, ModelName.Parse("staging")));
    }

    [Fact]
    public void Resolve_OfAManifestThatWasEdited_Warns_AndOfOneThatWasTouchedDoesNot()
    {
        var path = _workspace.Open().Layout.Manifest(First);
        File.SetLastWriteTimeUtc(path, DateTime.UtcNow.AddDays(-1));
        _workspace.Resolve("m", "1.0.0");
        Assert.DoesNotContain(_workspace.Log.Warnings, w => w.Code == "MR0230");

        File.WriteAllText(path, File.ReadAllText(path).Replace("\n}", ",\n  \"notes\": \"edited\"\n}", StringComparison.Ordinal));
        _workspace.Resolve("m", "1.0.0");

        Assert.Contains(_workspace.Log.Warnings, w => w.Code == "MR0230");
    }

    public void Dispose() => _workspace.Dispose();

    private void Protect()
    {
        var settings = Path.Combine(_workspace.RegistryRoot, "registry.json");
        File.WriteAllText(settings, File.ReadAllText(settings).TrimEnd().TrimEnd('}').TrimEnd() + ",\n  \"policies\": { \"protectedAliases\": [\"production\"] }\n}\n");
        _workspace.Git("commit", "-qam", "protect");
    }
}
