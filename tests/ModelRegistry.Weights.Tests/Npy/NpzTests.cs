using ModelRegistry.Weights.Tests.Writing;

namespace ModelRegistry.Weights.Tests.Npy;

public sealed class NpzTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Open_ZipOfArrays_ListsAndReadsThem(bool deflate)
    {
        var bytes = new ZipBuilder().Add("a.npy", Array("<f4", [2, 2], 1, 2, 3, 4), r => r.Deflate = deflate).Add("layer/b.npy", Array(">f4", [1], 5), r => r.Deflate = deflate).Build();
        using var file = WeightsFile.Open(bytes);
        Assert.Equal(WeightsFormat.NumpyZip, file.Format);
        Assert.Equal(["a float32[2, 2]", "layer/b float32[1]"], file.Tensors.Select(t => t.ToString()));
        Assert.Equal([1f, 2, 3, 4], file.Tensors[0].ToFloat32());
        Assert.Equal([5f], file.Tensors[1].ToFloat32());
        Assert.Equal((ScanVerdict.Safe, "npz"), (WeightsScanner.Scan(bytes).Verdict, WeightsScanner.Scan(bytes).Format));
    }

    [Fact]
    public void Open_ColumnMajorArray_IsReadInRowMajorOrder()
    {
        using var file = WeightsFile.Open(new ZipBuilder().Add("a.npy", Array("<f4", [2, 2], true, 1, 3, 2, 4)).Build());
        Assert.Equal([1f, 2, 3, 4], file.Tensors[0].ToFloat32());
    }

    [Fact]
    public void Open_ArrayOfObjects_IsRefused_AndTheScanJudgesItsPickle()
    {
        var header = "{'descr': '|O', 'fortran_order': False, 'shape': (1,), }"u8.ToArray();
        byte[] Objects(byte[] pickle) => new ZipBuilder().Add("a.npy", [0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, 0, .. header, .. pickle]).Build();
        Assert.Equal("MR0566", Assert.Throws<WeightsFormatException>(() => WeightsFile.Open(Objects(new PickleBuilder().Op("N").Stop()))).Code);
        Assert.Equal(ScanVerdict.Dangerous, WeightsScanner.Scan(Objects(new PickleBuilder().Global("os", "system").Op("N\u0085R").Stop())).Verdict);
        Assert.NotEqual(ScanVerdict.Safe, WeightsScanner.Scan(Objects(new PickleBuilder().Op("N").Stop())).Verdict);
    }

    [Fact]
    public void Open_RecordOfAnotherLength_IsRefusedByName()
    {
        var refusal = Assert.Throws<WeightsFormatException>(() => WeightsFile.Open(new ZipBuilder().Add("a.npy", Array("<f4", [3], 1, 2)).Build()));
        Assert.Equal(("MR0565", "a.npy"), (refusal.Code, refusal.Where));
    }

    [PyTorchFact]
    public void Open_WhatNumpyWrites_IsRead()
    {
        var folder = Directory.CreateTempSubdirectory("npz").FullName;
        try
        {
            Writing.PyTorch.RunProgram("import numpy as n, sys; d = sys.argv[1]; a = n.arange(6, dtype='f8').reshape(2, 3); n.savez(d + '/a.npz', x=a, y=a.T.astype('i2'), s=n.float32(3)); n.savez_compressed(d + '/b.npz', x=a)", folder);
            foreach (var name in new[] { "a.npz", "b.npz" })
            {
                using var file = WeightsFile.Open(Path.Combine(folder, name), new WeightsReadOptions { VerifyData = true });
                Assert.Equal([0f, 1, 2, 3, 4, 5], file.Tensors.Single(t => t.Name == "x").ToFloat32());
                Assert.Equal(ScanVerdict.Safe, WeightsScanner.Scan(Path.Combine(folder, name)).Verdict);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static byte[] Array(string type, long[] shape, params float[] values) => Array(type, shape, false, values);

    private static byte[] Array(string type, long[] shape, bool fortran, params float[] values)
    {
        var header = System.Text.Encoding.ASCII.GetBytes($"{{'descr': '{type}', 'fortran_order': {(fortran ? "True" : "False")}, 'shape': ({string.Join(", ", shape)},), }}\n");
        return
        [
            0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, (byte)(header.Length >> 8), .. header,
            .. values.SelectMany(v => type[0] == '>' ? BitConverter.GetBytes(v).Reverse() : BitConverter.GetBytes(v)),
        ];
    }
}
