using ModelRegistry.Inference.Kernels.Shapes;

namespace ModelRegistry.Inference.Tests.Kernels.Reference;

/// <summary>Matrix products, look-ups and attention as their formulas read.</summary>
internal static class ReferenceMatrix
{
    /// <summary>output[r, o] = Σ input[r, i] · weight[o, i] + bias[o]</summary>
    /// <param name="weight">[outFeatures, inFeatures]</param>
    /// <param name="bias">[outFeatures], or empty.</param>
    public static void Linear(
        int rows, int inFeatures, int outFeatures, ReadOnlySpan<float> input, ReadOnlySpan<float> weight, ReadOnlySpan<float> bias, Span<float> output)
    {
        ShapeArithmetic.Expect(input.Length, ShapeArithmetic.Product(rows, inFeatures), "input");
        ShapeArithmetic.Expect(weight.Length, ShapeArithmetic.Product(outFeatures, inFeatures), "weight");
        ShapeArithmetic.ExpectOptional(bias.Length, outFeatures, "bias");
        ShapeArithmetic.Expect(output.Length, ShapeArithmetic.Product(rows, outFeatures), "output");
        for (int r = 0; r < rows; r++)
            for (int o = 0; o < outFeatures; o++)
            {
                double sum = bias.IsEmpty ? 0 : bias[o];
                for (int i = 0; i < inFeatures; i++)
                    sum += (double)input[(r * inFeatures) + i] * weight[(o * inFeatures) + i];
                output[(r * outFeatures) + o] = (float)sum;
            }
    }

    public static void MatMul(MatMulShape shape, ReadOnlySpan<float> left, ReadOnlySpan<float> right, Span<float> output)
    {
        ShapeArithmetic.Expect(left.Length, shape.LeftLength, "left");
        ShapeArithmetic.Expect(right.Length, shape.RightLength, "right");
        ShapeArithmetic.Expect(output.Length, shape.OutputLength, "output");
        for (int b = 0; b < shape.Batch.OutputLength; b++)
        {
            (int leftIndex, int rightIndex) = shape.Batch.Locate(b);
            ReadOnlySpan<float> l = left.Slice(leftIndex * shape.Rows * shape.Depth, shape.Rows * shape.Depth);
            ReadOnlySpan<float> r = right.Slice(rightIndex * shape.Depth * shape.Columns, shape.Depth * shape.Columns);
            for (int i = 0; i < shape.Rows; i++)
                for (int j = 0; j < shape.Columns; j++)
                {
                    double sum = 0;
                    for (int k = 0; k < shape.Depth; k++)
                        sum += (double)l[(i * shape.Depth) + k] * r[(k * shape.Columns) + j];
                    output[(((b * shape.Rows) + i) * shape.Columns) + j] = (float)sum;
                }
        }
    }

    /// <summary>Rows of a table [rows, width] by index.</summary>
    /// <exception cref="ArgumentException">An index is outside the table.</exception>
    public static void Embedding(int width, ReadOnlySpan<float> table, ReadOnlySpan<long> indices, Span<float> output)
    {
        int rows = width == 0 ? 0 : table.Length / width;
        ShapeArithmetic.Expect(table.Length, ShapeArithmetic.Product(rows, width), "table");
        ShapeArithmetic.Expect(output.Length, ShapeArithmetic.Product(indices.Length, width), "output");
        for (int i = 0; i < indices.Length; i++)
        {
            if ((ulong)indices[i] >= (ulong)rows)
                throw new ArgumentException($"index {indices[i]} is outside a table of {rows} rows");
            for (int j = 0; j < width; j++)
                output[(i * width) + j] = table[((int)indices[i] * width) + j];
        }
    }

    /// <summary>softmax(scale · Q Kᵀ + mask) V. A query that sees no key at all gives NaN, as the formula does.</summary>
    /// <param name="mask">Added to the scores: empty, [Queries, Keys] or [Batch, Queries, Keys]; −∞ hides a key.</param>
    public static void Attention(
        AttentionShape shape, ReadOnlySpan<float> queries, ReadOnlySpan<float> keys, ReadOnlySpan<float> values, ReadOnlySpan<float> mask, Span<float> output)
    {
        ShapeArithmetic.Expect(queries.Length, shape.QueryLength, "queries");
        ShapeArithmetic.Expect(keys.Length, shape.KeyLength, "keys");
        ShapeArithmetic.Expect(values.Length, shape.ValueLength, "values");
        ShapeArithmetic.Expect(output.Length, shape.OutputLength, "output");
        if (mask.Length != shape.ScoresLength)
            ShapeArithmetic.ExpectOptional(mask.Length, ShapeArithmetic.Product(shape.Batch, shape.ScoresLength), "mask");
        var scores = new double[shape.Keys];
        for (int b = 0; b < shape.Batch; b++)
            for (int q = 0; q < shape.Queries; q++)
            {
                for (int k = 0; k < shape.Keys; k++)
                {
                    double dot = 0;
                    for (int i = 0; i < shape.Width; i++)
                        dot += (double)queries[(((b * shape.Queries) + q) * shape.Width) + i] * keys[(((b * shape.Keys) + k) * shape.Width) + i];
                    int at = (q * shape.Keys) + k;
                    double bias = mask.IsEmpty ? 0 : mask[mask.Length == shape.ScoresLength ? at : (b * shape.ScoresLength) + at];
                    scores[k] = shape.Causal && k > q ? double.NegativeInfinity : (dot * shape.EffectiveScale) + bias;
                }

                double max = double.NegativeInfinity, sum = 0;
                foreach (double score in scores)
                    max = Math.Max(max, score);
                for (int k = 0; k < shape.Keys; k++)
                    sum += scores[k] = Math.Exp(scores[k] - max);
                for (int v = 0; v < shape.ValueWidth; v++)
                {
                    double total = 0;
                    for (int k = 0; k < shape.Keys; k++)
                        total += scores[k] / sum * values[(((b * shape.Keys) + k) * shape.ValueWidth) + v];
                    output[(((b * shape.Queries) + q) * shape.ValueWidth) + v] = (float)total;
                }
            }
    }
}
