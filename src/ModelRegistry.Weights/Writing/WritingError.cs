namespace ModelRegistry.Weights.Writing;

internal static class WritingError
{
    internal const string Exists = "MR0570";
    internal const string Type = "MR0571";
    internal const string Shared = "MR0572";
    internal const string Name = "MR0573";
    internal const string Verification = "MR0574";
    internal const string Target = "MR0575";
    internal const string NoData = "MR0576";
    internal const string Output = "MR0577";
    internal const string Rename = "MR0542";

    public static WeightsFormatException UnsupportedType(string name, Tensor tensor, string target) => new(
        Type,
        $"tensor {Display.Quote(name)} of type {tensor.DType.DisplayName()} cannot be written: {target} has no such type",
        hint: "convert the tensor to another type first, or leave it out");

    public static WeightsFormatException BadName(string name, string what) =>
        new(Name, $"tensor name {Display.Quote(name)} cannot be written: {what}");
}
