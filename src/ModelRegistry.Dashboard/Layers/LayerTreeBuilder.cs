using System.Security.Cryptography;
using System.Text;
using ModelRegistry.Dashboard.Display;
using ModelRegistry.Weights;

namespace ModelRegistry.Dashboard.Layers;

/// <summary>Copies the module tree out of an open weights file and says what each module is.</summary>
internal static class LayerTreeBuilder
{
    public static LayerTree Of(WeightsFile file)
    {
        var tensors = new List<LayerTensor>(file.Tensors.Count);
        var root = Node(file.ModuleTree, tensors);
        return new LayerTree
        {
            Format = Verification.WeightsExaminer.FormatName(file.Format),
            Root = root,
            TensorCount = file.Tensors.Count,
            Tensors = tensors,
            ByType = [.. file.Tensors.GroupBy(t => t.DType).Select(g => (g.Key.DisplayName(), g.Aggregate(0L, (sum, t) => sum > long.MaxValue - t.ByteLength ? long.MaxValue : sum + t.ByteLength))).OrderByDescending(t => t.Item2)],
        };
    }

    private static LayerNode Node(ModuleNode module, List<LayerTensor> all)
    {
        var tensors = module.Tensors.Select(Tensor).ToList();
        all.AddRange(tensors);
        var children = module.Children.Select(c => Node(c, all)).ToList();
        var weight = tensors.Find(t => t.ShortName is "weight") ?? (tensors.Count > 0 ? tensors[0] : null);
        return new LayerNode
        {
            Name = module.Name,
            Path = module.Path,
            Kind = module.TypeName is { } type ? type[(type.LastIndexOf('.') + 1)..] : KindOf(module, tensors, children),
            Shape = weight?.Shape,
            Parameters = module.ParameterCount,
            TensorCount = module.TensorCount,
            Bytes = module.ByteLength,
            Children = children,
            Tensors = tensors,
            Pattern = PatternOf(tensors, children),
        };
    }

    private static LayerTensor Tensor(Tensor tensor) => new(
        tensor.Name, tensor.Name[(tensor.Name.LastIndexOf('.') + 1)..], tensor.DType.DisplayName(), tensor.Shape, Figures.Shape(tensor.Shape),
        tensor.ElementCount, tensor.ByteLength, tensor.FileRange?.Offset);

    private static string KindOf(ModuleNode module, List<LayerTensor> tensors, List<LayerNode> children)
    {
        if (tensors.Count == 0) return children.Count switch { 0 => "", 1 => "1 module", var n => children.All(c => c.Name.All(char.IsAsciiDigit)) ? $"{n} blocks" : $"{n} modules" };
        if (children.Count > 0) return $"{children.Count} modules and its own tensors";
        var weight = tensors.Find(t => t.ShortName == "weight");
        if (tensors.Any(t => t.ShortName == "running_mean")) return "batch norm";
        return weight?.Dimensions.Count switch
        {
            5 => "convolution 3D",
            4 => "convolution",
            3 => "convolution 1D",
            2 => module.Name.Contains("emb", StringComparison.OrdinalIgnoreCase) ? "embedding" : "linear",
            1 => "norm",
            _ => "",
        };
    }

    private static string PatternOf(List<LayerTensor> tensors, List<LayerNode> children)
    {
        var text = new StringBuilder();
        foreach (var tensor in tensors) text.Append(tensor.ShortName).Append(' ').Append(tensor.DType).Append(tensor.Shape).Append('\n');
        foreach (var child in children) text.Append(child.Name).Append(' ').Append(child.Pattern).Append('\n');
        return Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())).AsSpan(0, 12));
    }
}
