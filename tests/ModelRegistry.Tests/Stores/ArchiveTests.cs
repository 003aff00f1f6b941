using System.Buffers.Binary;
using System.Formats.Tar;
using System.Text;
using ModelRegistry.Tests.Support;

namespace ModelRegistry.Tests.Stores;

public sealed class ArchiveTests : IDisposable
{
    private readonly Workspace _workspace = new();
    private readonly Workspace _other = new();

    private string Archive => Path.Combine(_workspace.Root, ".cache", "models.tar");

    [Fact]
    public void Export_ThenImportElsewhere_GivesTheSameBytes_AndAgainIsNothing()
    {
        Register();
        _workspace.Open().Export([new ModelReference(ModelName.Parse("m"), null)], Archive);

        var first = _other.Open().Import(Archive);
        var again = _other.Open().Import(Archive);

        Assert.Equal([("m/1.0.0", true), ("m/1.1.0", true)], first.Select(v => (v.Id.ToString(), v.Created)));
        Assert.All(again, version => Assert.False(version.Created));
        Assert.Equal(_workspace.Open().GetManifest(ModelId.Parse("m/1.1.0")).Content.ToArray(), _other.Open().GetManifest(ModelId.Parse("m/1.1.0")).Content.ToArray());
        Assert.Equal("two", File.ReadAllText(_other.Open().Resolve(ModelName.Parse("m"), Selector.Latest).Weights.LocalPath!));
        Assert.Equal("import m/1.1.0", _other.Git("log", "-1", "--format=%s").Trim());
        Assert.True(_other.Open().Doctor().Healthy);
    }

    [Fact]
    public void Export_Twice_IsTheSameBytes()
    {
        Register();
        _workspace.Open().Export([], Archive);
        var first = File.ReadAllBytes(Archive);
        File.Delete(Archive);
        _workspace.Open().Export([], Archive);

        Assert.Equal(first, File.ReadAllBytes(Archive));
    }

    [Fact]
    public void Export_OfWhatWasImported_IsTheSameArchive_WithTheFamilyInIt()
    {
        Register();
        var family = Path.Combine("registry", "m", "family.json");
        _workspace.File_(family, "{\n  \"schemaVersion\": 1,\n  \"description\": \"digits\"\n}\n");
        _workspace.Git("add", family);
        _workspace.Git("commit", "--quiet", "-m", "describe m");
        _workspace.Open().Export([], Archive);
        _other.Open().Import(Archive);
        var back = Path.Combine(_other.Root, ".cache", "back.tar");

        _other.Open().Export([], back);

        Assert.Equal(File.ReadAllBytes(Archive), File.ReadAllBytes(back));
        Assert.Equal(File.ReadAllBytes(Path.Combine(_workspace.Root, family)), File.ReadAllBytes(Path.Combine(_other.Root, family)));
        Assert.Equal("", _other.Git("status", "--porcelain"));
    }

    [Fact]
    public void Export_Entries_AreInOrder_AndSayNothingOfTimeAndOwner()
    {
        Register();
        _workspace.Open().Export([], Archive);

        using var file = File.OpenRead(Archive);
        using var tar = new TarReader(file);
        var names = new List<string>();
        while (tar.GetNextEntry() is { } entry)
        {
            names.Add(entry.Name);
            var plain = Assert.IsType<UstarTarEntry>(entry);
            Assert.Equal((DateTimeOffset.UnixEpoch, 0, 0, "", ""), (plain.ModificationTime, plain.Uid, plain.Gid, plain.UserName, plain.GroupName));
        }

        Assert.Equal(names.Order(StringComparer.Ordinal), names);
        Assert.Equal(["index.json", "modelregistry/m/family.json", "oci-layout"], names.Where(name => !name.StartsWith("blobs/", StringComparison.Ordinal)));
    }

    [Fact]
    public void Import_OtherContentUnderTheNumber_IsAConflictThatWritesNothing()
    {
        Register();
        _other.Register("m", "another");
        _workspace.Open().Export([], Archive);
        var before = _other.Snapshot();

        Expect.Code("MR0206", () => _other.Open().Import(Archive));

        Assert.Equal(before, _other.Snapshot());
    }

    [Theory]
    [InlineData("../outside")]
    [InlineData("/etc/cron.d/x")]
    [InlineData("blobs/sha256/../../../x")]
    public void Import_EntryThatLeadsOut_IsRefused(string name) => Refused("MR0326", tar => Add(tar, name, "x"u8.ToArray()));

    [Fact]
    public void Import_Link_IsRefused() => Refused("MR0326", tar => tar.WriteEntry(new PaxTarEntry(TarEntryType.SymbolicLink, "blobs/sha256/x") { LinkName = "/etc/passwd" }));

