using System.Formats.Tar;
using System.Text;
using ModelRegistry.Stores.Archives;
using ModelRegistry.Tests.Support;

namespace ModelRegistry.Tests.Stores;

/// <summary>Entries of archives whose size a plain header does not hold, in files that have holes where their bytes would be.</summary>
public sealed class LargeEntryTests : IDisposable
{
    private const string Name = "blobs/sha256/0000000000000000000000000000000000000000000000000000000000000000";

    private readonly Scratch _scratch = new();

    private string Archive => Path.Combine(_scratch.Root, "large.tar");

    [Theory]
    [InlineData((1L << 33) - 1, typeof(UstarTarEntry))]
    [InlineData(1L << 33, typeof(PaxTarEntry))]
    [InlineData((1L << 33) + 1, typeof(PaxTarEntry))]
    [InlineData((1L << 36) + 511, typeof(PaxTarEntry))]
    public void Export_Entry_HasAHeaderForItsSizeOnlyWhereItNeedsOne_AndIsReadByOthers(long length, Type kind)
    {
        Write(length);

        using (var file = File.OpenRead(Archive))
        using (var tar = new TarReader(file))
        {
            var large = tar.GetNextEntry()!;
            Assert.Equal((kind, Name, length, DateTimeOffset.UnixEpoch, 0, 0), (large.GetType(), large.Name, large.Length, large.ModificationTime, large.Uid, large.Gid));
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead, large.Mode);
            if (large is PaxTarEntry pax) Assert.Equal(["size"], pax.ExtendedAttributes.Keys.Except(["path", "mtime"]));
            var after = tar.GetNextEntry()!;
            Assert.Equal(("oci-layout", "after"), (after.Name, new StreamReader(after.DataStream!).ReadToEnd()));
            Assert.Null(tar.GetNextEntry());
        }

        if (Peer.Find("tar") is not null && OperatingSystem.IsLinux()) Assert.Equal([$"{length}", "5"], Peer.Run("tar", "--list", "--verbose", "--file", Archive).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[2]));
    }

    // The whole of the two headers: what a process, a clock or a machine put there would not be the same bytes again.
    [Fact]
    public void Export_HeaderOfALargeEntry_HoldsItsNameAndItsSizeAndNothingElse()
    {
        Write(1L << 33);

        var headers = new byte[3 * 512];
        using (var file = File.OpenRead(Archive)) file.ReadExactly(headers);

        Assert.Equal(
            ["blobs/sha256/PaxHeaders.0/" + new string('0', 64), "0000644", "0000000", "0000000", "00000000023", "00000000000", "020345", " x", "ustar", "00", "19 size=8589934592\n", Name, "0000644", "0000000", "0000000", "00000000000", "00000000000", "016046", " 0", "ustar", "00"],
            Encoding.ASCII.GetString(headers).Split('\0', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public void Import_PassesOverALargeEntryOfSomethingElse()
    {
        using var workspace = new Workspace();
        using var other = new Workspace();
        workspace.Register("m", "one");
        workspace.Open().Export([], Path.Combine(_scratch.Root, "small.tar"));
        using (var file = File.Create(Archive))
        {
            LargeEntry.Write(file, "elsewhere/large", new Hole(1L << 33));
            file.Write(File.ReadAllBytes(Path.Combine(_scratch.Root, "small.tar")));
        }

        Assert.Equal("m/1.0.0", Assert.Single(other.Open().Import(Archive)).Id.ToString());
    }

    public void Dispose() => _scratch.Dispose();

    private void Write(long length)
    {
        using var file = File.Create(Archive);
        using var tar = new TarWriter(file, TarEntryFormat.Ustar);
        ArchiveWriter.Add(tar, file, Name, new Hole(length));
        ArchiveWriter.Add(tar, file, "oci-layout", new MemoryStream("after"u8.ToArray()));
    }

    /// <summary>So many zeros, which a file that they are copied to takes as a hole.</summary>
    private sealed class Hole(long length) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => true;

        public override bool CanWrite => false;

        public override long Length => length;

        public override long Position { get; set; }

        public override void CopyTo(Stream destination, int bufferSize) => destination.Seek(length, SeekOrigin.Current);

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
