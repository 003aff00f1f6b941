using static ModelRegistry.Weights.Tests.TorchFile;

namespace ModelRegistry.Weights.Tests;

/// <summary>Zip rules: one broken at a time, beside a neighbour that keeps it.</summary>
public sealed class ZipRuleTests
{
    [Fact]
    public void Open_PlainArchive_IsAccepted() => Accepted(TorchFile.Zip());

    [Fact]
    public void Open_TwoEndRecords_IsRefused()
    {
        // The comment is a second end record whose own comment ends at the end of the file, too.
        var second = "PK\u0005\u0006" + new string('\0', 16) + "\0\0";
        Refused(TorchFile.Zip(builder: new ZipBuilder { Comment = second }), "MR0503", "two end records");
        Accepted(TorchFile.Zip(builder: new ZipBuilder { Comment = "a comment" }));
    }

    [Fact]
    public void Open_BytesAfterTheEnd_IsRefused() =>
        Refused(TorchFile.Zip(builder: new ZipBuilder { Suffix = [0] }), "MR0503", "something follows the archive");

    [Fact]
    public void Open_BytesBeforeTheFirstRecord_IsRefused()
    {
        var prefix = "PK\u0003\u0004"u8.ToArray();
        Refused(TorchFile.Zip(builder: new ZipBuilder { Prefix = prefix }), "MR0503", "stand before it");
        Refused(TorchFile.Zip(builder: new ZipBuilder { Prefix = [1, 2, 3] }), "MR0501", "something before it");
    }

    [Fact]
    public void Open_SeveralDisks_IsRefused() =>
        Refused(TorchFile.Zip(builder: new ZipBuilder { Disk = 1 }), "MR0503", "several disks");

    [Theory]
    [InlineData(1, 0, "counts")]
    [InlineData(1, 1, "fewer entries than it counts")]
    [InlineData(-1, -1, "more than it counts")]
    public void Open_WrongCounts_IsRefused(int here, int total, string fragment) =>
        Refused(TorchFile.Zip(builder: new ZipBuilder { CountError = (here, total) }), "MR0503", fragment);

    [Fact]
    public void Open_Zip64EndRecords_AreAcceptedWhenTheyAgree()
    {
        Accepted(TorchFile.Zip(builder: new ZipBuilder { Zip64 = true }));
        Refused(TorchFile.Zip(builder: new ZipBuilder { Zip64 = true, Spoil = (bytes, at) => bytes[at + 32]++ }), "MR0503", "counts 3 and 4");
        Refused(TorchFile.Zip(builder: new ZipBuilder { Zip64 = true, Spoil = (bytes, at) => (bytes[at + 24], bytes[at + 32]) = (9, 9) }), "MR0503", "disagree");
        Refused(TorchFile.Zip(builder: new ZipBuilder { Zip64 = true, Spoil = (bytes, at) => bytes[at + 56 + 8]++ }), "MR0503", "locator points");
    }

    [Fact]
    public void Open_TheFlagsOfPyTorch_AreAccepted() => Accepted(TorchFile.Zip(change: r => r.Flags = 0x0808));

    [Theory]
    [InlineData(0x0001, "is encrypted")]
    [InlineData(0x0040, "is encrypted")]
    [InlineData(0x2000, "is encrypted")]
    [InlineData(0x0010, "unsupported features")]
    public void Open_OtherFlags_AreRefused(int flags, string fragment) =>
        Refused(TorchFile.Zip(change: r => r.Flags = (ushort)flags), "MR0504", fragment);

    [Fact]
    public void Open_OtherMethods_AreRefused()
    {
        Refused(TorchFile.Zip(change: r => r.Method = 12), "MR0504", "method 12");
        Accepted(TorchFile.Zip(change: r => r.Deflate = true));
    }

    [Fact]
    public void Open_StoredRecordOfTwoSizes_IsRefused() =>
        Refused(TorchFile.Zip(change: r => r.Length = 25), "MR0505", "two sizes differ");

