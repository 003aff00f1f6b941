using static ModelRegistry.Weights.Tests.TorchCode;

namespace ModelRegistry.Weights.Tests;

/// <summary>A TorchScript archive is a program: what its code calls decides.</summary>
public sealed class ScriptScanTests
{
    [Theory]
    [InlineData("torch.save(x, \"/tmp/x\")", "torch.save")]
    [InlineData("_1 = torch.from_file(\"/etc/passwd\", False, 2, dtype=0)", "torch.from_file")]
    [InlineData("f = torch.from_file\n    y = f(\"/etc/passwd\")", "torch.from_file")]
    [InlineData("ops.aten.save(x, \"/tmp/x\")", "ops.aten.save")]
    [InlineData("o = ops.aten\n    o.save(x, \"/tmp/x\")", "ops.aten")]
    [InlineData("t = torch\n    t.save(x, \"/tmp/x\")", "torch")]
    [InlineData("(x).save(\"/tmp/x\")", "save")]
    [InlineData("x.save(\"/tmp/x\")", "save")]
    [InlineData("f = x.save\n    f(\"/tmp/x\")", "save")]
    [InlineData("f = getattr(x, \"save\")", "save")]
    [InlineData("f = getattr(getattr(x, \"a\"), \"\\x73ave\")", "save")]
    [InlineData("ops.mine.run(x)", "ops.mine.run")]
    [InlineData("ops.image.read_file(\"/etc/passwd\")", "ops.image.read_file")]
    [InlineData("ops.prim.rpc_sync(\"worker\", x)", "rpc_sync")]
    [InlineData("print(x)", "print")]
    [InlineData("torch.load(\"x.pt\")", "torch.load")]
    [InlineData("torch.ops.load_library(\"x.so\")", "load_library")]
    [InlineData("torch._C._jit_clear()", "torch._C")]
    [InlineData("y = 1.\n    ops.mine.add(x)", "ops.mine.add")]
    [InlineData("y = \"\"\"a \"quoted\" text\"\"\" # torch.add\n    ops.mine.run(x)", "ops.mine.run")]
    [InlineData("y = x if True else torch . save (x, \"/tmp/x\")", "torch.save")]
    [InlineData("y = __torch__.torch.classes.mine.Reader(\"/etc/passwd\")", "__torch__.torch.classes.mine.Reader")]
    [InlineData("open(\"/etc/passwd\")", "open")]
    [InlineData("x.brand_new_operator()", "brand_new_operator")]
    public void Scan_CodeThatReachesBeyondComputing_IsDangerousByOperatorFileAndLine(string body, string named)
    {
        var report = WeightsScanner.Scan(Archive(Module(body)));
        Assert.Equal(ScanVerdict.Dangerous, report.Verdict);
        Assert.Contains(report.Findings, f => f.Code == "MR0528" && f.What.Contains(named, StringComparison.Ordinal) && f.Where.Contains("m/code/__torch__.py line ", StringComparison.Ordinal));
    }

    [Fact]
    public void Scan_CodeInAnyMethodOfAnyClass_IsJudged()
    {
        var inState = Module("pass", "  def __setstate__(self: __torch__.M,\n    state: Tuple[Tensor, bool]) -> NoneType:\n    torch.save((state)[0], \"/tmp/x\")\n    return None");
        Assert.Contains(WeightsScanner.Scan(Archive(inState)).Findings, f => f.Where == "m/code/__torch__.py line 8");
        var inFunction = Module("pass") + "def helper(x: Tensor) -> Tensor:\n  return torch.from_file(\"/etc/passwd\")\n";
        Assert.Equal(ScanVerdict.Dangerous, WeightsScanner.Scan(Archive(inFunction)).Verdict);
    }

