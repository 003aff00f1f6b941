namespace ModelRegistry.Weights.Tests;

public sealed class TorchScriptTests
{
    [Theory]
    [InlineData("scripted.pt", "x")]
    [InlineData("traced.pt", "x")]
    public void Open_TorchScript_HasSignatureCodeAndModules(string name, string input)
    {
        using var file = WeightsFile.Open(Fixture.PathOf(name));
        Assert.Equal(WeightsFormat.TorchScript, file.Format);
        var signature = file.Signature!;
        Assert.Equal([(input, "Tensor")], signature.Inputs.Select(i => (i.Name, i.Type)));
        Assert.Equal([("output0", "Tensor")], signature.Outputs.Select(o => (o.Name, o.Type)));
        Assert.Contains(file.Code, c => c.Text.Contains("def forward(", StringComparison.Ordinal));

        var relu = file.ModuleTree.Children.Single(c => c.Name == "layer1").Children.Single(c => c.Name == "1");
        Assert.EndsWith("ReLU", relu.TypeName, StringComparison.Ordinal);
        Assert.Equal(0, relu.TensorCount);
    }

    [Fact]
    public void Open_TorchScript_TellsParametersFromBuffers()
    {
        using var file = WeightsFile.Open(Fixture.PathOf("scripted.pt"));
        Assert.True(file.TryGetTensor("bn1.running_mean", out var mean));
        Assert.False(mean.IsParameter);
        Assert.True(file.TryGetTensor("bn1.weight", out var weight));
        Assert.True(weight.IsParameter);
        Assert.Equal(8, file.ModuleTree.Children.Single(c => c.Name == "bn1").ParameterCount);
    }

    /// <summary>The optimiser for phones folds every weight into a constant, and its exporter names their records <c>0.storage</c>.</summary>
    [Fact]
    public void Open_MobileArchive_HasItsWeightsAmongTheConstants()
    {
        var archive = new ZipBuilder()
            .Add("m/data.pkl", new PickleBuilder().Global("__torch__", "M").Op(")\u0081}(").Text("mobile_optimized").Raw(0x88).Op("ub").Stop())
            .Add("m/code/__torch__.py", "class M(Module):\n  __parameters__ = []\n  __buffers__ = []\n  mobile_optimized : bool\n  def forward(self: __torch__.M, x: Tensor) -> Tensor:\n    return torch.add(x, CONSTANTS.c0)\n"u8)
            .Add("m/constants/0.storage", TorchFile.Data)
            .Add("m/constants.pkl", new PickleBuilder().Op("(").Tensor("0.storage").Op("t").Stop())
            .Add("m/bytecode.pkl", new PickleBuilder().Op("(K\u0004t").Stop())
            .Add("m/version", "5\n"u8)
            .Build();
        using var file = WeightsFile.Open(archive);
        Assert.Equal([0f, 1f, 2f, 3f, 4f, 5f], file.Tensors.Concat(file.OtherTensors).Single().ToFloat32());
        var report = WeightsScanner.Scan(archive);
        Assert.True(report.Verdict == ScanVerdict.Safe, string.Join('\n', report.Findings));
    }

    [Theory]
    [InlineData("  def forward(self: __torch__.M,\n    x: Tensor,\n    y: Optional[Tensor]=None,\n    n: int=3) -> Tuple[Tensor, Dict[str, Tensor]]", "x:Tensor y:Optional[Tensor] n:int", "output0:Tensor output1:Dict[str, Tensor]")]
    [InlineData("  def forward(self: __torch__.M) -> NoneType", "", "")]
    [InlineData("  def forward(self: __torch__.M, xs: List[Tensor]) -> Tensor", "xs:List[Tensor]", "output0:Tensor")]
    public void Signature_OfAForwardHeader_IsRead(string header, string inputs, string outputs)
    {
        var signature = ScriptSignature.Parse(header)!;
        Assert.Equal(inputs, string.Join(' ', signature.Inputs.Select(i => $"{i.Name}:{i.Type}")));
        Assert.Equal(outputs, string.Join(' ', signature.Outputs.Select(i => $"{i.Name}:{i.Type}")));
    }

    [Theory]
    [InlineData("def forward(")]
    [InlineData("")]
    [InlineData("((((((")]
    public void Signature_OfADamagedHeader_IsUnknown(string header) => Assert.Null(ScriptSignature.Parse(header));
}
