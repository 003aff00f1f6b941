using ModelRegistry.Inference.Tests.Architectures;

namespace ModelRegistry.Inference.Tests.Running;

/// <summary>The plan around the kernels: fusion, memory sharing and views give what the operations say one by one.</summary>
public sealed class OperationRunTests
{
    private static readonly float[] s_input = Sketch.Tensor(2, 3).Values.ToArray();

    [Fact]
    public void Run_AdditionReadTwice_IsNotOverwritten()
    {
        // relu must not overwrite the sum, which the last addition reads again.
        var actual = Run("""{ "id": "sum", "op": "add", "in": ["x", "x"] }, { "id": "positive", "op": "relu" }, { "op": "add", "in": ["sum", "positive"] }""");

        Assert.Equal(s_input.Select(value => 2 * value + Math.Max(0, 2 * value)), actual);
    }

    [Fact]
    public void Run_ViewOfTheInput_LeavesTheCallersValuesAlone()
    {
        var input = Sketch.Tensor(2, 3);
        using var model = Sketch.Load(Sketch.Of("""{ "op": "reshape", "shape": [3, 2] }, { "op": "relu" }"""));

        var output = model.Run(input)[0];

        Assert.Equal([3, 2], output.Shape);
        Assert.Equal(s_input, input.Values.ToArray());
        Assert.Equal(s_input.Select(value => Math.Max(0, value)), output.Values.ToArray());
    }

