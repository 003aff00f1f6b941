using System.Text;
using ModelRegistry.Git;
using ModelRegistry.LibGit2;
using ModelRegistry.Tests.Support;

namespace ModelRegistry.Tests.Git;

/// <summary>What everything that reads a repository answers, whatever it reads with.</summary>
public abstract class GitReaderContract : IDisposable
{
    private protected readonly Workspace _workspace = new(registry: false);

    private protected abstract IGitReader Open(string workTree);

    private protected RegistryOptions Options => _workspace.Options;

    [Fact]
    public void ReadHead_OnABranch_TellsCommitAndBranch()
    {
        _workspace.Git("switch", "-qc", "feature/x");
        using var reader = Open(_workspace.Root);

        Assert.Equal(new GitHead(Head(), "feature/x"), reader.ReadHead());
    }

    [Fact]
    public void ReadHead_Detached_HasNoBranch()
    {
        _workspace.Git("checkout", "-q", "--detach");
        using var reader = Open(_workspace.Root);

        Assert.Equal(new GitHead(Head(), null), reader.ReadHead());
    }

    [Fact]
    public void ReadHead_BeforeTheFirstCommit_HasNoCommit_AndNoHistory()
    {
        using var empty = new Workspace(git: false, registry: false);
        empty.Git("init", "-q", "-b", "main");
        using var reader = Open(empty.Root);

        Assert.Equal(new GitHead(null, "main"), reader.ReadHead());
        Assert.Empty(reader.ReadHistory(new GitHistoryQuery()));
    }

    [Fact]
    public void ReadHead_InALinkedWorkTree_IsItsOwn()
    {
        var tree = Path.Combine(_workspace.Root, "wt");
        _workspace.Git("worktree", "add", "-q", "-b", "side", tree);
        using var reader = Open(tree);

        Assert.Equal("side", reader.ReadHead().Branch);
    }

    [Fact]
    public void ReadHistory_TellsMessageAuthorTimeAndChanges_NewestFirst()
    {
        var blob = Commit("a/Größe x.txt", "one", "first\n\nwhy\n\nModel: m\n");
        Commit("a/Größe x.txt", "two", "second");
        _workspace.Git("rm", "-q", "a/Größe x.txt");
        _workspace.Git("commit", "-qm", "third");
        using var reader = Open(_workspace.Root);

        var history = reader.ReadHistory(new GitHistoryQuery { Below = Path_("a") }).ToList();

        Assert.Equal(["third", "second", "first"], history.Select(c => c.Message.Split('\n')[0]));
        Assert.Equal("first\n\nwhy\n\nModel: m", history[2].Message.TrimEnd());
        Assert.All(history, c => Assert.Equal("Test Author <author@example.org>", c.Author));
        Assert.Equal(DateTimeOffset.Parse(_workspace.Git("log", "-1", "--format=%aI").Trim(), System.Globalization.CultureInfo.InvariantCulture), history[0].At);
        Assert.Equal(new GitChange("a/Größe x.txt", null, blob), Assert.Single(history[2].Changes));
        Assert.Equal(blob, history[1].Changes[0].Before);
        Assert.Null(Assert.Single(history[0].Changes).After);
        Assert.Equal(history[1].Id, Assert.Single(history[0].Parents));
    }

    [Fact]
    public void ReadHistory_OfAFirstCommit_TellsAllItsFiles()
    {
        using var reader = Open(_workspace.Root);

        Assert.Equal(".gitignore", Assert.Single(Assert.Single(reader.ReadHistory(new GitHistoryQuery())).Changes).Path);
    }

    [Fact]
    public void ReadHistory_KeepsToItsLimit_ItsStart_AndLiteralPaths()
    {
        Commit("a/*.txt", "star", "star");
        Commit("a/b.txt", "b", "b");
        var before = Head();
        Commit("a/c.txt", "c", "c");
        using var reader = Open(_workspace.Root);

        Assert.Equal(["c"], Subjects(reader.ReadHistory(new GitHistoryQuery { Below = Path_("a"), Limit = 1 })));
        Assert.Equal(["b", "star"], Subjects(reader.ReadHistory(new GitHistoryQuery { Below = Path_("a"), From = before })));
        Assert.Equal(["star"], Subjects(reader.ReadHistory(new GitHistoryQuery { Below = Path_("a/*.txt") })));
    }

