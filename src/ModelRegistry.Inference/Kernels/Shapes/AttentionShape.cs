namespace ModelRegistry.Inference.Kernels.Shapes;

/// <summary>
/// Attention over Batch independent heads: queries [Batch, Queries, Width], keys [Batch, Keys, Width],
/// values [Batch, Keys, ValueWidth], output [Batch, Queries, ValueWidth].
/// </summary>
internal sealed record AttentionShape
{
    /// <exception cref="ArgumentException">A tensor would be too large.</exception>
    /// <param name="sharing">Neighbouring heads of queries that share one of keys and values.</param>
    public AttentionShape(int batch, int queries, int keys, int width, int valueWidth, int sharing = 1)
    {
        (Batch, Queries, Keys, Width, ValueWidth, Sharing) = (batch, queries, keys, width, valueWidth, sharing);
        QueryLength = ShapeArithmetic.Product(batch, queries, width);
        KeyLength = ShapeArithmetic.Product(batch / sharing, keys, width);
        ValueLength = ShapeArithmetic.Product(batch / sharing, keys, valueWidth);
        OutputLength = ShapeArithmetic.Product(batch, queries, valueWidth);
        ScoresLength = ShapeArithmetic.Product(queries, keys);
    }

    public int Batch { get; }

    public int Queries { get; }

    public int Keys { get; }

    public int Width { get; }

    public int ValueWidth { get; }

    public int Sharing { get; }

    /// <summary>Query i sees keys 0..i.</summary>
    public bool Causal { get; init; }

    /// <summary>Factor on the scores; 1/√Width unless set.</summary>
    public float? Scale { get; init; }

    public float EffectiveScale => Scale ?? (1f / MathF.Sqrt(Width));

    public int QueryLength { get; }

    public int KeyLength { get; }

    public int ValueLength { get; }

    public int OutputLength { get; }

    /// <summary>Scores of one head.</summary>
    public int ScoresLength { get; }
}