    [Fact]
    public void Open_LocalHeaderThatDiffers_IsRefused()
    {
        Refused(TorchFile.Zip(change: r => r.LocalName = "archive/data/1"u8.ToArray()), "MR0505", "name");
        Refused(TorchFile.Zip(change: r => r.LocalFlags = 2), "MR0505", "flags");
        Refused(TorchFile.Zip(change: r => r.LocalMethod = 8), "MR0505", "method");
        Refused(TorchFile.Zip(change: r => r.LocalCrc = 1), "MR0505", "sizes or CRC");
        Refused(TorchFile.Zip(change: r => (r.Flags, r.LocalCrc) = (8, 1)), "MR0505", "data descriptor");
    }

    [Fact]
    public void Open_OverlappingOrGappedRecords_AreRefused()
    {
        Refused(TorchFile.Zip(change: r => r.After = [0]), "MR0503", "unaccounted for");
        var overlapping = new ZipBuilder().Add("archive/data.pkl", StateDict).Add("archive/data/0", Data).Add("archive/version", "3\n"u8);
        overlapping.Add("archive/x", Data, r => r.OffsetError = -(30 + "archive/x".Length + Data.Length));
        Refused(overlapping.Build(), "MR0503", "");
    }

    [Fact]
    public void Open_RecordThatIsNotThere_IsRefused() =>
        Refused(TorchFile.Zip(change: r => r.OffsetError = 1_000_000), "MR0503", "");

    [Fact]
    public void Open_WrongCrc_IsRefusedWhereTheBytesAreRead()
    {
        var spoilt = new ZipBuilder().Add("archive/data.pkl", StateDict, r => r.Crc = 1).Add("archive/data/0", Data).Add("archive/version", "3\n"u8).Build();
        Refused(spoilt, "MR0506", "CRC-32");

        var data = TorchFile.Zip(change: r => r.Crc = 1);
        Assert.Equal("MR0506", Assert.Throws<WeightsFormatException>(() => WeightsFile.Open(data, new WeightsReadOptions { VerifyData = true })).Code);
        Assert.Equal(ScanVerdict.Invalid, WeightsScanner.Scan(data).Verdict);
    }

    [Fact]
    public void Open_InflatingPastTheDeclaredSize_IsRefused()
    {
        var more = TorchFile.Zip(change: r => (r.Deflate, r.Length) = (true, 23), pickle: new PickleBuilder().Op("}.").Stop()[..4]);
        Assert.Contains(WeightsScanner.Scan(more).Findings, f => f.What.Contains("inflates to more than", StringComparison.Ordinal));
        var fewer = TorchFile.Zip(change: r => (r.Deflate, r.Length) = (true, 25), pickle: new PickleBuilder().Op("}").Stop());
        Assert.Contains(WeightsScanner.Scan(fewer).Findings, f => f.What.Contains("inflates to 24 bytes", StringComparison.Ordinal));
    }

    [Fact]
    public void Open_DamagedCompression_IsRefused()
    {
        using var file = WeightsFile.Open(TorchFile.Zip(change: r => (r.Deflate, r.Compressed) = (true, [0xff, 0xff, 0xff])));
        Assert.Equal("MR0506", Assert.Throws<WeightsFormatException>(() => file.Tensors[0].CopyTo(new byte[24])).Code);
    }

    [Fact]
    public void Open_CompressionOfMoreThan256ToOne_IsRefused()
    {
        var zeros = new byte[1 << 20];
        Refused(new ZipBuilder().Add("a/data.pkl", StateDict).Add("a/data/0", Data).Add("a/x", zeros, r => r.Deflate = true).Add("a/version", "3"u8).Build(), "MR0507", "256 to 1");
        Accepted(new ZipBuilder().Add("a/data.pkl", StateDict).Add("a/data/0", Data).Add("a/x", zeros).Add("a/version", "3"u8).Build());
    }

