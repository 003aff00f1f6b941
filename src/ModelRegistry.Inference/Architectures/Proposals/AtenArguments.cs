using System.Globalization;

namespace ModelRegistry.Inference.Architectures.Proposals;

/// <summary>The arguments of an operator of PyTorch, by position; what is left out or None has the operator's default.</summary>
internal sealed class AtenArguments(List<object?> given, List<(string Name, object? Value)> named)
{
    internal object? At(int index) => index < given.Count ? given[index] : null;

    internal object? Named(string name) => named.FirstOrDefault(pair => pair.Name == name).Value;

    internal long Integer(int index, long fallback) => At(index) switch
    {
        null => fallback,
        long number => number,
        bool flag => flag ? 1 : 0,
        _ => throw ScriptProgram.Lost("a number is wanted that depends on a tensor"),
    };

    internal bool Flag(int index, bool fallback) => At(index) switch { null => fallback, bool flag => flag, long number => number != 0, _ => throw ScriptProgram.Lost("a condition is wanted that depends on a tensor") };

    internal double Number(int index, double fallback) => OptionalNumber(index, fallback)!.Value;

    internal double? OptionalNumber(int index, double? fallback) => At(index) switch
    {
        null => fallback,
        long or double => Convert.ToDouble(At(index), CultureInfo.InvariantCulture),
        _ => throw ScriptProgram.Lost("a number is wanted that depends on a tensor"),
    };

    internal long[] Integers(int index) => At(index) switch
    {
        List<object?> list => [.. list.Select(item => item is long number ? number : throw ScriptProgram.Lost("a list of fixed numbers is wanted"))],
        long number => [number],
        _ => throw ScriptProgram.Lost("a list of fixed numbers is wanted"),
    };

    /// <summary>Null for None and for an empty list, as PyTorch takes it.</summary>
    internal long[]? IntegersOrNull(int index) => At(index) is null or List<object?> { Count: 0 } ? null : Integers(index);

    internal double[] Numbers(int index) => At(index) is List<object?> list ? [.. list.Select(item => Convert.ToDouble(item, CultureInfo.InvariantCulture))] : throw ScriptProgram.Lost("a list of numbers is wanted");
}
