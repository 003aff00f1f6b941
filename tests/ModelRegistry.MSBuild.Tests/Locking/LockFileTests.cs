using ModelRegistry.Diagnostics;
using ModelRegistry.Locking;

namespace ModelRegistry.MSBuild.Tests.Locking;

public sealed class LockFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Update_AnyOrder_WritesSameBytes()
    {
        var (first, second) = (File("a.json"), File("b.json"));
        first.Update(l => l.With(Request("zeta", "best"), Locked("1.0.0")).With(Request("alpha", "latest"), Locked("2.0.0")).With(Request("alpha", "1.*"), Locked("1.0.0")));
        second.Update(l => l.With(Request("alpha", "1.*"), Locked("1.0.0")));
        second.Update(l => l.With(Request("alpha", "latest"), Locked("2.0.0")));
        second.Update(l => l.With(Request("zeta", "best"), Locked("1.0.0")));

        Assert.Equal(System.IO.File.ReadAllText(first.Path), System.IO.File.ReadAllText(second.Path));
    }

    [Fact]
    public void Update_NothingChanges_LeavesFileAlone()
    {
        var file = File("a.json");
        file.Update(l => l.With(Request("alpha", "best"), Locked("1.0.0")));
        var time = System.IO.File.GetLastWriteTimeUtc(file.Path);

        file.Update(l => l);

        Assert.Equal(time, System.IO.File.GetLastWriteTimeUtc(file.Path));
    }

    [Fact]
    public void Update_ManyWritersAtOnce_LosesNone()
    {
        var path = _folder.In("shared.json");
        Parallel.For(0, 24, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i =>
            new LockFile(path, Options()).Update(l => l.With(Request($"model-{i}", "best"), Locked("1.0.0"))));

        Assert.Equal(24, new LockFile(path, Options()).Read().Models.Count);
    }

    [Fact]
    public void Read_UnknownField_IsKept()
    {
        var file = File("a.json");
        file.Update(l => l.With(Request("alpha", "best"), Locked("1.0.0")));
        System.IO.File.WriteAllText(file.Path, System.IO.File.ReadAllText(file.Path).Replace("\"schemaVersion\": 1,", "\"schemaVersion\": 1,\n  \"future\": 7,", StringComparison.Ordinal));

        file.Update(l => l.With(Request("beta", "best"), Locked("1.0.0")));

        Assert.Contains("\"future\": 7", System.IO.File.ReadAllText(file.Path), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "MR0702")]
    [InlineData("[]", "MR0702")]
    [InlineData("<<<<<<< HEAD\n{}", "MR0702")]
    [InlineData("""{ "schemaVersion": 2 }""", "MR0214")]
    [InlineData("""{ "schemaVersion": 1, "models": { "../x": { "best": {} } } }""", "MR0702")]
    [InlineData("""{ "schemaVersion": 1, "models": { "a": { "best": null } } }""", "MR0702")]
    [InlineData("""{ "schemaVersion": 1, "models": { "a": null } }""", "MR0702")]
    [InlineData("""{ "schemaVersion": 1, "models": { "a": { "best": { "version": "1.0.0", "manifestDigest": "sha256:00", "files": [] } } } }""", "MR0702")]
    [InlineData("""{ "schemaVersion": 1, "models": { "a": { "best": { "version": "1.0.0", "manifestDigest": "sha256:0000000000000000000000000000000000000000000000000000000000000000", "files": [ null ] } } } }""", "MR0702")]
    [InlineData("""{ "schemaVersion": 1, "models": { "a": { "best": { "version": "1.0.0", "manifestDigest": "sha256:0000000000000000000000000000000000000000000000000000000000000000", "files": [] } } } }""", "MR0702")]
    public void Read_NotInOrder_IsRefused(string content, string code)
    {
        var path = _folder.Write("broken.json", content);

        var failure = Assert.Throws<ModelRegistryException>(() => new LockFile(path, Options()).Read());

        Assert.Equal(code, failure.Code);
        Assert.Contains(path, failure.Message, StringComparison.Ordinal);
    }

    private static ModelRequest Request(string name, string selector) => new(ModelName.Parse(name), Selector.Parse(selector));

    private static LockedVersion Locked(string version) => new()
    {
        Version = ModelVersion.Parse(version),
        ManifestDigest = Digest.Of("manifest"u8),
        Files = [new ModelFile { Path = RelativeFilePath.Parse("w.pth"), Role = "weights", Size = 7, Digest = Digest.Of("weights"u8) }],
    };

    private RegistryOptions Options() => new() { CacheDirectory = _folder.Cache };

    private LockFile File(string name) => new(_folder.In(name), Options());
}
