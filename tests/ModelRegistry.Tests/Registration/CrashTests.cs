using ModelRegistry.Tests.Support;

namespace ModelRegistry.Tests.Registration;

/// <summary>What a kill leaves at moments that chance rarely meets.</summary>
public sealed class CrashTests
{
    [Fact]
    public void GitKilledBetweenBranchAndIndex_CountsAsCommitted_AndIndexFollows()
    {
        using var workspace = new Workspace();
        workspace.Register("m", "a");
        var index = File.ReadAllBytes(Path.Combine(workspace.Root, ".git", "index"));
        workspace.Open().Yank(ModelId.Parse("m/1.0.0"), "bad");
        File.WriteAllBytes(Path.Combine(workspace.Root, ".git", "index"), index);
        workspace.File_("registry/.pending/x.json", """{ "creates": ["m/yanks/1.0.0.json"], "commits": true, "at": "2026-01-01T00:00:00Z" }""");

        Assert.True(workspace.Open().Doctor(fix: true).Healthy);

        Assert.True(workspace.Open().Doctor().Healthy);
        Assert.Equal("", workspace.Git("status", "--porcelain"));
        Assert.NotNull(workspace.Open().GetYank(ModelId.Parse("m/1.0.0")));
    }
}