    [Fact]
    public void Open_DeclaredTerabytes_AreRefusedBeforeTheyAreAllocated() =>
        Refused(TorchFile.Zip(change: r => (r.Deflate, r.Length) = (true, uint.MaxValue - 1)), "MR0507", "inflate to");

    [Theory]
    [InlineData("archive/../x", "'..'")]
    [InlineData("/archive/x", "absolute")]
    [InlineData("archive\\x", "backslash")]
    [InlineData("archive/C:x", "drive")]
    [InlineData("archive//x", "empty step")]
    [InlineData("archive/./x", "'.'")]
    [InlineData("archive/a\0b", "NUL")]
    [InlineData("ARCHIVE/DATA/0", "twice")]
    [InlineData("archive/data/0", "twice")]
    [InlineData("other/x", "one prefix")]
    [InlineData("x", "one prefix")]
    public void Open_UnsafeName_IsRefused(string name, string fragment)
    {
        var builder = new ZipBuilder().Add("archive/data.pkl", StateDict).Add("archive/data/0", Data).Add("archive/version", "3"u8);
        Refused(builder.Add(name, "x"u8).Build(), "MR0508", fragment);
    }

    [Fact]
    public void Open_NameThatIsNotUtf8_IsRefused() =>
        Refused(TorchFile.Zip(change: r => r.Name = [.. "archive/"u8, 0xff]), "MR0508", "not UTF-8");

    [Fact]
    public void Open_SymbolicLink_IsRefused()
    {
        Refused(TorchFile.Zip(change: r => r.ExternalAttributes = 0xA1FFu << 16), "MR0508", "symbolic link");
        Accepted(TorchFile.Zip(change: r => r.ExternalAttributes = 0x81A4u << 16));
    }

    [Fact]
    public void Open_AnyPrefix_IsAccepted() =>
        Accepted(new ZipBuilder().Add("my model/data.pkl", StateDict).Add("my model/data/0", Data).Add("my model/version", "3"u8).Build());

    [Fact]
    public void Open_MissingRecords_AreNamed()
    {
        Refused(new ZipBuilder().Add("a/version", "3"u8).Build(), "MR0509", "data.pkl");
        Refused(new ZipBuilder().Add("a/data.pkl", StateDict).Add("a/data/0", Data).Build(), "MR0509", "'version' is missing");
        Refused(new ZipBuilder().Add("a/data.pkl", StateDict).Add("a/version", "3"u8).Build(), "MR0516", "no record 'data/0'");
    }

    [Theory]
    [InlineData("0")]
    [InlineData("11")]
    [InlineData("3.1")]
    [InlineData("-1")]
    [InlineData("")]
    public void Open_VersionOutsideOneToTen_IsRefused(string version) =>
        Refused(new ZipBuilder().Add("a/data.pkl", StateDict).Add("a/data/0", Data).Add("a/version", System.Text.Encoding.UTF8.GetBytes(version)).Build(), "MR0509", "not 1 to 10");

    [Fact]
    public void Open_ByteOrder_IsLittleOrBig()
    {
        static byte[] With(string order, byte[] data) => new ZipBuilder().Add("a/data.pkl", StateDict).Add("a/byteorder", System.Text.Encoding.UTF8.GetBytes(order)).Add("a/data/0", data).Add("a/version", "3"u8).Build();
        Accepted(With("little", Data));
        Refused(With("middle", Data), "MR0509", "neither 'little' nor 'big'");

        byte[] swapped = [.. Data];
        Endianness.Swap(swapped, 4);
        using var file = WeightsFile.Open(With("big", swapped));
        Assert.Equal([0f, 1, 2, 3, 4, 5], file.Tensors[0].ToFloat32());
        Assert.Equal("MR0520", Assert.Throws<WeightsFormatException>(() => file.Tensors[0].Bytes.Length).Code);
    }
}
