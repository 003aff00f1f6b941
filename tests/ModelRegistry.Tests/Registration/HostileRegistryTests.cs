using System.Text.Json;
using ModelRegistry.Diagnostics;
using ModelRegistry.Tests.Support;

namespace ModelRegistry.Tests.Registration;

/// <summary>A registry that was cloned from somebody who means harm.</summary>
public sealed class HostileRegistryTests : IDisposable
{
    private static readonly ModelName M = ModelName.Parse("m");

    private readonly Workspace _workspace = new();

    [Theory]
    [InlineData("/etc/victim")]
    [InlineData("../victim")]
    [InlineData("m/../../victim")]
    [InlineData(".gitattributes")]
    [InlineData("m\\..\\..\\victim")]
    public void JournalWithAPathOutside_DeletesNothing_AndIsReported(string path)
    {
        _workspace.Register("m", "a");
        var victim = _workspace.File_("victim", "precious");
        Journal(path);

        _workspace.Open().Promote(M, Selector.Latest, "production");

        Assert.True(File.Exists(victim));
        Assert.True(File.Exists(Path.Combine(_workspace.RegistryRoot, ".gitattributes")));
        Assert.Contains(_workspace.Open().Doctor().Findings, f => f.Diagnostic.Code == "MR0226");
    }

    [Fact]
    public void JournalThatGitTracks_HidesNothing_AndDeletesNothing()
    {
        var result = _workspace.Register("m", "a");
        Journal("m/versions/1.0.0.json", commits: false);
        _workspace.Git("add", "-f", "registry/.pending");
        _workspace.Git("commit", "-qm", "evil");

        Assert.Equal("1.0.0", _workspace.Resolve("m", "latest"));
        _workspace.Open().Yank(result.Id);
        _workspace.Open().Doctor(fix: true);

        Assert.True(File.Exists(result.ManifestPath));
        Assert.Contains(_workspace.Open().Doctor().Findings, f => f.Diagnostic.Code == "MR0226");
    }

    [Theory]
    [InlineData("aliases")]
    [InlineData("versions")]
    public void FolderThatIsALink_IsWrittenByNobody_AndNothingElseIsCommitted(string folder)
    {
        if (OperatingSystem.IsWindows()) return;
        _workspace.Register("m", "a");
        _workspace.File_(".env", "PASSWORD=hunter2");
        File.AppendAllText(Path.Combine(_workspace.Root, ".gitignore"), ".env\n");
        var outside = Directory.CreateTempSubdirectory("modelreg-outside").FullName;
        var link = Path.Combine(_workspace.RegistryRoot, "m", folder);
        if (Directory.Exists(link)) Directory.Move(link, Path.Combine(outside, "moved"));
        Directory.CreateDirectory(Path.Combine(outside, "moved"));
        Directory.CreateSymbolicLink(link, Path.Combine(outside, "moved"));
        var head = _workspace.Git("rev-parse", "HEAD");

        if (folder == "aliases") Expect.Code("MR0225", () => _workspace.Open().Promote(M, Selector.Parse("1.0.0"), "production"));
        else Expect.Code("MR0225", () => _workspace.Open().Register(_workspace.Request("m", "b")));

        Assert.Equal(head, _workspace.Git("rev-parse", "HEAD"));
        Assert.DoesNotContain(Directory.EnumerateFiles(outside, "*", SearchOption.AllDirectories), f => f.EndsWith("production.json", StringComparison.Ordinal) || f.EndsWith("1.1.0.json", StringComparison.Ordinal));
        Directory.Delete(outside, recursive: true);
    }

    [Theory]
    [InlineData("")]
    [InlineData("versions")]
    [InlineData("aliases")]
    [InlineData("yanks")]
    [InlineData("verifications")]
    [InlineData("versions/1.0.0.json")]
    [InlineData("aliases/production.json")]
    public void LinkInAFamily_IsFollowedByNoReader_AndNamedByDoctor(string path)
    {
        if (OperatingSystem.IsWindows()) return;
        _workspace.Register("m", "a");
        _workspace.Open().Promote(M, Selector.Latest, "production");
        var outside = Directory.CreateTempSubdirectory("modelreg-outside").FullName;
        var (link, target) = (Path.Combine(_workspace.RegistryRoot, "m", path).TrimEnd('/'), Path.Combine(outside, "moved"));
        if (File.Exists(link)) File.Move(link, target);
        else if (Directory.Exists(link)) Directory.Move(link, target);
        else Directory.CreateDirectory(target);
        if (File.Exists(target)) File.CreateSymbolicLink(link, target);
        else Directory.CreateSymbolicLink(link, target);

        Expect.Code("MR0225", () => _workspace.Open().Resolve(M, Selector.Parse("@production")));
        Assert.Contains(_workspace.Open().Doctor().Findings, f => f.Diagnostic.Code == "MR0225" && f.Where == link);

        Directory.Delete(outside, recursive: true);
    }

