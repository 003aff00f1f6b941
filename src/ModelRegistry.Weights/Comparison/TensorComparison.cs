namespace ModelRegistry.Weights;

/// <summary>What has changed between the tensors of two weights files, whatever their formats; matched by name.</summary>
public sealed record TensorComparison
{
    private TensorComparison()
    {
    }

    /// <summary>Tensors only the second file has, in its order.</summary>
    public required IReadOnlyList<Tensor> Added { get; init; }

    /// <summary>Tensors only the first file has, in its order.</summary>
    public required IReadOnlyList<Tensor> Removed { get; init; }

    /// <summary>Tensors with another shape.</summary>
    public required IReadOnlyList<TensorChange> Reshaped { get; init; }

    /// <summary>Tensors of the same shape and another type; the difference tells whether the conversion lost anything.</summary>
    public required IReadOnlyList<TensorChange> Retyped { get; init; }

    /// <summary>Tensors of the same shape and type with other values.</summary>
    public required IReadOnlyList<TensorChange> Changed { get; init; }

    /// <summary>Tensors that are the same, bit for bit.</summary>
    public required int UnchangedCount { get; init; }

    /// <summary>True when nothing differs.</summary>
    public bool IsSame => Added.Count + Removed.Count + Reshaped.Count + Retyped.Count + Changed.Count == 0;

    /// <summary>Compares two open files; tensor data is streamed, and equal tensors cost one pass over their bytes.</summary>
    /// <param name="a">The first file, what the second is measured against.</param>
    /// <param name="b">The second file.</param>
    /// <param name="progress">Told the bytes of <paramref name="a"/>'s tensor data done so far.</param>
    /// <param name="cancellationToken">Stops the comparison.</param>
    /// <exception cref="WeightsFormatException">Data of a tensor cannot be read, or two tensors of a file have the same name (MR0573).</exception>
    public static TensorComparison Compare(WeightsFile a, WeightsFile b, IProgress<long>? progress = null, CancellationToken cancellationToken = default)
    {
        var (first, second) = (TensorNames.Of(a), TensorNames.Of(b));
        TensorNames.RequireUnique(first);
        TensorNames.RequireUnique(second);
        var byName = second.ToDictionary(named => named.Name, named => named.Tensor, StringComparer.Ordinal);
        var (removed, reshaped, retyped, changed) = (new List<Tensor>(), new List<TensorChange>(), new List<TensorChange>(), new List<TensorChange>());
        var (unchanged, done) = (0, 0L);
        foreach (var (name, tensor) in first)
        {
            if (!byName.Remove(name, out var other))
                removed.Add(tensor);
            else if (!tensor.Shape.SequenceEqual(other.Shape))
                reshaped.Add(new TensorChange(Display.Escape(name), tensor, other, null));
            else if (tensor.DType != other.DType)
                retyped.Add(new TensorChange(Display.Escape(name), tensor, other, TensorMeasure.Difference(tensor, other, cancellationToken)));
            else if (IsSameTensor(tensor, other, cancellationToken))
                unchanged++;
            else
                changed.Add(new TensorChange(Display.Escape(name), tensor, other, TensorMeasure.Difference(tensor, other, cancellationToken)));
            progress?.Report(done += tensor.ByteLength);
        }
        return new TensorComparison
        {
            Added = [.. second.Where(named => byName.ContainsKey(named.Name)).Select(named => named.Tensor)],
            Removed = removed,
            Reshaped = reshaped,
            Retyped = retyped,
            Changed = changed,
            UnchangedCount = unchanged,
        };
    }

    private static bool IsSameTensor(Tensor a, Tensor b, CancellationToken cancellationToken) =>
        a.HasData == b.HasData
        && IsSameQuantization(a.Quantization, b.Quantization, cancellationToken)
        && (!a.HasData || TensorBytes.AreEqual(a, b, cancellationToken));

    private static bool IsSameQuantization(Quantization? a, Quantization? b, CancellationToken cancellationToken) =>
        a is null || b is null
            ? a is null && b is null
            : (a.Scheme, a.Scale, a.ZeroPoint, a.Axis).Equals((b.Scheme, b.Scale, b.ZeroPoint, b.Axis))
                && IsSamePart(a.Scales, b.Scales, cancellationToken)
                && IsSamePart(a.ZeroPoints, b.ZeroPoints, cancellationToken);

    private static bool IsSamePart(Tensor? a, Tensor? b, CancellationToken cancellationToken) =>
        a is null || b is null
            ? a is null && b is null
            : a.DType == b.DType && a.Shape.SequenceEqual(b.Shape) && IsSameTensor(a, b, cancellationToken);
}
