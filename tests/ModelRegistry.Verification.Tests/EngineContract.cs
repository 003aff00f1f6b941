using ModelRegistry.Inference;

namespace ModelRegistry.Verification.Tests;

/// <summary>What every engine must do.</summary>
public abstract class EngineContract
{
    private static string Weights => Samples.Digits("resnet18-improved", "digits-resnet18.pth");

    /// <summary>The engine under test.</summary>
    protected abstract IVerificationEngine Engine { get; }

    [Fact]
    public void Name_IsOneWord() => Assert.Matches("^[a-z0-9]+$", Engine.Name);

    [Fact]
    public void Load_OfMatchingWeights_DeclaresItsInputs()
    {
        using var session = Load("resnet18");

        Assert.Equal(4, Assert.Single(session.Inputs).Shape.Count);
    }

    [Fact]
    public void Load_OfOtherWeights_NamesEveryKey()
    {
        var failure = Assert.Throws<StateDictException>(() => Load("resnet34"));

        Assert.Contains("layer1.2.conv1.weight", failure.Difference.Missing);
    }

    [Fact]
    public void Run_TheSameInputTwice_GivesTheSameBits()
    {
        using var session = Load("resnet18");
        var input = new TensorValue([2, 1, 28, 28], Enumerable.Range(0, 2 * 28 * 28).Select(i => (float)Math.Sin(i)).ToArray());

        var first = session.Run([input])[0];

        Assert.Equal([2, 10], first.Shape);
        Assert.Equal(first.Values.ToArray(), session.Run([input])[0].Values.ToArray());
    }

    [Fact]
    public void Run_OfAnotherRank_IsACodedError()
    {
        using var session = Load("resnet18");

        Assert.StartsWith("MR06", Assert.Throws<InferenceException>(() => session.Run([new TensorValue([784], new float[784])])).Code, StringComparison.Ordinal);
    }

    private IEngineSession Load(string architecture) => Engine.Load(new EngineRequest(Weights, Architecture.Get(architecture), 1, 1L << 30));
}

/// <summary>The managed engine keeps the contract.</summary>
public sealed class ManagedEngineTests : EngineContract
{
    /// <inheritdoc/>
    protected override IVerificationEngine Engine => new ManagedEngine();
}
