using static ModelRegistry.Weights.Tests.TorchFile;

namespace ModelRegistry.Weights.Tests;

/// <summary>Pickle rules: one broken at a time.</summary>
public sealed class PickleRuleTests
{
    /// <summary>A state dict with one more value in it.</summary>
    private static byte[] With(Func<PickleBuilder, PickleBuilder> value, int protocol = 2) =>
        TorchFile.Zip(value(new PickleBuilder(protocol).Op("}").Text("w").Tensor().Op("s").Text("value")).Op("s").Stop());

    [Theory]
    [InlineData("i", "INST")]
    [InlineData("o", "OBJ")]
    [InlineData("2", "DUP")]
    [InlineData("Pid\n", "PERSID")]
    [InlineData("\u0097", "NEXT_BUFFER")]
    [InlineData("N\u0098", "READONLY_BUFFER")]
    [InlineData("\u0082\u0001", "EXT1")]
    [InlineData("\u0083\u0001\u0001", "EXT2")]
    [InlineData("\u0084\u0001\u0000\u0000\u0000", "EXT4")]
    public void Open_RefusedOpcode_IsNamed(string opcodes, string name)
    {
        var body = opcodes switch
        {
            "i" => "(icollections\nOrderedDict\n",
            "o" => "(ccollections\nOrderedDict\no",
            "2" => "N20",
            _ => opcodes,
        };
        Refused(With(p => p.Op(body)), "MR0511", name);
    }

    [Fact]
    public void Open_NewObjEx_IsRefused() =>
        Refused(With(p => p.Global("collections", "OrderedDict").Op(")}\u0092")), "MR0511", "NEWOBJ_EX");

    [Fact]
    public void Open_NewObj_MakesOnlyOrderedDict()
    {
        Accepted(With(p => p.Global("collections", "OrderedDict").Op(")\u0081")));
        Refused(With(p => p.Global("collections", "Counter").Op(")\u0081")), "MR0513", "NEWOBJ");
        Refused(With(p => p.Global("torch", "Size").Op(")\u0081")), "MR0513", "NEWOBJ");
    }

    [Fact]
    public void Open_Protocol_IsZeroToFive()
    {
        for (var protocol = 0; protocol <= 5; protocol++)
        {
            Accepted(With(p => p.Op("N"), protocol));
        }

        Refused(With(p => p.Op("N"), 6), "MR0510", "protocol 6");
    }

    [Fact]
    public void Open_Stop_LeavesAnEmptyStack() =>
        Refused(TorchFile.Zip([.. new PickleBuilder().Op("N}").Text("w").Tensor().Op("s").Stop()]), "MR0510", "leaves 1 values on the stack");

    [Fact]
    public void Open_BytesAfterStop_IsRefused() => Refused(TorchFile.Zip([.. StateDict, (byte)'N']), "MR0518", "follow the end of the pickle");

    [Theory]
    [InlineData(4, "crosses the end of its frame")]
    [InlineData(1000, "does not fit")]
    public void Open_Frame_FitsAndEndsBetweenOpcodes(int length, string fragment)
    {
        static byte[] Framed(long length) => TorchFile.Zip([.. new PickleBuilder(4).Raw(0x95).Raw(BitConverter.GetBytes(length)).Op("}").Text("w").Tensor().Op("s").Stop()]);
        Refused(Framed(length), "MR0510", fragment);
        Accepted(Framed(StateDict.Length - 2));
    }

    [Fact]
    public void Open_FrameWithinAFrame_IsRefused() =>
        Refused(TorchFile.Zip([.. new PickleBuilder(4).Raw(0x95).Raw(BitConverter.GetBytes(100L)).Raw(0x95).Raw(BitConverter.GetBytes(50L)).Op("}").Text("w").Tensor().Op("s").Stop()]), "MR0510", "within another");

