using ModelRegistry.Tests.Files;
using ModelRegistry.Tests.Support;

namespace ModelRegistry.Tests.Stores;

/// <summary>What the store holds is what was registered, however the file was named and whatever happens to it later.</summary>
public sealed class StoredBytesTests : IDisposable
{
    private readonly Workspace _workspace = new();

    private string Blob => Assert.Single(Directory.EnumerateFiles(Path.Combine(_workspace.Root, "models", "blobs", "sha256")));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void RegisterLink_OfASymbolicLink_KeepsTheContentWhenItsTargetGoes(bool absolute)
    {
        var target = _workspace.File_("hub/blobs/x", "weights");
        Directory.CreateDirectory(Path.Combine(_workspace.Root, "hub", "snapshot"));
        var link = Path.Combine(_workspace.Root, "hub", "snapshot", "m.pth");
        File.CreateSymbolicLink(link, absolute ? target : "../blobs/x");

        _workspace.Open().Register(_workspace.Request("m", "unused") with { Files = [new FileToRegister(link)], Link = true });
        Directory.Delete(Path.Combine(_workspace.Root, "hub"), recursive: true);

        Assert.Null(new FileInfo(Blob).LinkTarget);
        Assert.Equal("weights", File.ReadAllText(_workspace.Open().Resolve(ModelName.Parse("m"), Selector.Latest).Weights.LocalPath!));
    }

    [Fact]
    public void RegisterLink_FileWrittenWhileItIsJudged_IsNoticed()
    {
        var request = _workspace.Request("m", "weights") with { Link = true };
        request = request with { Judge = (_, _) => File.WriteAllText(request.Files[0].Source, "others!") };

        Expect.Code("MR0308", () => _workspace.Open().Register(request));

        Assert.Empty(_workspace.Open().Names());
        Assert.True(_workspace.Open().Doctor().Healthy);
    }

    [Fact]
    public void Resolve_ManifestWithAWrongSize_LeavesTheGoodBlobToOthers()
    {
        _workspace.Register("m", "weights");
        _workspace.Register("other", "weights");
        var manifest = Path.Combine(_workspace.RegistryRoot, "m", "versions", "1.0.0.json");
        File.WriteAllText(manifest, File.ReadAllText(manifest).Replace("\"size\": 7", "\"size\": 5", StringComparison.Ordinal));

        Expect.Code("MR0312", () => _workspace.Resolve("m", "latest"));

        Assert.Equal("1.0.0", _workspace.Resolve("other", "latest"));
    }

    [Fact]
    public void Resolve_BlobAlteredWithItsTimesKept_IsNoticed()
    {
        _workspace.Register("m", "weights");
        _workspace.Resolve("m", "latest");

        PullTests.Alter(Blob);

        Expect.Code("MR0302", () => _workspace.Resolve("m", "latest"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Resolve_AnAlteredCopy_AnotherStoreServes_AndItIsReported(bool local)
    {
        _workspace.Register("m", "weights");
        var good = Path.Combine(Directory.CreateDirectory(Path.Combine(_workspace.Root, ".cache", "share", "blobs", "sha256")).FullName, Path.GetFileName(Blob));
        File.Copy(Blob, good);
        File.SetAttributes(Blob, FileAttributes.Normal);
        using var server = new LoopbackServer(_ => new ServedAnswer(200, "WEIGHTS"u8.ToArray()));
        if (local) File.WriteAllText(Blob, "WEIGHTS");
        else
        {
            File.Delete(Blob);
            var settings = Path.Combine(_workspace.RegistryRoot, "registry.json");
            File.WriteAllText(settings, File.ReadAllText(settings).Replace("\"stores\": [", $$"""
                "stores": [ { "name": "mirror", "url": "{{server.Address}}" },
                """, StringComparison.Ordinal));
        }

        var options = _workspace.Options with { FallbackPaths = [Path.Combine(_workspace.Root, ".cache", "share")] };
        var resolved = RegistrySession.Open(_workspace.Root, options).Registry.Resolve(ModelName.Parse("m"), Selector.Latest);

        Assert.Equal("weights", File.ReadAllText(resolved.Weights.LocalPath!));
        var (code, message) = Assert.Single(_workspace.Log.Warnings, warning => warning.Code == "MR0302");
        Assert.Contains(local ? "put aside" : "mirror", message, StringComparison.Ordinal);
        Assert.Contains("fallback", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Resolve_BlobThatIsNowhere_NamesEveryPlaceAndWhy()
    {
        _workspace.Register("m", "weights");
        File.SetAttributes(Blob, FileAttributes.Normal);
        File.Delete(Blob);
        using var server = new LoopbackServer(_ => ServedAnswer.Empty(404));
        var settings = Path.Combine(_workspace.RegistryRoot, "registry.json");
        File.WriteAllText(settings, File.ReadAllText(settings).Replace("\"stores\": [", $$"""
            "stores": [ { "name": "mirror", "url": "{{server.Address}}" }, { "name": "share", "path": "../gone", "readOnly": true },
            """, StringComparison.Ordinal));

        var message = Expect.Code("MR0301", () => _workspace.Resolve("m", "latest")).Message;

        foreach (var place in new[] { $"local {Path.Combine(_workspace.Root, "models")} (not there)", $"mirror {server.Address}/ (not there)", $"share {Path.Combine(_workspace.Root, "gone")} (no such folder)" })
            Assert.Contains(place, message, StringComparison.Ordinal);
    }

    [Fact]
    public void Resolve_BlobThatIsALink_IsRefusedByName()
    {
        _workspace.Register("m", "weights");
        var blob = Blob;
        var elsewhere = Path.Combine(_workspace.Root, "elsewhere");
        File.Move(blob, elsewhere);
        File.CreateSymbolicLink(blob, elsewhere);

        var failure = Expect.Code("MR0313", () => _workspace.Resolve("m", "latest"));

        Assert.Contains(blob, failure.Message, StringComparison.Ordinal);
        Assert.True(File.Exists(elsewhere));
    }

    [Fact]
    public void Register_StoreWhoseBlobsAreALinkOutOfIt_IsRefused()
    {
        var outside = Directory.CreateDirectory(Path.Combine(_workspace.Root, "outside")).FullName;
        Directory.Delete(Path.Combine(_workspace.Root, "models", "blobs"), recursive: true);
        Directory.CreateSymbolicLink(Path.Combine(_workspace.Root, "models", "blobs"), outside);

        Expect.Code("MR0313", () => _workspace.Register("m", "weights"));

        Assert.Empty(Directory.EnumerateFileSystemEntries(outside));
    }

    public void Dispose() => _workspace.Dispose();
}