    [Fact]
    public void Run_SeveralOutputs_AreAllKept()
    {
        using var model = Sketch.Load(Sketch.Of(
            """{ "id": "a", "op": "relu" }, { "id": "b", "op": "add", "in": ["a", "x"] }, { "id": "c", "op": "mul", "in": ["b", "a"] }""",
            more: """ "outputs": [{ "name": "c", "from": "c" }, { "name": "a", "from": "a" }, { "name": "again", "from": "x" }],"""));

        var outputs = model.Run(Sketch.Tensor(2, 3));

        Assert.Equal(["c", "a", "again"], model.Outputs.Select(output => output.Name));
        Assert.Equal(s_input.Select(v => (Math.Max(0, v) + v) * Math.Max(0, v)), outputs[0].Values.ToArray());
        Assert.Equal(s_input.Select(v => Math.Max(0, v)), outputs[1].Values.ToArray());
        Assert.Equal(s_input, outputs[2].Values.ToArray());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Run_ChainOfConcatenations_GivesEveryPart(int axis)
    {
        // Parts that are computed in place, read again, used twice, and inputs that must be copied.
        var actual = Run($$"""
            { "id": "a", "op": "relu" },
            { "id": "ax", "op": "concat", "in": ["a", "x"], "axis": {{axis}} },
            { "id": "b", "op": "sigmoid", "in": "x" },
            { "id": "axb", "op": "concat", "in": ["ax", "b"], "axis": {{axis}} },
            { "id": "ba", "op": "concat", "in": ["b", "a"], "axis": {{axis}} },
            { "op": "concat", "in": ["axb", "ba", "ba"], "axis": {{axis}} }
            """);

        var a = s_input.Select(value => Math.Max(0, value)).ToArray();
        var b = s_input.Select(value => (float)(1 / (1 + Math.Exp(-value)))).ToArray();
        float[][] parts = [a, s_input, b, b, a, b, a];
        var expected = axis == 0
            ? parts.SelectMany(part => part)
            : Enumerable.Range(0, 2).SelectMany(row => parts.SelectMany(part => part.Skip(3 * row).Take(3)));
        Assert.Equal(expected, actual, (x, y) => Math.Abs(x - y) < 1e-6);
    }

    [Fact]
    public void Run_SliceMeanPermuteExpand_FollowTheirAxes()
    {
        Assert.Equal([s_input[1], s_input[4]], Run("""{ "op": "slice", "axis": -1, "start": 1, "length": 1 }"""));
        Assert.Equal([s_input[0], s_input[3], s_input[1], s_input[4], s_input[2], s_input[5]], Run("""{ "op": "permute", "order": [1, 0] }"""));
        Assert.Equal([(s_input[0] + s_input[3]) / 2, (s_input[1] + s_input[4]) / 2, (s_input[2] + s_input[5]) / 2], Run("""{ "op": "mean", "axis": 0 }"""));
        Assert.Equal(
            [s_input[0], s_input[0], s_input[0], s_input[3], s_input[3], s_input[3]],
            Run("""{ "id": "first", "op": "slice", "axis": 1, "length": 1 }, { "op": "expand", "in": ["first", "x"], "axis": 1 }"""));
    }

    [Fact]
    public void Run_MatMulTransposed_EqualsLinearWithoutBias()
    {
        var weights = new MemoryWeights().With("fc.weight", 4, 3).With("w", 4, 3);
        using var linear = Sketch.Load(Sketch.Of("""{ "op": "linear", "key": "fc", "bias": false }"""), new MemoryWeights().With("fc.weight", 4, 3));
        using var matmul = Sketch.Load(
            Sketch.Of("""{ "id": "w", "op": "parameter", "key": "w", "shape": [4, -1] }, { "op": "matmul", "in": ["x", "w"], "transpose": true }"""),
            weights.Without("fc.weight"));

        var expected = linear.Run(Sketch.Tensor(2, 3))[0];
        var actual = matmul.Run(Sketch.Tensor(2, 3))[0];

        Assert.Equal(expected.Shape, actual.Shape);
        Assert.Equal(expected.Values.ToArray(), actual.Values.ToArray(), (a, b) => Math.Abs(a - b) < 1e-5);
    }

    [Fact]
    public void Run_EmbeddingOfWholeNumbers_TakesRows()
    {
        var weights = new MemoryWeights().With("table.weight", 5, 2);
        using var model = Sketch.Load(Sketch.Of("""{ "op": "embedding", "key": "table" }""", rank: 1), weights);

        var output = model.Run(new TensorValue([2], new float[] { 4, 0 }))[0];

        Assert.Equal([2, 2], output.Shape);
        Assert.Equal([weights.Values("table.weight")[8], weights.Values("table.weight")[9], weights.Values("table.weight")[0], weights.Values("table.weight")[1]], output.Values.ToArray());
        foreach (var wrong in new[] { 5f, -1f, 0.5f, float.NaN, 1e30f })
            Assert.Equal(InferenceCodes.IndexOutOfRange, Assert.Throws<InferenceException>(() => model.Run(new TensorValue([1], new[] { wrong }))).Code);
    }

    [Fact]
    public void Run_ResidualThatIsRepeated_IsAddedByItself()
    {
        // The convolution's result [1, 2, 1, 1] is the smaller operand: adding cannot be part of the convolution.
        var weights = new MemoryWeights().With("c.weight", 2, 2, 1, 1).With("c.bias", 2);
        using var model = Sketch.Load(
            Sketch.Of("""{ "op": "adaptive_avg_pool2d" }, { "id": "scale", "op": "conv2d", "key": "c" }, { "op": "add", "in": ["x", "scale"] }, { "op": "relu" }""", rank: 4), weights);

        var output = model.Run(Sketch.Tensor(1, 2, 3, 3))[0];

        Assert.Equal([1, 2, 3, 3], output.Shape);
        var x = Sketch.Tensor(1, 2, 3, 3).Values.ToArray();
        var (mean0, mean1) = (x[..9].Average(), x[9..].Average());
        var (w, b) = (weights.Values("c.weight").ToArray(), weights.Values("c.bias").ToArray());
        for (var i = 0; i < 18; i++)
        {
            var scale = w[i / 9 * 2] * mean0 + w[i / 9 * 2 + 1] * mean1 + b[i / 9];
            Assert.Equal(Math.Max(0, x[i] + scale), output.Values.Span[i], 1e-5);
        }
    }

    [Fact]
    public void Run_TransposedConvolutionWithGroupsAndBatchNorm_EqualsBothInTurn()
    {
        var weights = new MemoryWeights().With("up.weight", 4, 3, 2, 2).With("up.bias", 6)
            .With("bn.weight", 6).With("bn.bias", 6).With("bn.running_mean", 6).With("bn.running_var", 6);
        weights.Squared("bn.running_var");
        const string Nodes = """{ "id": "up", "op": "conv_transpose2d", "key": "up", "groups": 2, "stride": 2 }, { "op": "batch_norm", "key": "bn" }""";
        using var folded = Sketch.Load(Sketch.Of(Nodes, rank: 4), weights);

        // As an output of its own, the value in between must exist, and nothing can be folded into it.
        using var apart = Sketch.Load(Sketch.Of(Nodes, rank: 4, more: """ "outputs": [{ "name": "y" }, { "name": "up", "from": "up" }],"""), weights);

        var expected = apart.Run(Sketch.Tensor(2, 4, 3, 3))[0].Values.ToArray();
        var actual = folded.Run(Sketch.Tensor(2, 4, 3, 3))[0].Values.ToArray();

        var largest = expected.Max(Math.Abs);
        Assert.Equal(expected, actual, (a, b) => Math.Abs(a - b) < 1e-5 * largest);
    }

    private static float[] Run(string nodes)
    {
        using var model = Sketch.Load(Sketch.Of(nodes));
        return model.Run(Sketch.Tensor(2, 3))[0].Values.ToArray();
    }
}
