using System.Security.Cryptography;

namespace ModelRegistry.Weights.Tests;

public sealed class GenuineFileTests
{
    public static TheoryData<string> Files => [.. Fixture.All.Keys.Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Files))]
    public void Open_FileOfPyTorch_HasPyTorchsTensorsByHash(string name)
    {
        var expected = Fixture.All[name];
        using var file = WeightsFile.Open(Fixture.PathOf(name), new WeightsReadOptions { TensorsOnly = expected.TensorsOnly, VerifyData = true });

        Assert.Equal(expected.StateDictPath, file.StateDictPath);
        foreach (var (tensor, from) in expected.Tensors.Select(t => (t, file.Tensors)).Concat(expected.Others.Select(t => (t, file.OtherTensors))))
        {
            Check(tensor, Assert.Single(from, t => t.Name == tensor.Name), expected.Torchscript);
        }

        if (name is not "packed.pth" and not "meta.pth")
        {
            Assert.Equal(expected.Tensors.Count, file.Tensors.Count);
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Scan_FileOfPyTorch_IsSafeUnlessItHoldsMore(string name)
    {
        var report = WeightsScanner.Scan(Fixture.PathOf(name));
        Assert.Equal(Fixture.All[name].TensorsOnly ? ScanVerdict.Data : ScanVerdict.Safe, report.Verdict);
        Assert.Equal(Fixture.All[name].TensorsOnly, report.Findings.Count > 0);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Open_EveryPrefixOfAFile_IsRefused(string name)
    {
        var bytes = Fixture.Bytes(name);
        var step = Math.Max(1, bytes.Length / 97);
        for (var length = 0; length < bytes.Length; length += step)
        {
            var prefix = bytes.AsMemory(0, length);
            Assert.Throws<WeightsFormatException>(() => WeightsFile.Open(prefix));
            Assert.NotEqual(ScanVerdict.Safe, WeightsScanner.Scan(prefix).Verdict);
        }
    }

    private static void Check(ExpectedTensor expected, Tensor tensor, bool torchScript)
    {
        Assert.Equal(expected.Dtype, tensor.DType.DisplayName());
        Assert.Equal(expected.Shape, tensor.Shape);
        Assert.Equal(expected.Bytes, tensor.ByteLength);
        if (!torchScript)
        {
            Assert.Equal(expected.Strides, tensor.Strides);
        }

        Assert.Equal(expected.Contiguous, tensor.IsContiguous);
        var copied = new byte[tensor.ByteLength];
        tensor.CopyTo(copied);
        Assert.Equal(expected.Sha256, Hash(copied));

        using var stream = new MemoryStream();
        tensor.CopyTo(stream);
        Assert.Equal(expected.Sha256, Hash(stream.ToArray()));
        if (tensor.IsContiguous)
        {
            Assert.Equal(expected.Sha256, Hash(tensor.Bytes));
            Assert.Equal(tensor.ByteLength, tensor.FileRange!.Value.Length);
        }
        else
        {
            Assert.Null(tensor.FileRange);
            Assert.Equal("MR0520", Assert.Throws<WeightsFormatException>(() => tensor.Bytes.Length).Code);
        }
    }

    private static string Hash(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
