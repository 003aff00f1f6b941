namespace ModelRegistry.Weights.Tests;

/// <summary>Files made to exhaust memory, stack or time.</summary>
public sealed class HostileFileTests
{
    private const long Megabyte = 1 << 20;

    [Fact]
    public void Open_DeeplyNestedLists_AreRefused() =>
        RefusedWithin(64 * Megabyte, TorchFile.Zip(new PickleBuilder().Op(new string(']', 200_000)).Op(new string('a', 199_999)).Stop()), "MR0514");

    [Fact]
    public void Open_DeeplyNestedTuples_AreRefused() =>
        RefusedWithin(64 * Megabyte, TorchFile.Zip(new PickleBuilder().Op("N" + new string('\u0085', 200_000)).Stop()), "MR0514");

    [Fact]
    public void Open_ListThatContainsItself_IsRefused() =>
        RefusedWithin(8 * Megabyte, TorchFile.Zip(new PickleBuilder().Op("]q\u0000h\u0000a").Stop()), "MR0513");

    [Fact]
    public void Open_SharingThatDoubles_IsRefused()
    {
        // Each list holds the one before it twice: 2^60 ways to one tensor.
        var pickle = new PickleBuilder().Op("]").Tensor().Op("aq\u0000");
        for (var i = 0; i < 60; i++)
        {
            pickle.Op("0](h\u0000h\u0000eq\u0000");
        }

        RefusedWithin(512 * Megabyte, TorchFile.Zip(pickle.Stop()), "MR0514");
    }

    [Fact]
    public void Open_LongKeySharedByManyTensors_IsRefused()
    {
        var pickle = new PickleBuilder().Op("}").Text(new string('k', 100_000)).Op("}(");
        for (var i = 0; i < 5000; i++)
        {
            pickle.Int(i + 1000);
            _ = i == 0 ? pickle.Tensor().Op("q\u0000") : pickle.Op("h\u0000");
        }

        RefusedWithin(64 * Megabyte, TorchFile.Zip(pickle.Op("us").Stop()), "MR0514");
    }

    [Fact]
    public void Open_CopyRepeatedThroughTheMemo_IsRefused()
    {
        // Counter(big) a thousand times over: each call copies.
        var pickle = new PickleBuilder().Global("collections", "Counter").Op("q\u0000}(");
        for (var i = 0; i < 10_000; i++)
        {
            pickle.Int(i + 1000).Int(0);
        }

        pickle.Op("u\u0085q\u000100](");
        for (var i = 0; i < 1000; i++)
        {
            pickle.Op("h\u0000h\u0001R");
        }

        RefusedWithin(1024 * Megabyte, TorchFile.Zip(pickle.Op("e").Stop()), "MR0514");
    }

    [Theory]
    [InlineData("B\u00ff\u00ff\u00ff\u007f")]
    [InlineData("\u008e\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u007f")]
    [InlineData("\u0096\u00ff\u00ff\u00ff\u00ff\u0000\u0000\u0000\u0000")]
    [InlineData("T\u00ff\u00ff\u00ff\u007f")]
    [InlineData("\u008b\u00ff\u00ff\u00ff\u007f")]
    [InlineData("r\u00ff\u00ff\u00ff\u00ff")]
    [InlineData("Nr\u00ff\u00ff\u00ff\u00ff")]
    public void Open_DeclaredLengths_AreNeverAllocated(string opcodes) =>
        RefusedWithin(1 * Megabyte, TorchFile.Zip(new PickleBuilder().Op(opcodes).Op("00").Stop()), null);

    [Fact]
    public void Open_IntegersThatWouldCollide_TakeNoQuadraticTime()
    {
        // long.GetHashCode folds both halves: these would all be one bucket.
        var pickle = new PickleBuilder().Op("}(");
        for (long i = 1; i <= 50_000; i++)
        {
            pickle.Raw(0x8a, 8).Raw(BitConverter.GetBytes((i << 32) | i)).Op("N");
        }

        using var file = WeightsFile.Open(TorchFile.Zip(pickle.Op("u").Stop()));
        Assert.Empty(file.Tensors);
    }

    [Fact]
    public void Open_StrideOfZero_CostsNothingUntilRead()
    {
        using var file = WeightsFile.Open(TorchFile.Zip(Expanded(1, 1L << 28)));
        var tensor = Assert.Single(file.Tensors);
        Assert.Equal(1L << 30, tensor.ByteLength);
        Assert.Equal("MR0520", Assert.Throws<WeightsFormatException>(() => tensor.Bytes.Length).Code);
        Assert.Equal(ScanVerdict.Safe, WeightsScanner.Scan(TorchFile.Zip(Expanded(1, 1L << 28))).Verdict);
    }

    [Theory]
    [InlineData(1, 1L << 39)]
    [InlineData(1, (1L << 28) + 1)]
    [InlineData(5, 1L << 28)]
    public void Open_FewBytesThatDeclareBillionsOfElements_AreRefusedByReaderAndScannerAlike(int tensors, long elements)
    {
        var bytes = TorchFile.Zip(Expanded(tensors, elements));
        Assert.Equal("MR0530", Assert.Throws<WeightsFormatException>(() => WeightsFile.Open(bytes)).Code);
        Assert.Equal(ScanVerdict.Invalid, WeightsScanner.Scan(bytes).Verdict);
    }

    private static byte[] Expanded(int tensors, long elements)
    {
        var pickle = new PickleBuilder().Op("}");
        for (var i = 0; i < tensors; i++)
        {
            pickle.Text($"w{i}").Tensor(shape: [elements], strides: [0]).Op("s");
        }

        return pickle.Stop();
    }

    [Fact]
    public void Read_FileThatShrinksWhileOpen_IsACodedError()
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, TorchFile.Zip());
            using var file = WeightsFile.Open(path);
            if (OperatingSystem.IsWindows())
            {
                Assert.Throws<IOException>(() => Truncate(path));
                return;
            }

            // A lock that .NET takes on Unix is advisory: another program can cut the file.
            using var truncate = System.Diagnostics.Process.Start("truncate", ["-s", "100", path]);
            truncate.WaitForExit();
            Assert.Equal("MR0502", Assert.Throws<WeightsFormatException>(() => file.Tensors[0].Bytes.Length).Code);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Read_AfterDispose_Throws()
    {
        var file = WeightsFile.Open(TorchFile.Zip());
        var tensor = file.Tensors[0];
        file.Dispose();
        Assert.Throws<ObjectDisposedException>(() => tensor.Bytes.Length);
    }

    private static void Truncate(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        stream.SetLength(100);
    }

    private static void RefusedWithin(long allocation, byte[] bytes, string? code)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var refusal = Assert.Throws<WeightsFormatException>(() => WeightsFile.Open(bytes));
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(allocated <= allocation, $"{allocated} bytes allocated");
        Assert.Equal(code ?? refusal.Code, refusal.Code);
        Assert.NotEqual(ScanVerdict.Safe, WeightsScanner.Scan(bytes).Verdict);
    }
}
