namespace ModelRegistry.MSBuild.CodeGeneration;

/// <summary>The identifiers of the tensors of a model: the same where they are constants and where they are members.</summary>
internal static class TensorIdentifiers
{
    // What the classes declare and inherit, and what they are called.
    private static readonly string[] Reserved =
    [
        "Count", "Name", "Dtype", "Rank", "ShapeText", "Shape", "Equals", "ToString", "GetType", "GetHashCode", "ReferenceEquals", "MemberwiseClone", "Finalize",
        "InputTensors", "OutputTensors",
    ];

    public static IReadOnlyList<(string Identifier, TensorSpec Tensor)> Of(IEnumerable<TensorSpec> tensors, string className)
    {
        var taken = new HashSet<string>(Reserved, StringComparer.Ordinal) { className };
        return [.. tensors.Select(tensor => (Identifiers.Unique(Name(tensor), taken), tensor))];
    }

    // A class cannot have a member of its own name: Dim0 is one where there is a dimension.
    private static string Name(TensorSpec tensor)
    {
        var name = Identifiers.Pascal(tensor.Name);
        return name.StartsWith("Dim", StringComparison.Ordinal) && name.Skip(3).All(char.IsAsciiDigit) ? name + "Tensor" : name;
    }
}