    [Fact]
    public void ReadHistory_OfAMerge_TellsWhatItChangedAgainstEachParent()
    {
        Commit("f", "base", "base");
        _workspace.Git("switch", "-qc", "side");
        Commit("f", "side", "side");
        _workspace.Git("switch", "-q", "main");
        Commit("f", "main", "main");
        Workspace.TryGit(_workspace.Root, "merge", "-q", "side");
        _workspace.File_("f", "both");
        _workspace.Git("add", "f");
        _workspace.Git("commit", "-qm", "merged");
        using var reader = Open(_workspace.Root);

        var merge = reader.ReadHistory(new GitHistoryQuery { Below = Path_("f"), Topological = true }).First();

        Assert.Equal(2, merge.Parents.Count);
        Assert.Equal(2, merge.Changes.Count(c => c.Path == "f"));
        Assert.Equal(4, reader.ReadHistory(new GitHistoryQuery { Below = Path_("f") }).Count());
    }

    [Fact]
    public void ReadHistory_OfAShallowClone_EndsAtItsBoundary()
    {
        Commit("f", "1", "one");
        Commit("f", "2", "two");
        var clone = Path.Combine(_workspace.Root, ".cache", "clone");
        Workspace.GitIn(_workspace.Root, "clone", "-q", "--depth=1", new Uri(_workspace.Root).AbsoluteUri, clone);
        using var reader = Open(clone);

        Assert.Equal(["two"], Subjects(reader.ReadHistory(new GitHistoryQuery())));
        Assert.Equal([Head()], GitLocation.Of(clone)!.Boundary());
    }

    [Fact]
    public void ReadTree_GivesTheFilesBelowAFolder_OrOneFile()
    {
        var blob = Commit("a/b/c.txt", "x", "c");
        Commit("a/d.txt", "y", "d");
        using var reader = Open(_workspace.Root);

        Assert.Equal(["a/b/c.txt", "a/d.txt"], reader.ReadTree(Head(), Path_("a")).Select(e => e.Path));
        Assert.Equal([new GitTreeEntry("a/b/c.txt", blob)], reader.ReadTree(Head(), Path_("a/b/c.txt")));
        Assert.Equal([".gitignore", "a/b/c.txt", "a/d.txt"], reader.ReadTree(Head(), null).Select(e => e.Path));
        Assert.Empty(reader.ReadTree(Head(), Path_("nothing")));
    }

    [Fact]
    public void ReadBlobs_GivesBytes_AndNullForWhatIsNotThere()
    {
        var bytes = Encoding.UTF8.GetBytes("a\0b\r\nÄ\n");
        var path = _workspace.File_("blob", bytes);
        _workspace.Git("add", path);
        var id = Id(_workspace.Git("hash-object", path));
        using var reader = Open(_workspace.Root);

        var blobs = reader.ReadBlobs([id, Id(new string('1', 40)), id]);

        Assert.Equal(bytes, blobs[0]);
        Assert.Null(blobs[1]);
        Assert.Equal(bytes, blobs[2]);
    }

    [Fact]
    public void ReadBlobs_ThatNoFileOfARegistryIs_AreNotRead()
    {
        var (longest, longer) = (Store("longest", IGitReader.MaxBlobLength), Store("longer", IGitReader.MaxBlobLength + 1));
        using var reader = Open(_workspace.Root);

        var blobs = reader.ReadBlobs([longer, longest, longer]);

        Assert.Equal([null, IGitReader.MaxBlobLength, null], blobs.Select(blob => blob?.Length));

        GitObjectId Store(string name, long length)
        {
            var path = _workspace.File_(name, []);
            using (var file = File.OpenWrite(path)) file.SetLength(length);
            return Id(_workspace.Git("hash-object", "-w", path));
        }
    }

    [Fact]
    public void ReadWorkTreeChanges_TellsWhatDiffersFromHead_AndNothingThatGitDoesNotKnow()
    {
        Commit("r/modified", "1", "1");
        Commit("r/deleted", "1", "2");
        Commit("outside", "1", "3");
        _workspace.File_("r/modified", "other");
        File.Delete(Path.Combine(_workspace.Root, "r/deleted"));
        _workspace.File_("r/added", "new");
        _workspace.Git("add", "r/added");
        _workspace.File_("r/unknown", "new");
        _workspace.File_("outside", "other");
        using var reader = Open(_workspace.Root);

        Assert.Equal(
            [new("r/added", GitWorkTreeChangeKind.Added), new("r/deleted", GitWorkTreeChangeKind.Deleted), new GitWorkTreeChange("r/modified", GitWorkTreeChangeKind.Modified)],
            reader.ReadWorkTreeChanges(Path_("r")));
    }

