using ModelRegistry.Tests.Support;

namespace ModelRegistry.Tests.Files;

public sealed class PullTests : IDisposable
{
    private readonly Workspace _workspace = new();

    private string Folder => Path.Combine(_workspace.Root, "app");

    [Fact]
    public void Pull_WritingToTheResult_LeavesTheStoreAsItWas()
    {
        Register("weights");
        var blob = Assert.Single(Pull());

        File.AppendAllText(blob, "more");

        Assert.True(_workspace.Open().Doctor().Healthy);
        Assert.Equal("weights", File.ReadAllText(Resolve().Weights.LocalPath!));
    }

    [Fact]
    public void Pull_OfAnotherVersion_RemovesWhatItLacks_AndKeepsWhatOthersPutThere()
    {
        Register("one", ("labels.txt", "a"), ("extra/notes.txt", "b"));
        Pull();
        File.WriteAllText(Path.Combine(Folder, "mine.txt"), "mine");
        Register("two", ("labels.txt", "c"));

        Pull();

        Assert.Equal([".m.placed", "labels.txt", "m.pth", "mine.txt"], Directory.EnumerateFileSystemEntries(Folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(("two", "c"), (File.ReadAllText(Path.Combine(Folder, "m.pth")), File.ReadAllText(Path.Combine(Folder, "labels.txt"))));
    }

    [Fact]
    public void Pull_OverAChangedFile_IsAConflictThatChangesNothing_UnlessForced()
    {
        Register("one", ("labels.txt", "a"));
        Pull();
        File.WriteAllText(Path.Combine(Folder, "labels.txt"), "edited");
        Register("two", ("labels.txt", "c"));

        Expect.Code("MR0240", () => Pull());
        Assert.Equal(("one", "edited"), (File.ReadAllText(Path.Combine(Folder, "m.pth")), File.ReadAllText(Path.Combine(Folder, "labels.txt"))));
        Pull(force: true);

        Assert.Equal(("two", "c"), (File.ReadAllText(Path.Combine(Folder, "m.pth")), File.ReadAllText(Path.Combine(Folder, "labels.txt"))));
    }

    [Fact]
    public void Pull_OfAVersionThatLacksAChangedFile_IsAConflictThatChangesNothing_UnlessForced()
    {
        Register("one", ("labels.txt", "a"));
        Pull();
        File.WriteAllText(Path.Combine(Folder, "labels.txt"), "edited");
        Register("two");

        Expect.Code("MR0240", () => Pull());
        Assert.Equal(("one", "edited"), (File.ReadAllText(Path.Combine(Folder, "m.pth")), File.ReadAllText(Path.Combine(Folder, "labels.txt"))));
        Pull(force: true);

        Assert.Equal("two", File.ReadAllText(Path.Combine(Folder, "m.pth")));
        Assert.False(File.Exists(Path.Combine(Folder, "labels.txt")));
    }

    [Fact]
    public void Pull_OfAVersionThatLacksAFileThatWasOnlyTouched_RemovesIt()
    {
        Register("one", ("labels.txt", "a"));
        Pull();
        File.SetLastWriteTimeUtc(Path.Combine(Folder, "labels.txt"), new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        Register("two");

        Pull();

        Assert.False(File.Exists(Path.Combine(Folder, "labels.txt")));
    }

    [Fact]
    public void Pull_OverAForeignFile_IsAConflict_ButOneOfTheSameBytesIsNot()
    {
        Register("one");
        Directory.CreateDirectory(Folder);
        File.WriteAllText(Path.Combine(Folder, "m.pth"), "foreign");

        Expect.Code("MR0240", () => Pull());
        File.WriteAllText(Path.Combine(Folder, "m.pth"), "one");

        Pull();
    }

    [Fact]
    public void Pull_OfTwoModelsIntoOneFolder_KeepsBoth()
    {
        Register("one");
        _workspace.Register("other", "two");

        Pull();
        Registry.Materialise(_workspace.Open().Resolve(ModelName.Parse("other"), Selector.Latest), Folder);
        Pull();

        Assert.Equal(("one", "two"), (File.ReadAllText(Path.Combine(Folder, "m.pth")), File.ReadAllText(Path.Combine(Folder, "other.pth"))));
    }

    [Fact]
    public void Pull_ThroughALinkedFolder_IsRefused()
    {
        Register("one", ("sub/a.txt", "a"));
        var outside = Directory.CreateDirectory(Path.Combine(_workspace.Root, "outside")).FullName;
        Directory.CreateDirectory(Folder);
        Directory.CreateSymbolicLink(Path.Combine(Folder, "sub"), outside);

        Expect.Code("MR0309", () => Pull());
        Assert.Empty(Directory.EnumerateFileSystemEntries(outside));
    }

    [Fact]
    public void Pull_BlobAlteredWithItsTimeKept_IsRefusedAndPlacesNothing()
    {
        Register("weights");
        var blob = Resolve().Weights.LocalPath!;
        var resolution = Resolve();
        Alter(blob);

        Expect.Code("MR0302", () => Registry.Materialise(resolution, Folder));
        Assert.False(File.Exists(Path.Combine(Folder, "m.pth")));
        Expect.Code("MR0302", () => Resolve());
    }

    [Fact]
    public void Pull_HardLink_OnlyWhenAskedFor()
    {
        Register("weights");
        Pull(mode: MaterialiseMode.HardLink);

        Assert.True((File.GetAttributes(Path.Combine(Folder, "m.pth")) & FileAttributes.ReadOnly) != 0);
        Assert.Equal("weights", File.ReadAllText(Path.Combine(Folder, "m.pth")));
    }

    public void Dispose() => _workspace.Dispose();

    // Other bytes, the same length and the same times that a user can set.
    internal static void Alter(string blob)
    {
        var modified = File.GetLastWriteTimeUtc(blob);
        File.SetAttributes(blob, FileAttributes.Normal);
        var content = File.ReadAllBytes(blob);
        content[^1] ^= 1;
        File.WriteAllBytes(blob, content);
        File.SetLastWriteTimeUtc(blob, modified);
    }

    private Resolution Resolve() => _workspace.Open().Resolve(ModelName.Parse("m"), Selector.Latest);

    private IReadOnlyList<string> Pull(bool force = false, MaterialiseMode mode = MaterialiseMode.Auto) =>
        Registry.Materialise(Resolve(), Folder, new MaterialiseOptions { Force = force, Mode = mode });

    private void Register(string weights, params (string Path, string Content)[] others)
    {
        _workspace.Clock.Advance(TimeSpan.FromSeconds(1));
        var request = _workspace.Request("m", weights);
        _workspace.Open().Register(request with
        {
            Files = [.. request.Files, .. others.Select(o => new FileToRegister(_workspace.File_("in/" + o.Path, o.Content), "labels", RelativeFilePath.Parse(o.Path)))],
        });
    }
}
