using ModelRegistry.Inference;
using ModelRegistry.Weights;

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
    public void Version_StartsWithANumber() => Assert.Matches("^[0-9]+[.][0-9]+", Engine.Version);

    [Fact]
    public void Formats_AreNamed() => Assert.NotEmpty(Engine.Formats);

    [Fact]
    public void Load_OfMatchingWeights_DeclaresItsInputs()
    {
        using var session = Load("resnet18");

        Assert.Equal(4, Assert.Single(session.Inputs).Shape.Count);
        Assert.Equal(DType.Float32, session.Inputs[0].DType);
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
        var input = Tensor.FromFloat32("x", [2, 1, 28, 28], Enumerable.Range(0, 2 * 28 * 28).Select(i => (float)Math.Sin(i)).ToArray());

        var first = session.Run([input])[0];
        var values = first.ToFloat32();

        Assert.Equal([2L, 10], first.Shape.ToArray());
        Assert.Equal(values, session.Run([input])[0].ToFloat32());
    }

    [Fact]
    public void Run_OfAnotherRank_IsACodedError()
    {
        using var session = Load("resnet18");

        Assert.StartsWith("MR06", Assert.Throws<InferenceException>(() => session.Run([Tensor.FromFloat32("x", [784], new float[784])])).Code, StringComparison.Ordinal);
    }

    private IEngineSession Load(string architecture) => Engine.Load(new EngineRequest { WeightsPath = Weights, Architecture = Architecture.Get(architecture), Threads = 1, MemoryLimit = 1L << 30 });
}

/// <summary>The managed engine keeps the contract.</summary>
public sealed class ManagedEngineTests : EngineContract
{
    /// <inheritdoc/>
    protected override IVerificationEngine Engine => new ManagedEngine();
}
