using static ModelRegistry.Weights.Tests.TorchFile;

namespace ModelRegistry.Weights.Tests;

/// <summary>Pickles that call what attackers call, wherever they hide.</summary>
public sealed class GadgetTests
{
    public static TheoryData<string, string> Gadgets => new()
    {
        { "os", "system" }, { "posix", "system" }, { "nt", "system" }, { "builtins", "eval" }, { "builtins", "exec" },
        { "__builtin__", "eval" }, { "builtins", "getattr" }, { "builtins", "__import__" }, { "runpy", "_run_code" },
        { "torch.hub", "load" }, { "torch", "load" }, { "torch.serialization", "load" }, { "numpy", "load" },
        { "numpy.testing._private.utils", "runstring" }, { "subprocess", "Popen" }, { "commands", "getoutput" },
        { "importlib", "import_module" }, { "pickle", "loads" }, { "_pickle", "Unpickler" }, { "ctypes", "CDLL" },
        { "webbrowser", "open" }, { "socket", "create_connection" }, { "shutil", "rmtree" }, { "sys", "modules" },
        { "operator", "attrgetter" }, { "functools", "partial" }, { "code", "interact" }, { "timeit", "timeit" },
        { "pip", "main" }, { "asyncio.unix_events", "_UnixSubprocessTransport" }, { "unknown_to_us", "anything" },
        { "torch._dynamo.guards", "GuardBuilder.get" }, { "torch.utils.bottleneck.__main__", "run_cprofile" },
    };

    private static byte[] Evil(string module, string name, int protocol = 2) =>
        protocol < 4
            ? new PickleBuilder(protocol).Global(module, name).Text("id").Op("\u0085R").Stop()
            : new PickleBuilder(protocol).Op($"\u008c{(char)module.Length}{module}\u0094\u008c{(char)name.Length}{name}\u0094\u0093").Text("id").Op("\u0085R").Stop();

    [Theory]
    [MemberData(nameof(Gadgets))]
    public void Scan_GadgetAnywhere_IsDangerousByName(string module, string name)
    {
        var evil = Evil(module, name);
        var inZip = TorchFile.Zip(evil);
        Dangerous(evil, module, name);
        Dangerous(Evil(module, name, 4), module, name);
        Dangerous(inZip, module, name);
        Dangerous(Legacy(evil), module, name);
        Dangerous([.. new PickleBuilder().Op("N").Stop(), .. evil], module, name);
        Dangerous(TorchFile.Zip([.. StateDict, .. evil]), module, name);
        Dangerous(Nested("archive/extra/inner.bin", inZip), module, name);
        Dangerous(Nested("archive/extra/readme.txt", Nested("archive/x", inZip)), module, name);
        Dangerous(Nested("archive/extra/picture.png", evil), module, name);
    }

    [Fact]
    public void Scan_Refusal_NamesEveryGlobalWithItsPosition()
    {
        var report = WeightsScanner.Scan(TorchFile.Zip(new PickleBuilder().Global("os", "system").Op("0").Global("builtins", "eval").Stop()));
        Assert.Equal(["archive/data.pkl at byte 2", "archive/data.pkl at byte 14"], report.Findings.Where(f => f.Code == "MR0512").Select(f => f.Where));
    }

    [Theory]
    [InlineData("model.safetensors")]
    [InlineData("weights.onnx")]
    [InlineData("notes.txt")]
    public void Scan_WrongExtension_ChangesNothing(string name)
    {
        var path = Path.Combine(Directory.CreateTempSubdirectory("scan").FullName, name);
        File.WriteAllBytes(path, Evil("os", "system"));
        try
        {
            Assert.Equal(ScanVerdict.Dangerous, WeightsScanner.Scan(path).Verdict);
            Assert.Equal(ScanVerdict.Dangerous, Assert.Single(WeightsScanner.ScanDirectory(Path.GetDirectoryName(path)!)).Verdict);
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
        }
    }

    [Fact]
    public void Scan_TextPickle_IsDangerous()
    {
        Dangerous("cos\nsystem\n(S'id'\ntR."u8.ToArray(), "os", "system");
        Dangerous("(S'id'\nios\nsystem\n."u8.ToArray(), "os", "system");
        Dangerous([.. "cos\nsystem\n(S'id'\ntR"u8, 0xff, 0xff], "os", "system");
    }

    /// <summary>What Python reads and these rules refuse, before the call.</summary>
    [Theory]
    [InlineData("I1_000\n0")]
    [InlineData("I0x_ff\n0")]
    [InlineData("I 12 \n0")]
    [InlineData("L1_0L\n0")]
    [InlineData("F nan\n0")]
    [InlineData("F-Infinity\n0")]
    [InlineData("F1_0.5\n0")]
    [InlineData("S'\\x41\\'\\n'\n0")]
    [InlineData("V\\u0041\n0")]
    [InlineData("NN20")]
    [InlineData("Np 1 \n0")]
    [InlineData("Np0_1\n0")]
    [InlineData("c_codecs\nencode\n(Va\nVrot13\ntR0")]
    [InlineData("P1\n0")]
    [InlineData("(((110N0")]
    [InlineData("(lp0\n(g0\ng0\nt0")]
    public void Scan_TextPickleSpelledOddly_IsDangerousAlone_AsARecordAndInADamagedArchive(string before)
    {
        var pickle = System.Text.Encoding.Latin1.GetBytes($"{before}cposix\nsystem\n(S'id'\ntR.");
        Dangerous(pickle, "posix", "system");
        Dangerous(Nested("archive/extra/readme.txt", pickle), "posix", "system");
        Dangerous(Nested("archive/extra/readme.txt", pickle)[..^8], "posix", "system");
        Dangerous([0x80, 2, .. pickle], "posix", "system");
    }

