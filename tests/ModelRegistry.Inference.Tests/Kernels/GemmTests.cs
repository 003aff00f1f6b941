using ModelRegistry.Inference.Kernels;
using ModelRegistry.Inference.Kernels.Gemm;
using ModelRegistry.Inference.Kernels.Shapes;
using ModelRegistry.Inference.Kernels.Threading;
using ModelRegistry.Inference.Tests.Kernels.Reference;

namespace ModelRegistry.Inference.Tests.Kernels;

public sealed class GemmTests
{
    public static TheoryData<string> Widths => KernelAssert.Widths;

    [Theory]
    [MemberData(nameof(Widths))]
    public void Linear_EveryRowCountUpTo30_MatchesReference(string width)
    {
        var random = new Random(1);
        using var workers = new WorkSplitter(2);
        for (int rows = 0; rows <= 30; rows++)
        {
            int inFeatures = rows % 7 == 3 ? 0 : random.Next(1, 700), outFeatures = random.Next(1, 70);
            float[] input = KernelAssert.Values(random, rows * inFeatures), weight = KernelAssert.Values(random, outFeatures * inFeatures);
            float[] bias = rows % 2 == 0 ? [] : KernelAssert.Values(random, outFeatures);
            float[] expected = new float[rows * outFeatures], actual = new float[rows * outFeatures];
            var activation = (Activation)(rows % 10);
            ReferenceMatrix.Linear(rows, inFeatures, outFeatures, input, weight, bias, expected);
            ReferenceElementwise.Apply(activation, expected, expected);
            using var linear = new Linear(inFeatures, outFeatures, weight, bias, activation, KernelAssert.Kernels(width));
            linear.Run(rows, input, actual, workers);
            KernelAssert.Close(expected, actual, $"{rows} rows of {inFeatures} to {outFeatures}, {activation}");
        }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void MatMul_EveryColumnCountUpTo67_MatchesReference(string width)
    {
        var random = new Random(2);
        using var workers = new WorkSplitter(2);
        for (int columns = 0; columns <= 67; columns++)
        {
            int rows = random.Next(1, 40), depth = random.Next(0, 80);
            CheckMatMul(width, [rows, depth], [depth, columns], random, workers);
        }

        CheckMatMul(width, [13, 650], [650, 33], random, workers);
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void MatMul_Batches_Broadcast(string width)
    {
        var random = new Random(3);
        using var workers = new WorkSplitter(2);
        CheckMatMul(width, [3, 4, 5], [3, 5, 6], random, workers);
        CheckMatMul(width, [2, 1, 4, 5], [3, 5, 6], random, workers);
        CheckMatMul(width, [4, 5], [7, 5, 6], random, workers);
        CheckMatMul(width, [0, 4, 5], [5, 6], random, workers);
    }

    [Fact]
    public void RowCuts_AnyRows_CoverEachOnceWithLittlePadding()
    {
        foreach (RowBlocking blocking in new[] { new RowBlocking(12, 8, 4), new RowBlocking(6, 4, 2) })
            for (int rows = 0; rows < 200; rows++)
            {
                var cuts = new RowCuts(blocking, rows);
                int next = 0;
                for (int panel = 0; panel < cuts.Count; panel++)
                {
                    Assert.Equal(next, cuts.FirstRow(panel));
                    Assert.True(panel == cuts.Count - 1 || cuts.ValidRows(panel) == cuts.Height(panel));
                    Assert.InRange(cuts.ValidRows(panel), 1, cuts.Height(panel));
                    next += cuts.ValidRows(panel);
                }

                Assert.Equal(rows, next);
                Assert.InRange(cuts.PaddedRows - rows, 0, blocking.Short - 1);
            }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Attention_MasksAndCausality_MatchReference(string width)
    {
        var random = new Random(4);
        using var workers = new WorkSplitter(2);
        for (int trial = 0; trial < 40; trial++)
        {
            var shape = new AttentionShape(random.Next(0, 4), random.Next(1, 110), random.Next(1, 70), random.Next(1, 40), random.Next(1, 40))
            {
                Causal = trial % 3 == 0,
                Scale = trial % 5 == 0 ? 0.3f : null,
            };
            float[] queries = KernelAssert.Values(random, shape.QueryLength), keys = KernelAssert.Values(random, shape.KeyLength);
            float[] values = KernelAssert.Values(random, shape.ValueLength);
            float[] mask = (trial % 4) switch
            {
                0 => [],
                1 => KernelAssert.Values(random, shape.ScoresLength),
                _ => KernelAssert.Values(random, shape.Batch * shape.ScoresLength),
            };
            for (int i = 1; i < mask.Length; i += 5)
                mask[i] = i % shape.Keys == 0 ? 0 : float.NegativeInfinity;
            float[] expected = new float[shape.OutputLength], actual = new float[shape.OutputLength];
            ReferenceMatrix.Attention(shape, queries, keys, values, mask, expected);
            Attention.Run(shape, queries, keys, values, mask, actual, workers, KernelAssert.Kernels(width));
            KernelAssert.Close(expected, actual, shape.ToString());
        }
    }

    private static void CheckMatMul(string width, int[] left, int[] right, Random random, WorkSplitter workers)
    {
        var shape = new MatMulShape(left, right);
        float[] l = KernelAssert.Values(random, shape.LeftLength), r = KernelAssert.Values(random, shape.RightLength);
        float[] expected = new float[shape.OutputLength], actual = new float[shape.OutputLength];
        ReferenceMatrix.MatMul(shape, l, r, expected);
        MatMul.Run(shape, l, r, actual, workers, KernelAssert.Kernels(width));
        KernelAssert.Close(expected, actual, $"[{string.Join(", ", left)}] by [{string.Join(", ", right)}]");
    }
}