    [Theory]
    [InlineData("index.json", 257L << 20, "256 MiB")]
    [InlineData("modelregistry/m/family.json", 17L << 20, "16 MiB")]
    [InlineData("blobs/sha256/0000000000000000000000000000000000000000000000000000000000000000", 5L << 40, "4 TiB")]
    public void Import_EntryThatClaimsMoreThanIsTaken_IsRefusedBeforeItIsRead(string name, long length, string limit)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Archive)!);
        using (var file = File.Create(Archive))
        using (var tar = new TarWriter(file, TarEntryFormat.Ustar)) tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream("x"u8.ToArray()) });
        Claim(length);
        var before = _other.Snapshot();

        var refused = Expect.Code("MR0326", () => _other.Open().Import(Archive));

        Assert.Contains(limit, refused.Message, StringComparison.Ordinal);
        Assert.Equal(before, _other.Snapshot());
    }

    [Fact]
    public void Import_BlobOfOtherBytes_IsRefused() => Refused("MR0302", tar => Add(tar, "blobs/sha256/" + new string('0', 64), "x"u8.ToArray()));

    [Fact]
    public void Import_NoImageOfOurs_IsRefused() => Refused("MR0326", tar => Add(tar, "index.json", Encoding.UTF8.GetBytes("""{"schemaVersion":2,"manifests":[]}""")));

    [Fact]
    public void Import_WithoutAnIndex_IsRefused() => Refused("MR0326", tar => Add(tar, "oci-layout", "{}"u8.ToArray()));

    [Fact]
    public void Import_CutShort_IsRefusedAndLeavesNothing()
    {
        Register();
        _workspace.Open().Export([], Archive);
        var whole = File.ReadAllBytes(Archive);
        foreach (var length in new[] { 100, 700, whole.Length / 2, whole.Length - 3000 })
        {
            File.WriteAllBytes(Archive, whole[..length]);
            var before = _other.Snapshot();

            Assert.Throws<ModelRegistry.Diagnostics.ModelRegistryException>(() => _other.Open().Import(Archive));

            Assert.Equal(before, _other.Snapshot());
        }
    }

    [PeerFact("skopeo", "umoci")]
    public void StoreIndex_LetsOtherClientsCopyFromTheStore()
    {
        Register();
        var count = _workspace.Open().IndexStore([]).Count;
        var store = Path.Combine(_workspace.Root, "models");
        var copy = Path.Combine(_workspace.Root, ".cache", "copy");

        var listed = Peer.Run("umoci", "ls", "--layout", store);
        Peer.Run("skopeo", "copy", $"oci:{store}:m/1.0.0", $"oci:{copy}:copied");

        Assert.Equal(2, count);
        Assert.Contains("m/1.1.0", listed, StringComparison.Ordinal);
        Assert.Contains(Directory.EnumerateFiles(Path.Combine(copy, "blobs", "sha256")), path => File.ReadAllText(path) == "one");
    }

    [PeerFact("skopeo")]
    public void Import_OfAnArchiveThatSkopeoCopied_TakesTheVersion()
    {
        Register();
        _workspace.Open().Export([], Archive);
        var copied = Path.Combine(_workspace.Root, ".cache", "skopeo.tar");
        Peer.Run("skopeo", "copy", "--preserve-digests", $"oci-archive:{Archive}:m/1.1.0", $"oci-archive:{copied}:x");

        Assert.Equal("m/1.1.0", Assert.Single(_other.Open().Import(copied)).Id.ToString());
    }

    public void Dispose()
    {
        _workspace.Dispose();
        _other.Dispose();
    }

    private void Register()
    {
        _workspace.Register("m", "one", ("accuracy", 0.5));
        _workspace.Register("m", "two", ("accuracy", 0.6));
    }

    private void Refused(string code, Action<TarWriter> write)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Archive)!);
        using (var file = File.Create(Archive))
        using (var tar = new TarWriter(file)) write(tar);
        var before = _other.Snapshot();

        Expect.Code(code, () => _other.Open().Import(Archive));

        Assert.Equal(before, _other.Snapshot());
    }

    // The size field of the first header in base 256, as for what octal digits cannot say, and the checksum again.
    private void Claim(long length)
    {
        var bytes = File.ReadAllBytes(Archive);
        bytes.AsSpan(124, 12).Clear();
        bytes[124] = 0x80;
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(128), length);
        bytes.AsSpan(148, 8).Fill((byte)' ');
        Encoding.ASCII.GetBytes($"{Convert.ToString(bytes.Take(512).Sum(b => b), 8).PadLeft(6, '0')}\0 ").CopyTo(bytes, 148);
        File.WriteAllBytes(Archive, bytes);
    }

    private static void Add(TarWriter tar, string name, byte[] content) => tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(content) });
}