    [Fact]
    public void ReadConflicts_TellsTheSides_AndTheyAreNoOtherChange()
    {
        _workspace.Git("switch", "-qc", "side");
        var theirs = Commit("f", "side", "side");
        _workspace.Git("switch", "-q", "main");
        var ours = Commit("f", "main", "main");
        Workspace.TryGit(_workspace.Root, "merge", "-q", "side");
        using var reader = Open(_workspace.Root);

        Assert.Equal([new GitConflict("f", null, ours, theirs)], reader.ReadConflicts(null));
        Assert.Empty(reader.ReadConflicts(Path_("elsewhere")));
        Assert.Empty(reader.ReadWorkTreeChanges(null));
    }

    public void Dispose()
    {
        _workspace.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected static GitPath Path_(string path) => GitPath.TryParse(path, out var parsed) ? parsed : throw new ArgumentException(path);

    private GitObjectId Head() => Id(_workspace.Git("rev-parse", "HEAD"));

    private static GitObjectId Id(string hex) => GitObjectId.TryParse(hex.Trim(), out var id) ? id : throw new ArgumentException(hex);

    private static IEnumerable<string> Subjects(IEnumerable<GitCommitRecord> commits) => commits.Select(c => c.Message.TrimEnd());

    private GitObjectId Commit(string path, string content, string message)
    {
        _workspace.File_(path, content);
        Workspace.GitIn(_workspace.Root, "--literal-pathspecs", "add", "--", path);
        _workspace.Git("commit", "-qm", message);
        return Id(_workspace.Git("rev-parse", "HEAD:" + path));
    }
}

public sealed class GitCommandReaderTests : GitReaderContract
{
    private protected override IGitReader Open(string workTree) => GitRepository.Find(workTree, Options)!.Reader;
}

public sealed class LibGit2ReaderTests : GitReaderContract
{
    private protected override IGitReader Open(string workTree) => GitRepository.Find(workTree, WithoutGit)!.Reader;

    private RegistryOptions WithoutGit => Options with { GitExecutable = Path.Combine(_workspace.Root, "no-git-here"), GitFallback = LibGit2Reader.Open };

    [Fact]
    public void Reader_WhereThereIsNoGit_IsLibGit2()
    {
        using var reader = Open(_workspace.Root);

        Assert.IsType<LibGit2Reader>(reader);
    }

    [Theory]
    [InlineData("extensions.objectFormat", "sha256", "SHA-256")]
    [InlineData("extensions.refStorage", "reftable", "reftable")]
    [InlineData("extensions.somethingNew", "1", "somethingnew")]
    [InlineData("index.sparse", "true", "sparse index")]
    public void Repository_InAFormatThatOnlyGitReads_IsRefusedByName(string key, string value, string named)
    {
        _workspace.Git("config", key, value);

        Assert.Contains(named, Expect.Code("MR0415", () => Open(_workspace.Root)).Message, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Repository_WithASplitIndex_IsRefused_AndReadAgainWhenItIsOne()
    {
        _workspace.Git("update-index", "--split-index");
        Expect.Code("MR0415", () => Open(_workspace.Root));

        _workspace.Git("update-index", "--no-split-index");
        Assert.NotEmpty(Directory.EnumerateFiles(Path.Combine(_workspace.Root, ".git"), "sharedindex.*"));
        using var reader = Open(_workspace.Root);

        Assert.NotEmpty(reader.ReadHistory(new GitHistoryQuery()));
    }

    [Fact]
    public void ReadWorkTreeChanges_OfASparseCheckout_IsRefused()
    {
        _workspace.Git("config", "core.sparseCheckout", "true");
        using var reader = Open(_workspace.Root);

        Expect.Code("MR0415", () => reader.ReadWorkTreeChanges(null));
    }

    [Fact]
    public void Registry_WithoutGit_IsReadWhole_AndNotWritten()
    {
        using var workspace = new Workspace();
        var result = workspace.Register("m", "a", ("accuracy", 0.5));
        workspace.Open().Promote(ModelName.Parse("m"), Selector.Latest, "production", "first");
        // Whose shared file stays.
        workspace.Git("update-index", "--no-split-index");
        var registry = RegistrySession.Open(workspace.Root, workspace.Options with { GitExecutable = "/no/such/git", GitFallback = LibGit2Reader.Open }).Registry;

        Assert.Equal(["promote", "register"], registry.Log(ModelName.Parse("m")).Select(e => e.Action));
        Assert.Equal(result.Commit, registry.CommitOf(result.Id));
        Assert.True(registry.Doctor().Healthy);
        Assert.Equal("1.0.0", registry.GetLineage(result.Id).Id.Version.Value);
        Expect.Code("MR0401", () => registry.Yank(result.Id));
    }
}
