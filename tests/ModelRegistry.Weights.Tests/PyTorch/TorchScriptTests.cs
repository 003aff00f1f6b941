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
