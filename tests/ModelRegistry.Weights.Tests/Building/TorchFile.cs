namespace ModelRegistry.Weights.Tests;

/// <summary>PyTorch files around a pickle of the test's choice.</summary>
internal static class TorchFile
{
    /// <summary>Six float32 values.</summary>
    public static readonly byte[] Data = [.. Enumerable.Range(0, 6).SelectMany(i => BitConverter.GetBytes((float)i))];

    /// <summary>A state dict <c>{"w": tensor}</c> of 2 × 3.</summary>
    public static byte[] StateDict => new PickleBuilder().Op("}").Text("w").Tensor().Op("s").Stop();

    public static byte[] Zip(byte[]? pickle = null, Action<ZipBuilder.Record>? change = null, ZipBuilder? builder = null, byte[]? data = null) =>
        (builder ?? new ZipBuilder())
            .Add("archive/data.pkl", pickle ?? StateDict)
            .Add("archive/data/0", data ?? Data, change)
            .Add("archive/version", "3\n"u8)
            .Build();

    /// <summary>The layout before PyTorch 1.6.</summary>
    public static byte[] Legacy(byte[]? pickle = null, string[]? keys = null, long count = 6, byte[]? data = null, byte[]? suffix = null, byte[]? magic = null, bool littleEndian = true)
    {
        var list = new PickleBuilder().Op("](");
        foreach (var key in keys ?? ["0"])
        {
            list.Text(key);
        }

        return
        [
            .. magic ?? new PickleBuilder().Raw(0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19).Stop(),
            .. new PickleBuilder().Raw((byte)'M', 0xe9, 0x03).Stop(),
            .. new PickleBuilder().Op("}").Text("little_endian").Raw((byte)(littleEndian ? 0x88 : 0x89)).Op("s").Stop(),
            .. pickle ?? LegacyStateDict(),
            .. list.Op("e").Stop(),
            .. BitConverter.GetBytes(count),
            .. data ?? Data,
            .. suffix ?? [],
        ];
    }

    /// <summary>As <see cref="StateDict"/>, with a sixth item in the persistent id.</summary>
    public static byte[] LegacyStateDict(string key = "0", Action<PickleBuilder>? view = null)
    {
        var pickle = new PickleBuilder().Op("}").Text("w").Global("torch._utils", "_rebuild_tensor_v2").Op("((")
            .Text("storage").Global("torch", "FloatStorage").Text(key).Text("cpu").Int(6);
        if (view is null)
        {
            pickle.Op("N");
        }

        view?.Invoke(pickle);
        return pickle.Op("tQ").Int(0).Tuple(2).Tuple(1).Raw(0x89).Global("collections", "OrderedDict").Op(")RtRs").Stop();
    }

    public static WeightsFormatException Refused(byte[] bytes, string code, string fragment)
    {
        var refusal = Assert.Throws<WeightsFormatException>(() => WeightsFile.Open(bytes));
        Assert.Equal((code, true), (refusal.Code, refusal.Message.Contains(fragment, StringComparison.Ordinal) ? true : throw new Xunit.Sdk.XunitException($"'{refusal.Message}' does not name '{fragment}'")));
        Assert.NotEqual(ScanVerdict.Safe, WeightsScanner.Scan(bytes).Verdict);
        return refusal;
    }

    public static void Accepted(byte[] bytes)
    {
        using var file = WeightsFile.Open(bytes);
        Assert.NotEmpty(file.Tensors);
        foreach (var tensor in file.Tensors)
        {
            tensor.CopyTo(Stream.Null);
        }

        var report = WeightsScanner.Scan(bytes);
        Assert.True(report.Verdict == ScanVerdict.Safe, string.Join('\n', report.Findings));
    }
}
