using System.Text.Json;

namespace ModelRegistry.Inference.Tests.Operations.References;

/// <summary>What each operation of the vocabulary means, one element at a time and in double precision.</summary>
internal static class ScalarReference
{
    /// <summary>The result of a case by its definition; null where no reference is written down.</summary>
    internal static Scalars? Of(OperationCase item) =>
        ElementReferences.Of(item) ?? WindowReferences.Of(item) ?? NormReferences.Of(item) ?? LayoutReferences.Of(item) ?? MatrixReferences.Of(item) ?? SequenceReferences.Of(item);

    internal static double Number(this OperationCase item, string name, double fallback) =>
        item.Node.TryGetProperty(name, out var value) ? value.GetDouble() : fallback;

    internal static int Integer(this OperationCase item, string name, int fallback) => (int)item.Number(name, fallback);

    internal static bool Flag(this OperationCase item, string name, bool fallback = false) =>
        item.Node.TryGetProperty(name, out var value) ? value.GetBoolean() : fallback;

    internal static string Text(this OperationCase item, string name, string fallback) =>
        item.Node.TryGetProperty(name, out var value) ? value.GetString()! : fallback;

    /// <summary>One number for all dimensions, or one for each.</summary>
    internal static int[] Sizes(this OperationCase item, string name, int count, int fallback) => !item.Node.TryGetProperty(name, out var value)
        ? [.. Enumerable.Repeat(fallback, count)]
        : value.ValueKind == JsonValueKind.Array
            ? [.. value.EnumerateArray().Select(size => size.GetInt32())]
            : [.. Enumerable.Repeat(value.GetInt32(), count)];

    internal static int Axis(this OperationCase item, int fallback, int rank) =>
        item.Integer("axis", fallback) is var axis && axis < 0 ? axis + rank : axis;

    /// <summary>An index with one place changed.</summary>
    internal static int[] With(this int[] index, int axis, int at)
    {
        var copy = (int[])index.Clone();
        copy[axis] = at;
        return copy;
    }
}