    [Fact]
    public void Scan_TextPickleOfThousandsOfDigits_IsDangerous()
    {
        foreach (var number in new[] { $"I{new string('9', 10_000)}\n0", $"L{new string('7', 5_000)}L\n0", $"I0x{new string('f', 100_000)}\n0", $"S'{new string('a', 10_000)}'\n0" })
        {
            Dangerous(System.Text.Encoding.Latin1.GetBytes($"{number}cposix\nsystem\n(S'id'\ntR."), "posix", "system");
        }
    }

    [Fact]
    public void Scan_NamesWithEscapes_AreReadAsPythonReadsThem()
    {
        Dangerous(System.Text.Encoding.Latin1.GetBytes("S'o\\x73'\nS'sys\\164em'\n\u0093(S'id'\ntR."), "os", "system");
        Dangerous(System.Text.Encoding.Latin1.GetBytes("Vo\\u0073\nVsystem\n\u0093(S'id'\ntR."), "os", "system");
    }

    [Theory]
    [InlineData("cat\ndog\nhorse\nRabbit\n")]
    [InlineData("cat\ndog\nRabbit\n")]
    [InlineData("(import os)\nimport os\nos.system('id')\n")]
    [InlineData("class M(Module):\n  x = 1\n")]
    [InlineData("computers\nsystems\n(and so on)\ntomatoes\nRats\n")]
    [InlineData("{\"class_names\": [\"os\", \"system\"]}")]
    public void Scan_TextThatBeginsWithOpcodes_IsNotTakenForAPickle(string text) =>
        Assert.Equal(ScanVerdict.Unknown, WeightsScanner.Scan(System.Text.Encoding.UTF8.GetBytes(text)).Verdict);

    [Fact]
    public void Scan_FileThatLooksLikeSafetensorsAndIsAPickle_IsDangerous() =>
        Dangerous([0x80, 2, (byte)'X', 2, 0, 0, 0, (byte)'a', (byte)'{', .. "0cposix\nsystem\n(S'id'\ntR."u8], "posix", "system");

    [Fact]
    public void Scan_StackGlobalOfUnknownOperands_IsDangerous()
    {
        Assert.Equal(ScanVerdict.Dangerous, WeightsScanner.Scan(TorchFile.Zip(new PickleBuilder(4).Op("NN\u0093").Stop())).Verdict);
        var viaMemo = new PickleBuilder(4).Text("os").Raw(0x94).Text("system").Raw(0x94).Op("00").Text("torch").Text("FloatStorage").Op("00h\u0000h\u0001\u0093").Stop();
        Dangerous(TorchFile.Zip(viaMemo), "os", "system");
    }

    [Fact]
    public void Scan_GlobalBehindWhatTheseRulesRefuse_IsStillNamed()
    {
        // Python reads an integer of 2000 bytes and goes on; these rules stop there.
        var pickle = new PickleBuilder().Raw(0x8b).Raw(BitConverter.GetBytes(2000)).Raw(new byte[2000]).Op("0").Global("os", "system").Text("id").Op("\u0085R").Stop();
        Dangerous(pickle, "os", "system");
        Dangerous(TorchFile.Zip(pickle), "os", "system");
    }

    [Fact]
    public void Scan_GadgetInADamagedArchive_IsDangerousNotJustInvalid()
    {
        static ZipBuilder With(byte[] pickle, Action<ZipBuilder.Record> change) => new ZipBuilder().Add("archive/data.pkl", pickle, change).Add("archive/version", "3"u8);
        var evil = Evil("os", "system");
        Dangerous(With(evil, r => r.Flags = 1).Build(), "os", "system");
        Dangerous(With(evil, r => r.Crc = 1).Build(), "os", "system");
        Dangerous(With(evil, r => r.LocalName = "archive/data.pkx"u8.ToArray()).Build(), "os", "system");
        Dangerous(With([.. evil, .. new byte[200]], r => (r.Deflate, r.Flags) = (true, 0x10)).Build(), "os", "system");
        Dangerous(TorchFile.Zip(evil)[..^10], "os", "system");
    }

    [Fact]
    public void Scan_ArrayOfObjects_IsDangerous()
    {
        var header = "{'descr': '|O', 'fortran_order': False, 'shape': (1,), }"u8.ToArray();
        byte[] npy = [0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, 0, .. header, .. Evil("os", "system")];
        Dangerous(npy, "os", "system");
        Dangerous(new ZipBuilder().Add("a.npy", npy).Build(), "os", "system");
    }

    [Fact]
    public void Scan_WholeModule_IsDangerousByClass()
    {
        var report = WeightsScanner.Scan(Fixture.PathOf("whole_module.pth"));
        Assert.Equal(ScanVerdict.Dangerous, report.Verdict);
        Assert.Contains(report.Findings, f => f.What.Contains("torch.nn.modules.linear.Linear", StringComparison.Ordinal));
    }

    [Fact]
    public void Scan_ClassesOfTorchScript_AreAllowedInTorchScriptOnly() =>
        Dangerous(TorchFile.Zip(new PickleBuilder().Global("__torch__", "M").Op(")\u0081").Stop()), "__torch__", "M");

    private static byte[] Nested(string name, byte[] content) =>
        new ZipBuilder().Add("archive/data.pkl", StateDict).Add("archive/data/0", Data).Add(name, content, r => r.Deflate = content.Length % 2 == 0).Add("archive/version", "3"u8).Build();

    private static void Dangerous(byte[] bytes, string module, string name)
    {
        var report = WeightsScanner.Scan(bytes);
        Assert.Equal(ScanVerdict.Dangerous, report.Verdict);
        Assert.Contains(report.Findings, f => f.What.Contains($"{module}.{name}", StringComparison.Ordinal));
    }
}
