using System.Globalization;
using System.Text.Json;
using ModelRegistry.Tool.Hosting;
using ModelRegistry.Tool.Output;
using ModelRegistry.Verification;
using ModelRegistry.Weights;

namespace ModelRegistry.Tool.Weights;

/// <summary>The part of <c>compare</c> that looks into the weights of two versions.</summary>
internal static class LayerComparison
{
    public static TensorComparison Of(CommandContext context, Registry registry, Resolution left, Resolution right)
    {
        using var a = VersionWeights.Open(registry, left, context.Cancellation);
        using var b = VersionWeights.Open(registry, right, context.Cancellation);
        try
        {
            return TensorComparison.Compare(a, b, cancellationToken: context.Cancellation);
        }
        catch (WeightsFormatException failure)
        {
            throw failure.ToRegistryException($"{left.Id} or {right.Id}");
        }
    }

    public static void Layers(this Utf8JsonWriter json, TensorComparison comparison)
    {
        json.WriteStartObject("layers");
        json.Objects("added", comparison.Added, tensor => Tensor(json, tensor));
        json.Objects("removed", comparison.Removed, tensor => Tensor(json, tensor));
        json.Objects("reshaped", comparison.Reshaped, change => Change(json, change));
        json.Objects("retyped", comparison.Retyped, change => Change(json, change));
        json.Objects("changed", comparison.Changed, change => Change(json, change));
        json.WriteNumber("unchanged", comparison.UnchangedCount);
        json.WriteEndObject();
    }

    public static void Show(Screen screen, TensorComparison comparison)
    {
        screen.Blank();
        if (comparison.IsSame)
        {
            screen.Line($"all {Humanise.Count(comparison.UnchangedCount)} tensors are the same, bit for bit");
            return;
        }

        var table = Screen.Table("TENSOR", "CHANGE", "FROM", "TO", "RELATIVE L2", "MAX DIFFERENCE");
        foreach (var tensor in comparison.Removed) table.AddRow(Screen.Cell(tensor.Name), Screen.Cell("removed", Screen.Bad), Screen.Cell(Type(tensor)), Screen.Cell(""), Screen.Cell(""), Screen.Cell(""));
        foreach (var tensor in comparison.Added) table.AddRow(Screen.Cell(tensor.Name), Screen.Cell("added", Screen.Good), Screen.Cell(""), Screen.Cell(Type(tensor)), Screen.Cell(""), Screen.Cell(""));
        Add(table, "reshaped", comparison.Reshaped);
        Add(table, "retyped", comparison.Retyped);
        Add(table, "changed", comparison.Changed);
        screen.Write(table);
        if (comparison.UnchangedCount > 0) screen.Line($"{Humanise.Count(comparison.UnchangedCount)} tensors are the same, bit for bit", Screen.Faint);
    }

    private static void Add(TextTable table, string word, IEnumerable<TensorChange> changes)
    {
        foreach (var change in changes)
        {
            table.AddRow(
                Screen.Cell(change.Name),
                Screen.Cell(word, Screen.Notice),
                Screen.Cell(Type(change.A)),
                Screen.Cell(word == "changed" ? "" : Type(change.B)),
                Screen.Cell(change.Difference?.RelativeL2.ToString("G4", CultureInfo.InvariantCulture)),
                Screen.Cell(change.Difference?.MaxAbsolute.ToString("G4", CultureInfo.InvariantCulture)));
        }
    }

    private static string Type(Tensor tensor) => $"{tensor.DType.DisplayName()}[{string.Join(", ", tensor.Shape)}]";

    private static void Tensor(Utf8JsonWriter json, Tensor tensor)
    {
        json.WriteString("name", tensor.Name);
        json.WriteString("dtype", tensor.DType.DisplayName());
        json.Shape(tensor);
    }

    private static void Change(Utf8JsonWriter json, TensorChange change)
    {
        json.WriteString("name", change.Name);
        json.WriteString("left", Type(change.A));
        json.WriteString("right", Type(change.B));
        json.Figure("relativeL2", change.Difference?.RelativeL2);
        json.Figure("maxDifference", change.Difference?.MaxAbsolute);
        if (change.Difference is { } difference) json.WriteNumber("changedElements", difference.ChangedCount);
        else json.WriteNull("changedElements");
    }
}
