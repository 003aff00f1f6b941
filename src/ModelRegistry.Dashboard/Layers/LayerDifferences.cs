using ModelRegistry.Dashboard.Display;
using ModelRegistry.Weights;

namespace ModelRegistry.Dashboard.Layers;

/// <summary>What differs between the tensors of two versions, the largest change first.</summary>
public sealed record LayerDifferences(IReadOnlyList<LayerDifference> All, int Added, int Removed, int Reshaped, int Changed, int Unchanged)
{
    public static LayerDifferences Of(TensorComparison comparison) => new(
    [
        .. comparison.Removed.Select(t => new LayerDifference(t.Name, "removed", Text(t), null, null, null)),
        .. comparison.Added.Select(t => new LayerDifference(t.Name, "added", null, Text(t), null, null)),
        .. comparison.Reshaped.Concat(comparison.Retyped).Select(c => new LayerDifference(c.Name, "reshaped", Text(c.A), Text(c.B), null, null)),
        .. comparison.Changed.Select(c => new LayerDifference(c.Name, "changed", Figures.Shape(c.A.Shape), null, c.Difference?.RelativeL2, c.Difference?.MaxAbsolute)).OrderByDescending(d => d.RelativeL2 ?? double.PositiveInfinity).ThenBy(d => d.Name, StringComparer.Ordinal),
    ],
    comparison.Added.Count, comparison.Removed.Count, comparison.Reshaped.Count + comparison.Retyped.Count, comparison.Changed.Count, comparison.UnchangedCount);

    private static string Text(Tensor tensor) => $"{tensor.DType.DisplayName()} {Figures.Shape(tensor.Shape)}";
}

/// <summary>One tensor that differs.</summary>
public sealed record LayerDifference(string Name, string Change, string? Left, string? Right, double? RelativeL2, double? Largest);