    [Theory]
    [InlineData("y = torch.conv2d(x, w, None, [1, 1], [0, 0], [1, 1], 1)")]
    [InlineData("_0 = __torch__.torch.nn.functional.relu\n    y = _0(x, )")]
    [InlineData("y = (self.layer).forward(x, )")]
    [InlineData("y = torch.mul(torch.gelu(x), CONSTANTS.c0)")]
    [InlineData("ops.prim.RaiseException(torch.format(\"expected {}\", 3))")]
    [InlineData("y = ops.quantized.linear(x, self.packed, 1., 0)")]
    [InlineData("torch.warn(\"open('save')\", 2)")]
    [InlineData("if torch.gt(torch.len(torch.size(x)), 2):\n      y = torch.append([1], 2)\n    else:\n      y = annotate(List[int], [])")]
    [InlineData("y = unchecked_cast(Tensor, x)\n    z = int(torch.size(y, 0))\n    q = -z\n    r = uninitialized(Tensor)")]
    [InlineData("y = getattr(self, \"0\")\n    z = (getattr(self, \"1\")).forward(x, )")]
    [InlineData("y = ops.torchvision.nms(x, w, 0.5)")]
    [InlineData("packed = self.packed\n    y, z, = (packed).unpack()\n    s = (packed).stride()")]
    public void Scan_CodeThatComputes_IsSafe(string body)
    {
        var members = "  layer : __torch__.M\n  ops : __torch__.M\n  packed : __torch__.torch.classes.quantized.LinearPackedParamsBase\n";
        var report = WeightsScanner.Scan(Archive(Module(body, members)));
        Assert.True(report.Verdict == ScanVerdict.Safe, string.Join('\n', report.Findings));
    }

    [Theory]
    [InlineData(200_000)]
    [InlineData(300)]
    public void Scan_NestedExpressions_AreInvalidBeforeAnyoneRecurses(int depth)
    {
        foreach (var body in new[] { $"y = {new string('(', depth)}x{new string(')', depth)}", $"y = {new string('-', depth)}x", $"y = {string.Concat(Enumerable.Repeat("x if True else ", depth))}x" })
        {
            var report = WeightsScanner.Scan(Archive(Module(body)));
            Assert.Equal(ScanVerdict.Invalid, report.Verdict);
            Assert.Contains(report.Findings, f => f.Code == "MR0529");
        }
    }

    [Fact]
    public void Scan_BytecodeOfAMobileArchive_IsJudgedByTheOperatorsItLists()
    {
        static byte[] Bytecode(string name) => new PickleBuilder().Op("((").Text("operators").Op("((").Text(name).Text("").Op("tttt").Stop();
        Assert.Equal(ScanVerdict.Safe, WeightsScanner.Scan(Archive(Module("pass"), bytecode: Bytecode("aten::conv2d"))).Verdict);
        var report = WeightsScanner.Scan(Archive(Module("pass"), bytecode: Bytecode("aten::save")));
        Assert.Equal(ScanVerdict.Dangerous, report.Verdict);
        Assert.Contains(report.Findings, f => f.What.Contains("aten::save", StringComparison.Ordinal));
    }

    [Fact]
    public void Scan_ObjectOfSomebodysOwnLibrary_IsDangerous()
    {
        var pickle = new PickleBuilder().Global("__torch__.torch.classes.mine", "Reader").Op(")\u0081}b").Stop();
        var zip = new ZipBuilder().Add("m/data.pkl", pickle).Add("m/code/__torch__.py", ""u8).Add("m/constants.pkl", new PickleBuilder().Op(")").Stop()).Add("m/version", "3\n"u8).Build();
        Assert.Equal(ScanVerdict.Dangerous, WeightsScanner.Scan(zip).Verdict);
    }

    [Theory]
    [InlineData("10", ".data/version")]
    [InlineData("1", "version")]
    [InlineData("10", "version")]
    public void Open_FileFormatVersionsUpToToday_WithAndWithoutDataFolder_AreRead(string version, string record)
    {
        using var file = WeightsFile.Open(Archive(Module("pass"), version, record));
        Assert.Equal("w", Assert.Single(file.Tensors).Name);
        Assert.Equal(version, file.Metadata["archive_version"]);
    }
}
