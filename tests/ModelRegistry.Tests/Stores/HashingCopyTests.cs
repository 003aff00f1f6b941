using System.Security.Cryptography;
using ModelRegistry.Stores;

namespace ModelRegistry.Tests.Stores;

public sealed class HashingCopyTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mr-copy-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(1)]
    [InlineData((1 << 20) + 1)]
    [InlineData((16 << 20) + 1)]
    [InlineData((36 << 20) + 5)]
    public void Copy_OfAnyLength_HasTheBytesAndTheirDigest(int length) => Copies(_folder, length);

    [Fact]
    public void Copy_FromAnotherFileSystem_HasTheBytesAndTheirDigest()
    {
        // The system copies within one file system only; where this folder is on the same one, the other test is repeated.
        var memory = Directory.Exists("/dev/shm") ? Directory.CreateDirectory(Path.Combine("/dev/shm", Path.GetRandomFileName())).FullName : _folder;
        try
        {
            Copies(memory, (18 << 20) + 3);
        }
        finally
        {
            if (memory != _folder) Directory.Delete(memory, recursive: true);
        }
    }

    [Fact]
    public void Copy_Cancelled_Stops()
    {
        var path = Source(_folder, 17 << 20, out _);
        using var source = SourceFile.Open(path);

        Assert.ThrowsAny<OperationCanceledException>(() => HashingCopy.Copy(source, Path.Combine(_folder, "copy"), null, new CancellationToken(canceled: true)));
    }

    private void Copies(string folder, int length)
    {
        var path = Source(folder, length, out var content);
        using var source = SourceFile.Open(path);
        string flushed = Path.Combine(_folder, "flushed"), unflushed = Path.Combine(_folder, "unflushed");

        var first = HashingCopy.Copy(source, flushed, null, CancellationToken.None);
        var second = HashingCopy.CopyUnflushed(source, unflushed, CancellationToken.None);

        var expected = Digest.FromHash(SHA256.HashData(content));
        Assert.Equal((expected, expected, expected), (first, second, HashingCopy.Hash(source, null, CancellationToken.None)));
        Assert.True(content.AsSpan().SequenceEqual(File.ReadAllBytes(flushed)) && content.AsSpan().SequenceEqual(File.ReadAllBytes(unflushed)));
    }

    private static string Source(string folder, int length, out byte[] content)
    {
        content = new byte[length];
        new Random(length).NextBytes(content);
        var path = Path.Combine(folder, "source");
        File.WriteAllBytes(path, content);
        return path;
    }
}
