namespace ModelRegistry.Weights.Writing;

/// <summary>Reads back what a conversion wrote.</summary>
internal static class ConversionCheck
{
    /// <exception cref="WeightsFormatException">MR0574: a tensor is missing, or differs in type, shape or bytes.</exception>
    public static void Run(IReadOnlyList<NamedTensor> expected, string written, string destination, CancellationToken cancellationToken)
    {
        using var file = WeightsFile.Open(written);
        var actual = TensorNames.Of(file).ToDictionary(named => named.Name, named => named.Tensor, StringComparer.Ordinal);
        if (actual.Count != expected.Count)
            throw Differs($"it holds {actual.Count} tensors instead of {expected.Count}", destination);
        foreach (var (name, tensor) in expected)
        {
            if (!actual.TryGetValue(name, out var copy))
                throw Differs($"tensor {Display.Quote(name)} is missing", destination);
            if (copy.DType != tensor.DType || !copy.Shape.SequenceEqual(tensor.Shape))
                throw Differs($"tensor {Display.Quote(name)} came back as {copy.DType.DisplayName()}[{string.Join(", ", copy.Shape)}]", destination);
            if (!TensorBytes.AreEqual(tensor, copy, cancellationToken))
                throw Differs($"tensor {Display.Quote(name)} came back with other bytes", destination);
        }
    }

    private static WeightsFormatException Differs(string what, string destination) => new(
        WritingError.Verification, $"what was written does not equal the source: {what}", destination, "check the disk and the memory of this machine, then convert again");
}
