using ModelRegistry.Weights.Tests.Writing;

namespace ModelRegistry.Weights.Tests.Comparison;

public sealed class TensorComparisonTests
{
    [Fact]
    public void Compare_SortsTensorsByWhatBecameOfThem()
    {
        var comparison = Compare(
            [Floats("same", 1, 2), Floats("moved", 3, 4), Floats("gone", 5), Floats("grown", 6), Samples.Of(DType.Int32, "typed", 1, 2)],
            [Floats("same", 1, 2), Floats("moved", 3, 0), Floats("new", 5), Floats("grown", 6, 7), Samples.Of(DType.Int64, "typed", 1, 2)]);

        Assert.False(comparison.IsSame);
        Assert.Equal(1, comparison.UnchangedCount);
        Assert.Equal("gone", Assert.Single(comparison.Removed).Name);
        Assert.Equal("new", Assert.Single(comparison.Added).Name);
        var reshaped = Assert.Single(comparison.Reshaped);
        Assert.Equal("grown", reshaped.Name);
        Assert.Null(reshaped.Difference);
        Assert.Equal("typed", Assert.Single(comparison.Retyped).Name);
        var changed = Assert.Single(comparison.Changed);
        Assert.Equal(new TensorDifference(4.0 / 5, 4, 1), changed.Difference);
    }

    [Fact]
    public void Compare_EqualFiles_AreTheSame() =>
        Assert.True(Compare([Floats("a", float.NaN, 1), Samples.Of(DType.Float4E2M1, "b", 1, 4)], [Samples.Of(DType.Float4E2M1, "b", 1, 4), Floats("a", float.NaN, 1)]).IsSame);

    [Fact]
    public void Compare_AcrossFormatsAndTypes_MeasuresWhatAConversionLost()
    {
        var half = Tensor.FromBytes("w", DType.Float16, [2], new byte[] { 0x00, 0x3C, 0x00, 0x40 });
        var retyped = Assert.Single(Compare([Floats("w", 1, 2.0001f)], [new NamedTensor("w", half)]).Retyped);
        Assert.Equal(2.0001f - 2.0, retyped.Difference!.Value.MaxAbsolute, 1e-9);
        Assert.Equal(1, retyped.Difference.Value.ChangedCount);
    }

    [Theory]
    [InlineData(new[] { 0f, 0f }, new[] { 0f, 1f }, double.PositiveInfinity, 1.0, 1)]
    [InlineData(new[] { 1f, 0f }, new[] { 1f, float.NaN }, double.PositiveInfinity, double.PositiveInfinity, 1)]
    [InlineData(new[] { 1f, float.PositiveInfinity }, new[] { 2f, float.PositiveInfinity }, 1.0, 1.0, 1)]
    [InlineData(new[] { 1f, float.PositiveInfinity }, new[] { 1f, float.NegativeInfinity }, double.PositiveInfinity, double.PositiveInfinity, 1)]
    [InlineData(new[] { 1f, 0f }, new[] { 1f, -0f }, 0.0, 0.0, 0)]
    public void Compare_ZerosAndValuesThatAreNotFinite_AreDefined(float[] a, float[] b, double relative, double largest, long count)
    {
        var changed = Assert.Single(Compare([Floats("w", a)], [Floats("w", b)]).Changed);
        Assert.Equal(new TensorDifference(relative, largest, count), changed.Difference);
    }

    [Fact]
    public void Compare_Integers_AreNotRoundedToSingles()
    {
        var (a, b) = (Longs(1L << 40), Longs((1L << 40) + 1));
        Assert.Equal(1, Assert.Single(Compare([a], [b]).Changed).Difference!.Value.MaxAbsolute);

        static NamedTensor Longs(long value) => new("w", Tensor.FromBytes("w", DType.Int64, [1], BitConverter.GetBytes(value)));
    }

    [Fact]
    public void Compare_ComplexNumbers_AreMeasuredByTheirParts()
    {
        NamedTensor Complex(float re, float im) => new("w", Tensor.FromBytes("w", DType.Complex64, [1], (byte[])[.. BitConverter.GetBytes(re), .. BitConverter.GetBytes(im)]));
        Assert.Equal(new TensorDifference(1, 5, 1), Assert.Single(Compare([Complex(3, 4)], [Complex(3, -1)]).Changed).Difference);
    }

    [Fact]
    public void Compare_PackedElementsThatDiffer_AreChangedWithoutFigures() =>
        Assert.Null(Assert.Single(Compare([Samples.Of(DType.Float4E2M1, "b", 1, 4)], [Samples.Of(DType.Float4E2M1, "b", 2, 4)]).Changed).Difference);

    [Fact]
    public void Compare_LargeTensors_EqualsTheScalarDefinition()
    {
        var random = new Random(2);
        var a = Enumerable.Range(0, 200_003).Select(_ => random.NextSingle() - 0.5f).ToArray();
        var b = a.Select(value => random.Next(3) == 0 ? value + random.NextSingle() * 0.01f : value).ToArray();
        var difference = Assert.Single(Compare([Floats("w", a)], [Floats("w", b)]).Changed).Difference!.Value;

        var pairs = a.Zip(b, (x, y) => (A: (double)x, D: (double)y - x)).ToArray();
        Assert.Equal(Math.Sqrt(pairs.Sum(pair => pair.D * pair.D) / pairs.Sum(pair => pair.A * pair.A)), difference.RelativeL2, 1e-12);
        Assert.Equal(pairs.Max(pair => Math.Abs(pair.D)), difference.MaxAbsolute);
        Assert.Equal(pairs.Count(pair => pair.D != 0), difference.ChangedCount);
    }

    private static NamedTensor Floats(string name, params float[] values) => new(name, Tensor.FromFloat32(name, [values.Length], values));

    private static TensorComparison Compare(NamedTensor[] a, NamedTensor[] b)
    {
        using var first = WeightsFile.Open(Written(a));
        using var second = WeightsFile.Open(Written(b));
        return TensorComparison.Compare(first, second);

        static byte[] Written(NamedTensor[] tensors)
        {
            var stream = new MemoryStream();
            SafetensorsWriter.Write(stream, tensors);
            return stream.ToArray();
        }
    }
}
