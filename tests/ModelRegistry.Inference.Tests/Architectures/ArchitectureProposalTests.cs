namespace ModelRegistry.Inference.Tests.Architectures;

public sealed class ArchitectureProposalTests
{
    [Theory]
    [InlineData("resnet18")]
    [InlineData("resnet50")]
    [InlineData("densenet121")]
    [InlineData("mobilenet_v2")]
    public void For_WeightsOfABuiltInNetwork_ProposesIt(string name)
    {
        var proposal = ArchitectureProposal.For(MemoryWeights.OfGolden(name));

        Assert.Equal(name, proposal.Architecture.Name);
        Assert.DoesNotContain(name, proposal.Others);
        Assert.Contains(proposal.Notes, note => note.StartsWith("no tensor tells", StringComparison.Ordinal));
    }

    [Fact]
    public void For_TensorsThatSeveralNamesFit_NamesTheOthers() =>
        Assert.Contains("wide_resnet50_2", ArchitectureProposal.For(MemoryWeights.OfGolden("resnet50")).Others);

    [Fact]
    public void For_PrefixedWeights_SaysWhatWasSeenThrough() => Assert.Contains(
        ArchitectureProposal.For(MemoryWeights.OfGolden("resnet18").Renamed(key => "module." + key)).Notes, note => note.Contains("'module.'", StringComparison.Ordinal));

    [Fact]
    public void For_TensorsOfNoBuiltInNetwork_NamesTheNearest()
    {
        var refusal = Assert.Throws<InferenceException>(() => ArchitectureProposal.For(MemoryWeights.OfGolden("resnet18").Without("fc.bias")));

        Assert.Equal("MR0628", refusal.Code);
        Assert.Contains("'resnet18': 1 missing (fc.bias)", refusal.Message, StringComparison.Ordinal);
    }
}
