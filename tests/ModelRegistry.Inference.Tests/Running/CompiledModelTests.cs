using ModelRegistry.Inference.Tests.Architectures;

namespace ModelRegistry.Inference.Tests.Running;

public sealed class CompiledModelTests
{
    [Theory]
    [InlineData("resnet18", 3, 49, 80)]
    [InlineData("densenet121", 3, 64, 64)]
    [InlineData("unet", 1, 24, 16)]
    public void Run_AnyNumberOfThreads_GivesTheSameBits(string name, params int[] size)
    {
        var weights = MemoryWeights.OfGolden(name);
        var input = Sketch.Tensor([2, .. Sketch.Long(size)]);
        using var one = CompiledModel.Load(weights, Architecture.Get(name), new InferenceOptions { Threads = 1 });
        using var three = CompiledModel.Load(weights, Architecture.Get(name), new InferenceOptions { Threads = 3 });

        var expected = one.Run(input)[0].Values.ToArray();

        Assert.Equal(expected, three.Run(input)[0].Values.ToArray());
        Assert.Equal(expected, three.Run(input)[0].Values.ToArray());
        Assert.Equal(expected, one.Run(input)[0].Values.ToArray());
    }

    [Theory]
    [InlineData("resnet18", 3, 64, 64)]
    [InlineData("densenet121", 3, 64, 64)]
    [InlineData("mobilenet_v2", 3, 64, 64)]
    [InlineData("unet", 1, 16, 16)]
    public void Run_BatchOfImages_EqualsEachAlone(string name, params int[] size)
    {
        using var model = CompiledModel.Load(MemoryWeights.OfGolden(name), Architecture.Get(name));
        var batch = Sketch.Tensor([3, .. Sketch.Long(size)]);
        var each = batch.Values.Length / 3;

        var together = model.Run(batch)[0];

        for (var i = 0; i < 3; i++)
        {
            var alone = model.Run(new TensorValue([1, .. Sketch.Long(size)], batch.Values.Slice(i * each, each)))[0];
            var part = together.Values.Slice(i * alone.Values.Length, alone.Values.Length).ToArray();
            var largest = part.Max(Math.Abs);
            Assert.All(part.Zip(alone.Values.ToArray()), pair => Assert.InRange(Math.Abs(pair.First - pair.Second), 0, 1e-5 * largest));
        }
    }

    [Fact]
    public void Run_ManyShapesInTurn_KeepsGivingTheSame()
    {
        using var model = CompiledModel.Load(MemoryWeights.OfGolden("unet"), Architecture.Get("unet"));
        var inputs = Enumerable.Range(1, 12).Select(i => Sketch.Tensor(1, 1, 8 * i, 8)).ToArray();
        var expected = inputs.Select(input => model.Run(input)[0].Values.ToArray()).ToArray();

        for (var i = inputs.Length - 1; i >= 0; i--)
            Assert.Equal(expected[i], model.Run(inputs[i])[0].Values.ToArray());
    }

    [Theory]
    [InlineData(InferenceCodes.InputMismatch, 1, 1, 64, 64)]
    [InlineData(InferenceCodes.InputMismatch, 1, 3, 64)]
    [InlineData(InferenceCodes.InputMismatch, 3, 64, 64)]
    public void Run_InputOfAnotherShape_IsRefused(string code, params int[] shape)
    {
        using var model = CompiledModel.Load(MemoryWeights.OfGolden("resnet18"), Architecture.Get("resnet18"));

        var exception = Assert.Throws<InferenceException>(() => model.Run(Sketch.Tensor(Sketch.Long(shape))));

        Assert.Equal(code, exception.Code);
        Assert.Contains("expected [?, 3, ?, ?]", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_InputTooSmallForTheNetwork_NamesTheNode()
    {
        using var model = CompiledModel.Load(MemoryWeights.OfGolden("lenet"), Architecture.Get("lenet"));

        var small = Assert.Throws<InferenceException>(() => model.Run(Sketch.Tensor(1, 1, 6, 6)));
        var other = Assert.Throws<InferenceException>(() => model.Run(Sketch.Tensor(1, 1, 32, 32)));

        Assert.Equal(InferenceCodes.ShapeMismatch, small.Code);
        Assert.Contains("conv2", small.Where, StringComparison.Ordinal);
        Assert.Equal(InferenceCodes.InputMismatch, other.Code);
        Assert.Contains("fc1.weight is [120, 256], expected [?, 400]", other.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_InputBeyondTheMemoryLimit_IsRefusedBeforeAllocation()
    {
        using var model = CompiledModel.Load(
            MemoryWeights.OfGolden("unet"), Architecture.Get("unet"), new InferenceOptions { MemoryLimit = 8 << 20, Threads = 1 });
        var input = Sketch.Tensor(1, 1, 1024, 1024);
        var required = model.RequiredMemory([input.Shape]);
        var before = GC.GetAllocatedBytesForCurrentThread();

        var exception = Assert.Throws<InferenceException>(() => model.Run(input));

        Assert.Equal(InferenceCodes.MemoryLimit, exception.Code);
        Assert.InRange(required, 16 << 20, 256 << 20);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4 << 20);
    }

    [Fact]
    public void Load_WeightsBeyondTheMemoryLimit_AreRefused()
    {
        var exception = Assert.Throws<InferenceException>(() => CompiledModel.Load(
            MemoryWeights.OfGolden("unet"), Architecture.Get("unet"), new InferenceOptions { MemoryLimit = 10_000 }));

        Assert.Equal(InferenceCodes.MemoryLimit, exception.Code);
    }

    [Theory]
    [InlineData(-1, 1)]
    [InlineData(100_000, 1)]
    [InlineData(1, 0)]
    public void Load_ImpossibleOptions_AreRefused(int threads, long limit) => Assert.Equal(
        InferenceCodes.OptionInvalid,
        Assert.Throws<InferenceException>(() => CompiledModel.Load(
            MemoryWeights.OfGolden("mlp"), Architecture.Get("mlp"), new InferenceOptions { Threads = threads, MemoryLimit = limit })).Code);

    [Fact]
    public void Run_LoopThatSquaresItsShape_IsRefusedForItsSize()
    {
        var json = Sketch.Of("""{ "repeat": 60, "nodes": [{ "op": "upsample", "scale": 1000 }] }""", rank: 4);
        using var model = Sketch.Load(json);

        var exception = Assert.Throws<InferenceException>(() => model.Run(Sketch.Tensor(1, 1, 2, 2)));

        Assert.Equal(InferenceCodes.ShapeMismatch, exception.Code);
        Assert.Contains("elements", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_AfterDispose_Throws()
    {
        var model = Sketch.Load(Sketch.Of("""{ "op": "relu" }"""));
        model.Dispose();

        Assert.Throws<ObjectDisposedException>(() => model.Run(Sketch.Tensor(1, 2)));
    }

    [Fact]
    public void Declarations_OfABuiltInNetwork_AreReadFromTheTensors()
    {
        using var model = CompiledModel.Load(MemoryWeights.OfGolden("resnet18"), Architecture.Get("resnet18"));

        Assert.Equal([-1, 3, -1, -1], Assert.Single(model.Inputs).Shape);
        Assert.Equal([1, 3, 224, 224], model.Inputs[0].Example);
        Assert.Equal([-1, 10], Assert.Single(model.Outputs).Shape);
    }
}
