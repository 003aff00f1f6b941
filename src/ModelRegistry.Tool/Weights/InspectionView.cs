using ModelRegistry.Shared;
using ModelRegistry.Tool.Output;
using ModelRegistry.Verification;
using ModelRegistry.Weights;

namespace ModelRegistry.Tool.Weights;

/// <summary>What <c>inspect</c> prints for people.</summary>
internal static class InspectionView
{
    public static void Show(Screen screen, string name, WeightsFile file, bool layers)
    {
        screen.Line(name, Screen.Strong);
        screen.Blank();
        screen.Fields(
            ("format", WeightsExaminer.FormatName(file.Format)),
            ("file", Humanise.Bytes(file.FileLength)),
            ("parameters", Humanise.Count(file.ModuleTree.ParameterCount)),
            ("buffers", file.ModuleTree.BufferCount == 0 ? null : Humanise.Count(file.ModuleTree.BufferCount)),
            ("tensors", Humanise.Count(file.Tensors.Count)),
            ("types", string.Join(", ", file.Tensors.GroupBy(t => t.DType).Select(g => $"{g.Key.DisplayName()} {Humanise.Bytes(g.Aggregate(0L, (sum, t) => Saturating.Add(sum, t.ByteLength)))}"))),
            ("state dict", file.StateDictPath),
            ("beside it", file.OtherTensors.Count == 0 ? null : $"{Humanise.Count(file.OtherTensors.Count)} tensors that are not the model's"),
            ("inputs", Signature(file.Signature?.Inputs)),
            ("outputs", Signature(file.Signature?.Outputs)),
            ("metadata", string.Join("\n", file.Metadata.Select(m => $"{m.Key} {SafeText.OneLine(m.Value)}"))));
        screen.Blank();
        if (layers) screen.Write(Layers(file.ModuleTree));
        else screen.Write(Tensors(file.Tensors));
        foreach (var finding in file.Findings) screen.Line($"{finding.Code} {finding.What}{(finding.Where.Length == 0 ? "" : $", {finding.Where}")}", Screen.Notice);
    }

    private static TextTable Tensors(IReadOnlyList<Tensor> tensors)
    {
        var table = Screen.Table("TENSOR", "TYPE", "SHAPE", "SIZE");
        foreach (var tensor in tensors)
            table.AddRow(Screen.Cell(tensor.Name), Screen.Cell(tensor.DType.DisplayName(), Screen.Faint), Screen.Cell(tensor.Shape.IsEmpty ? "scalar" : string.Join(" x ", tensor.Shape)), Screen.Cell(Humanise.Bytes(tensor.ByteLength)));
        return table;
    }

    private static TextTree Layers(ModuleNode root)
    {
        var tree = Screen.Tree(Screen.Cell($"{root.TypeName ?? "model"}  {Humanise.Count(root.ParameterCount)} parameters", Screen.Strong));
        var waiting = new Stack<(TextTree Parent, ModuleNode Module)>(root.Children.Reverse().Select(child => (tree, child)));
        foreach (var tensor in root.Tensors) tree.Add(Label(tensor));
        while (waiting.TryPop(out var next))
        {
            var node = next.Parent.Add(Screen.Cell($"{next.Module.Name}{(next.Module.TypeName is null ? "" : $" ({next.Module.TypeName})")}  {Humanise.Count(next.Module.ParameterCount)}"));
            foreach (var tensor in next.Module.Tensors) node.Add(Label(tensor));
            foreach (var child in next.Module.Children.Reverse()) waiting.Push((node, child));
        }

        return tree;
    }

    private static Cell Label(Tensor tensor) =>
        Screen.Cell($"{tensor.Name[(tensor.Name.LastIndexOf('.') + 1)..]}  {tensor.DType.DisplayName()}[{string.Join(", ", tensor.Shape)}]", Screen.Faint);

    private static string? Signature(System.Collections.Immutable.ImmutableArray<SignatureValue>? values) =>
        values is { IsDefaultOrEmpty: false } declared
            ? string.Join("\n", declared.Select(v => $"{v.Name}: {v.Type}{(v.Shape.IsDefault ? "" : $" [{string.Join(", ", v.Shape.Select(d => d < 0 ? "?" : d.ToString(System.Globalization.CultureInfo.InvariantCulture)))}]")}"))
            : null;
}