    /// <summary>A few kilobytes of a clone are gigabytes of nothing on disk.</summary>
    [Fact]
    public void ManifestOfGigabytes_IsRefusedWithoutBeingRead()
    {
        if (OperatingSystem.IsWindows()) return;
        _workspace.Register("m", "a");
        using (var file = File.Create(Path.Combine(_workspace.RegistryRoot, "m", "versions", "2.0.0.json"))) file.SetLength(5L << 30);

        var failure = Expect.Code("MR0207", () => _workspace.Open().Resolve(M, Selector.Latest));

        Assert.Contains("is larger than 16 MiB", failure.Message, StringComparison.Ordinal);
        Assert.Equal("1.0.0", _workspace.Resolve("m", "1.0.0"));
    }

    [Theory]
    [InlineData("registry.json", """{ "schemaVersion": 1, "stores": 7 }""", "at $.stores is not valid: the value is of another kind than it has to be")]
    [InlineData("registry.json", """{ "schemaVersion": 1, "stores": [{ "nam": "x" }] }""", "at $.stores[0] is not valid: it has no 'name'")]
    [InlineData("m/aliases/prod.json", """{ "version": "1.0.0" }""", "is not valid: it has no 'at'")]
    [InlineData("m/versions/1.0.0.json", """{ "schemaVersion": 1, "name": "m", "version": "1.0.0", "createdAt": "2026-01-01T00:00:00Z", "files": [{ "size": "x" }] }""", "is not valid: the value is of another kind")]
    public void DocumentOfAnotherShape_IsRefusedWithoutTheNameOfAType(string path, string json, string said)
    {
        _workspace.Register("m", "a");
        Directory.CreateDirectory(Path.Combine(_workspace.RegistryRoot, "m", "aliases"));
        File.WriteAllText(Path.Combine(_workspace.RegistryRoot, path), json);

        var failure = Assert.Throws<ModelRegistryException>(() => _workspace.Open().Resolve(M, path.Contains("aliases", StringComparison.Ordinal) ? Selector.Parse("@prod") : Selector.Latest));

        Assert.Contains(said, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("ModelRegistry.", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AliasThatCannotBeRead_HidesNoModel_AndIsNamedWhereItIsAskedFor()
    {
        _workspace.Register("m", "a");
        _workspace.Open().Promote(M, Selector.Latest, "production");
        File.WriteAllText(Path.Combine(_workspace.RegistryRoot, "m", "aliases", "production.json"), "{ broken");
        Directory.CreateDirectory(Path.Combine(_workspace.RegistryRoot, "left-over", "versions"));

        var model = Assert.Single(_workspace.Open().List());

        Assert.Equal("1.0.0", model.Latest!.Value);
        Assert.Equal("production", Assert.Single(model.Family.BrokenAliases).Key);
        Assert.Equal("1.0.0", _workspace.Resolve("m", "latest"));
        Expect.Code("MR0215", () => _workspace.Open().Resolve(M, Selector.Parse("@production")));
        Expect.Code("MR0215", () => _workspace.Open().Yank(ModelId.Parse("m/1.0.0")));
        _workspace.Open().Promote(M, Selector.Parse("1.0.0"), "staging");
    }

    [Fact]
    public void TrackedStoreThatIsALinkOutside_RefusesBeforeAnythingIsWritten()
    {
        if (OperatingSystem.IsWindows()) return;
        using var workspace = new Workspace(trackStore: true);
        workspace.Register("m", "a");
        var outside = Directory.CreateTempSubdirectory("modelreg-outside").FullName;
        Directory.Move(Path.Combine(workspace.Root, "models"), Path.Combine(outside, "models"));
        Directory.CreateSymbolicLink(Path.Combine(workspace.Root, "models"), Path.Combine(outside, "models"));
        var head = workspace.Git("rev-parse", "HEAD");

        Expect.Code("MR0412", () => workspace.Open().Register(workspace.Request("m", "b")));

        Assert.Equal(head, workspace.Git("rev-parse", "HEAD"));
        Assert.False(File.Exists(Path.Combine(workspace.RegistryRoot, "m", "versions", "1.1.0.json")));
        foreach (var file in Directory.EnumerateFiles(outside, "*", SearchOption.AllDirectories)) File.SetAttributes(file, FileAttributes.Normal);
        Directory.Delete(outside, recursive: true);
    }

    [Fact]
    public void RepositoryInsideTheRegistry_IsNeverUsed()
    {
        _workspace.Register("m", "a");
        var head = _workspace.Git("rev-parse", "HEAD").Trim();
        _workspace.Git("init", "-q", "--bare", ".cache/bare");
        foreach (var entry in new[] { "HEAD", "config" }) File.Copy(Path.Combine(_workspace.Root, ".cache/bare", entry), Path.Combine(_workspace.RegistryRoot, entry));
        foreach (var folder in new[] { "objects", "refs" }) Directory.CreateDirectory(Path.Combine(_workspace.RegistryRoot, folder, "heads"));

        Assert.Equal(head, _workspace.Open().CommitOf(ModelId.Parse("m/1.0.0")));
        Assert.Equal("register", _workspace.Open().Log(M)[0].Action);
        Assert.NotEqual(head, _workspace.Register("m", "b").Commit);
    }

    public void Dispose() => _workspace.Dispose();

    private void Journal(string creates, bool commits = false) => _workspace.File_(
        "registry/.pending/e.json",
        $$"""{ "creates": [{{JsonSerializer.Serialize(creates)}}], "commits": {{(commits ? "true" : "false")}}, "at": "2026-01-01T00:00:00Z" }""");
}