    [Theory]
    [InlineData("os", "system")]
    [InlineData("torch", "floatStorage")]
    [InlineData("Torch", "FloatStorage")]
    [InlineData("torch.storage", "FloatStorage")]
    [InlineData("torch", "serialization._get_layout")]
    [InlineData("collections", "OrderedDict.fromkeys")]
    [InlineData("torch._utils", "_rebuild_wrapper_subclass")]
    [InlineData("builtins", "getattr")]
    [InlineData("__torch__.evil", "Module")]
    [InlineData("torch", "load")]
    [InlineData("_codecs", "decode")]
    public void Open_GlobalOutsideTheList_IsRefusedThoughNeverCalled(string module, string name)
    {
        var refusal = Refused(With(p => p.Global(module, name)), "MR0512", $"{module}.{name}");
        Assert.Contains("archive/data.pkl at byte", refusal.Where, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_SeveralGlobals_AreAllReported()
    {
        var refusal = Refused(With(p => p.Global("os", "system").Text("id").Op("\u0085R0").Global("builtins", "eval").Op("0").Global("nt", "system")), "MR0512", "os.system");
        Assert.Equal(3, refusal.Findings.Count);
        Assert.Contains("builtins.eval", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("nt.system", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_GlobalBeforeDamage_IsWhatIsReported() =>
        Refused(TorchFile.Zip([.. new PickleBuilder().Global("os", "system").Raw(0xff).Stop()]), "MR0512", "os.system");

    [Theory]
    [InlineData("cos\nsystem\n", "os.system")]
    [InlineData("\u008c\u0002os\u008c\u0006system\u0093", "os.system")]
    [InlineData("N\u008c\u0006system\u0093", "system")]
    [InlineData("\u008c\u0002osK\u0001\u0093", "os")]
    public void Open_StackGlobal_IsHeldToTheList(string opcodes, string fragment) =>
        Refused(With(p => p.Op(opcodes), 4), "MR0512", fragment);

    [Fact]
    public void Open_Builtin_IsOneModuleUnderTwoNames()
    {
        foreach (var module in new[] { "builtins", "__builtin__" })
        {
            Accepted(With(p => p.Global(module, "set").Op("]\u0085R")));
            Accepted(With(p => p.Global(module, "complex").Raw((byte)'G').Raw(new byte[8]).Raw((byte)'G').Raw(new byte[8]).Op("\u0086R")));
            Accepted(With(p => p.Global(module, "bytearray").Op("C\u0001x\u0085R")));
            Refused(With(p => p.Global(module, "bytearray").Int(5).Op("\u0085R")), "MR0513", "builtins.bytearray");
        }
    }

    [Fact]
    public void Open_Encode_IsLatin1Only()
    {
        Accepted(With(p => p.Global("_codecs", "encode").Text("é").Text("latin1").Op("\u0086R")));
        Refused(With(p => p.Global("_codecs", "encode").Text("x").Text("rot13").Op("\u0086R")), "MR0513", "_codecs.encode");
        Refused(With(p => p.Global("_codecs", "encode").Text("Ā").Text("latin1").Op("\u0086R")), "MR0513", "_codecs.encode");
    }

    [Fact]
    public void Open_RolesAreNotInterchangeable()
    {
        Refused(With(p => p.Global("torch", "FloatStorage").Op(")R")), "MR0513", "torch.FloatStorage");
        Refused(With(p => p.Global("torch", "Tensor").Op(")R")), "MR0513", "torch.Tensor");
        Refused(With(p => p.Global("torch", "float32").Op(")R")), "MR0513", "torch.float32");
        Refused(With(p => p.Op("K\u0001)R")), "MR0513", "REDUCE");
        Refused(With(p => p.Global("torch", "Size").Text("x").Op("\u0085\u0085R")), "MR0513", "torch.Size");
    }

    [Fact]
    public void Open_SetItem_WorksOnDictionariesOnly()
    {
        Accepted(With(p => p.Global("collections", "Counter").Op(")R").Text("k").Int(1).Op("s")));
        Accepted(With(p => p.Global("collections", "defaultdict").Op(")R(").Text("k").Int(1).Op("u")));
        Refused(With(p => p.Op("]").Int(0).Int(1).Op("s")), "MR0513", "SETITEM");
        Refused(With(p => p.Tensor().Int(0).Int(1).Op("s")), "MR0513", "SETITEM");
    }

    [Fact]
    public void Open_Append_WorksOnListsOnly()
    {
        Accepted(With(p => p.Op("]").Int(0).Op("a")));
        Refused(With(p => p.Op("}").Int(0).Op("a")), "MR0513", "APPEND");
        Refused(With(p => p.Op(")(").Int(0).Op("e")), "MR0513", "APPEND");
        Refused(With(p => p.Op("](").Int(0).Op("\u0090")), "MR0513", "ADDITEMS");
    }

    [Fact]
    public void Open_Build_SetsMetadataOfAnOrderedDictOnly()
    {
        Accepted(With(p => p.Global("collections", "OrderedDict").Op(")R}").Text("_metadata").Op("}sb")));
        Refused(With(p => p.Global("collections", "OrderedDict").Op(")R}").Text("__class__").Op("Nsb")), "MR0513", "BUILD");
        Refused(With(p => p.Op("}}").Text("_metadata").Op("}sb")), "MR0513", "BUILD");
        Refused(With(p => p.Tensor().Op("}").Text("_metadata").Op("}sb")), "MR0513", "BUILD");
    }

    [Fact]
    public void Open_KeyGivenTwice_IsRefused() =>
        Refused(TorchFile.Zip(new PickleBuilder().Op("}").Text("w").Tensor().Op("s").Text("w").Tensor().Op("s").Stop()), "MR0513", "twice");

    [Fact]
    public void Open_LazilyConjugatedTensor_IsRefused()
    {
        static PickleBuilder Rebuilt(PickleBuilder p, bool conj) => p.Global("torch._utils", "_rebuild_tensor_v2").Op("(").Storage().Int(0).Tuple(6).Tuple(1).Raw(0x89)
            .Global("collections", "OrderedDict").Op(")R}").Text("conj").Raw((byte)(conj ? 0x88 : 0x89)).Op("stR");
        Accepted(With(p => Rebuilt(p, false)));
        Refused(With(p => Rebuilt(p, true)), "MR0513", "_rebuild_tensor_v2");
    }

    [Theory]
    [InlineData("h\u0007", "memo 7")]
    [InlineData("t", "mark")]
    [InlineData("00000", "more values than the stack holds")]
    [InlineData("\u00fe", "opcode 0xfe")]
    [InlineData("X\u00ff\u00ff\u00ff\u007f", "ends within an opcode")]
    [InlineData("\u008d\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff", "ends within an opcode")]
    [InlineData("X\u0001\u0000\u0000\u0000\u00ff", "not UTF-8")]
    [InlineData("Ix\n", "not an integer")]
    [InlineData("Fx\n", "not a number")]
    [InlineData("Sx\n", "not quoted")]
    [InlineData("S'\\x41'\n", "escapes")]
    [InlineData("(Nd", "key without a value")]
    public void Open_MalformedPickle_SaysWhatAndWhere(string opcodes, string fragment)
    {
        var refusal = Refused(With(p => p.Op(opcodes)), "MR0510", fragment);
        Assert.Contains("at byte", refusal.Where, StringComparison.Ordinal);
    }
}
