using ModelRegistry.Tests.Support;

namespace ModelRegistry.Tests.Families;

public sealed class FamilyIndexTests
{
    private static readonly ModelName Name = ModelName.Parse("digits");

    [Fact]
    public void Index_HasEveryManifestYankAndPointer()
    {
        using var workspace = new Workspace();
        workspace.Register("digits", "one", ("accuracy", 0.9));
        workspace.Register("digits", "two", ("accuracy", 0.8));
        var registry = workspace.Open();
        registry.Yank(ModelId.Parse("digits/1.1.0"), "bad");

        var index = registry.Index(Name)!;

        Assert.Equal(["1.1.0", "1.0.0"], index.Versions.Select(v => v.Manifest.Version.Value));
        Assert.Equal("bad", index.Find(ModelVersion.Parse("1.1.0"))!.Yank!.Reason);
        Assert.Equal("1.0.0", index.Latest!.Value);
        Assert.Equal("1.0.0", index.Best!.Value);
        Assert.Null(registry.Index(ModelName.Parse("nothing")));
    }

    [Fact]
    public void Index_ChangedByAnotherSession_IsReadAgain()
    {
        using var workspace = new Workspace();
        workspace.Register("digits", "one", ("accuracy", 0.9));
        var registry = workspace.Open();
        Assert.Single(registry.Index(Name)!.Versions);

        workspace.Register("digits", "two", ("accuracy", 0.95));

        Assert.Equal(2, registry.Index(Name)!.Versions.Count);
    }

    [Fact]
    public void Index_NothingChanged_IsTheSameObject()
    {
        using var workspace = new Workspace();
        workspace.Register("digits", "one", ("accuracy", 0.9));
        Age(workspace);
        var registry = RegistrySession.Open(workspace.Root, new RegistryOptions()).Registry;

        Assert.Same(registry.Index(Name), registry.Index(Name));
    }

    [Fact]
    public void Index_AFolderThatWasNotThere_IsSeenWhenItComes()
    {
        using var workspace = new Workspace();
        workspace.Register("digits", "one", ("accuracy", 0.9));
        Age(workspace);
        var registry = RegistrySession.Open(workspace.Root, new RegistryOptions()).Registry;
        Assert.Null(registry.Index(Name)!.Versions[0].Yank);

        workspace.File_("registry/digits/yanks/1.0.0.json", """{ "reason": "leaks", "at": "2026-01-01T00:00:00Z", "by": "A <a@example.org>" }""");

        Assert.Equal("leaks", registry.Index(Name)!.Versions[0].Yank!.Reason);
    }

    [Fact]
    public void Indexes_HasEveryFamily_AndWhyOneCannotBeRead()
    {
        using var workspace = new Workspace();
        workspace.Register("digits", "one", ("accuracy", 0.9));
        workspace.Register("faces", "two", ("accuracy", 0.9));
        Directory.CreateDirectory(Path.Combine(workspace.RegistryRoot, "empty", "versions"));
        Directory.CreateDirectory(Path.Combine(workspace.RegistryRoot, "other"));
        workspace.File_("registry/faces/family.json", "{ broken");

        var all = workspace.Open().Indexes();

        Assert.Equal(["digits", "faces"], all.Select(f => f.Name.Value));
        Assert.Single(all[0].Index!.Versions);
        Assert.Null(all[1].Index);
        Assert.Equal("MR0215", all[1].Problem!.Code);
    }

    [Fact]
    public void Indexes_WhileAnotherFamilyIsWritten_KeepsWhatItRead()
    {
        using var workspace = new Workspace();
        workspace.Register("digits", "one", ("accuracy", 0.9));
        workspace.Register("faces", "two", ("accuracy", 0.9));
        Age(workspace);
        var registry = RegistrySession.Open(workspace.Root, new RegistryOptions()).Registry;
        var before = registry.Indexes();

        workspace.File_("registry/.pending/1.json", """{ "creates": ["faces/versions/1.0.0.json"], "commits": false, "at": "2026-01-01T00:00:00Z" }""");
        var during = registry.Indexes();

        Assert.Same(before[0].Index, during[0].Index);
        Assert.Equal("digits", Assert.Single(during).Name.Value);
    }

    [Fact]
    public void Index_BrokenYank_IsNamed_AndItsVersionStays()
    {
        using var workspace = new Workspace();
        workspace.Register("digits", "one", ("accuracy", 0.9));
        workspace.File_("registry/digits/yanks/1.0.0.json", "{ broken");

        var index = workspace.Open().Index(Name)!;

        Assert.Single(index.Versions);
        Assert.Equal("MR0215", Assert.Single(index.Broken).Code);
    }

    [Fact]
    public void Repository_AfterACommit_IsAskedAgain()
    {
        using var workspace = new Workspace();
        var registry = workspace.Open();
        var before = registry.Repository()!.Head;

        workspace.Register("digits", "one", ("accuracy", 0.9));

        Assert.NotEqual(before, registry.Repository()!.Head);
        Assert.Equal(workspace.Git("rev-parse", "HEAD").Trim(), registry.Repository()!.Head);
    }

    [Fact]
    public void Log_WithAVerification_TellsIt()
    {
        using var workspace = new Workspace();
        var id = workspace.Register("digits", "one", ("accuracy", 0.9)).Id;
        var registry = workspace.Open();
        registry.RecordVerification(id, new VerificationRecord { Engine = "managed", Passed = true, At = default, Files = System.Collections.Immutable.ImmutableSortedDictionary<string, Digest>.Empty });

        Assert.Equal("verify", registry.Log(Name)[0].Action);
    }

    [Fact]
    public void Stage_Disposed_LeavesNothing_AndAnAbandonedOneGoesWithTheNext()
    {
        using var workspace = new Workspace();
        var registry = workspace.Open();
        var temporary = Path.Combine(registry.StoreDirectory, "tmp");
        using (var folder = registry.Stage()) File.WriteAllText(Path.Combine(folder.Path, "x"), "y");
        Directory.CreateDirectory(Path.Combine(temporary, "abandoned"));
        File.WriteAllText(Path.Combine(temporary, "abandoned", "x"), "y");

        registry.ClearStaging();

        Assert.Empty(Directory.EnumerateDirectories(temporary));
    }

    // The state of a folder is trusted two seconds after its last change.
    private static void Age(Workspace workspace)
    {
        foreach (var folder in Directory.EnumerateDirectories(workspace.RegistryRoot, "*", SearchOption.AllDirectories)) Directory.SetLastWriteTimeUtc(folder, DateTime.UtcNow.AddMinutes(-1));
        foreach (var file in Directory.EnumerateFiles(workspace.RegistryRoot, "*.json", SearchOption.AllDirectories)) File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddMinutes(-1));
    }
}
