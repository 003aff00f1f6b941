using ModelRegistry.Git;
using ModelRegistry.Tests.Support;

namespace ModelRegistry.Tests.Git;

/// <summary>The index is read without git as git reads it, in every form that git writes.</summary>
public sealed class GitIndexTests : IDisposable
{
    private readonly Workspace _workspace = new(registry: false);

    [Theory]
    [InlineData("2", false)]
    [InlineData("3", false)]
    [InlineData("4", false)]
    [InlineData("2", true)]
    [InlineData("3", true)]
    [InlineData("4", true)]
    public void Find_AnswersAsGitDoes_AfterEveryKindOfChange(string version, bool split)
    {
        foreach (var i in Enumerable.Range(0, 150)) _workspace.File_($"d{i % 7}/Größe {i:000}.json", $"{i}");
        _workspace.Git("add", ".");
        _workspace.Git("commit", "-qm", "many");
        _workspace.Git("config", "splitIndex.maxPercentChange", "100");
        _workspace.Git("update-index", "--index-version", version);
        _workspace.Git("update-index", split ? "--split-index" : "--no-split-index");
        AssertAsGit(150, split);

        // Replaced, gone, moved, added, told to be added later (a flag of version 3), and the same again on top.
        foreach (var i in new[] { 3, 64, 65, 127, 149 }) _workspace.File_($"d{i % 7}/Größe {i:000}.json", $"changed {i}");
        _workspace.Git("add", ".");
        AssertAsGit(150, split);
        _workspace.Git("rm", "-q", "-f", "d0/Größe 000.json", "d6/Größe 146.json", "d3/Größe 003.json");
        _workspace.Git("mv", "d1/Größe 001.json", "a moved.json");
        _workspace.File_("zz/new.json", "new");
        _workspace.File_("later.json", "later");
        _workspace.Git("add", "zz");
        _workspace.Git("add", "-N", "later.json");
        AssertAsGit(148, split);
        _workspace.Git("add", "later.json");
        _workspace.Git("rm", "-q", "--cached", "a moved.json");
        AssertAsGit(148, split);
    }

    [Fact]
    public void Find_InASplitIndex_KnowsNoSideOfAConflict()
    {
        _workspace.File_("registry/x.json", "base");
        _workspace.File_("other.json", "o");
        _workspace.Git("add", ".");
        _workspace.Git("commit", "-qm", "base");
        _workspace.Git("update-index", "--split-index");
        _workspace.Git("switch", "-qc", "side");
        _workspace.File_("registry/x.json", "theirs");
        _workspace.Git("commit", "-qam", "theirs");
        _workspace.Git("switch", "-q", "main");
        _workspace.File_("registry/x.json", "ours");
        _workspace.Git("commit", "-qam", "ours");
        Workspace.TryGit(_workspace.Root, "merge", "side");

        Assert.Null(GitIndex.Find(Location, Path_("registry/x.json")));
        Assert.NotNull(GitIndex.Find(Location, Path_("other.json")));
    }

    [Fact]
    public void Find_InALinkedWorkTreeOrWithSha256Names_ReadsTheSplitIndexToo()
    {
        using var workspace = new Workspace(git: false, registry: false);
        workspace.Git("init", "-q", "--object-format=sha256");
        workspace.File_("a.json", "a");
        workspace.Git("add", ".");
        workspace.Git("commit", "-qm", "a");
        workspace.Git("worktree", "add", "-q", "wt");
        var tree = Path.Combine(workspace.Root, "wt");
        Workspace.GitIn(tree, "update-index", "--split-index");
        File.WriteAllText(Path.Combine(tree, "b.json"), "b");
        Workspace.GitIn(tree, "add", "b.json");

        var found = GitIndex.Find(GitLocation.Of(tree)!, [Path_("a.json"), Path_("b.json")]);

        Assert.Equal(Workspace.GitIn(tree, "rev-parse", ":a.json", ":b.json").Split('\n', StringSplitOptions.RemoveEmptyEntries), new[] { "a.json", "b.json" }.Select(p => found[Path_(p)].Blob.Hex));
    }

    [Fact]
    public void Find_SplitIndexThatIsCutOffOrHasNoSharedFile_KnowsNothing_AndFailsNowhere()
    {
        foreach (var i in Enumerable.Range(0, 70)) _workspace.File_($"{i:00}.json", $"{i}");
        _workspace.Git("add", ".");
        _workspace.Git("commit", "-qm", "many");
        _workspace.Git("update-index", "--split-index");
        _workspace.File_("05.json", "changed");
        _workspace.Git("rm", "-qf", "06.json");
        _workspace.Git("add", ".");
        var index = Path.Combine(_workspace.Root, ".git", "index");
        var shared = Directory.GetFiles(Path.GetDirectoryName(index)!, "sharedindex.*");
        var (bytes, asked) = (File.ReadAllBytes(index), Enumerable.Range(0, 70).Select(i => Path_($"{i:00}.json")).ToArray());
        var whole = GitIndex.Find(Location, asked);
        Assert.Equal(69, whole.Count);

        for (var length = 0; length < bytes.Length; length += 19)
        {
            File.WriteAllBytes(index, bytes[..length]);
            foreach (var (path, entry) in GitIndex.Find(Location, asked)) Assert.Equal(whole[path], entry);
        }

        File.WriteAllBytes(index, bytes);
        foreach (var file in shared) File.WriteAllBytes(file, File.ReadAllBytes(file)[..400]);
        foreach (var (path, entry) in GitIndex.Find(Location, asked)) Assert.Equal(whole[path], entry);
    }

    [Fact]
    public void Registry_WithASplitIndex_TellsAnEditedManifest()
    {
        using var workspace = new Workspace();
        var result = workspace.Register("m", "a");
        workspace.Git("update-index", "--split-index");
        workspace.Register("n", "b");
        Assert.NotEmpty(Directory.GetFiles(Path.Combine(workspace.Root, ".git"), "sharedindex.*"));
        File.WriteAllText(result.ManifestPath, File.ReadAllText(result.ManifestPath).Replace("\"createdBy\"", "\"createdBy\" ", StringComparison.Ordinal));

        workspace.Resolve("m", "latest");
        workspace.Resolve("n", "latest");

        Assert.Equal("MR0230", Assert.Single(workspace.Log.Warnings).Code);
    }

    public void Dispose() => _workspace.Dispose();

    private GitLocation Location => GitLocation.Of(_workspace.Root)!;

    private static GitPath Path_(string path)
    {
        Assert.True(GitPath.TryParse(path, out var parsed));
        return parsed;
    }

    private void AssertAsGit(int files, bool split)
    {
        Assert.Equal(split, Directory.GetFiles(Path.Combine(_workspace.Root, ".git"), "sharedindex.*").Length > 0);
        var told = _workspace.Git("ls-files", "-s", "-z").Split('\0', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => (Blob: line.Split(' ', 3)[1], Path: line.Split('\t', 2)[1])).Where(e => e.Path != ".gitignore").ToList();
        Assert.Equal(files, told.Count(e => e.Path != "later.json" || e.Blob != "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"));
        var found = GitIndex.Find(Location, [.. told.Select(e => Path_(e.Path)), Path_("not/there.json"), Path_("d0/Größe 000.jso"), Path_("zzz")]);
        Assert.Equal(told, told.Select(e => (found[Path_(e.Path)].Blob.Hex, e.Path)));
        Assert.Equal(told.Count, found.Count);
    }
}
