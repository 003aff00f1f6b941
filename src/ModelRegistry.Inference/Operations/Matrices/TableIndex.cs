using ModelRegistry.Inference.Planning;

namespace ModelRegistry.Inference.Operations.Matrices;

/// <summary>Whole numbers among float32 values: indices that came from an input.</summary>
internal static class TableIndex
{
    /// <exception cref="InferenceException">MR0625: it is no whole number from 0 below the count.</exception>
    internal static int Of(NodeLowering node, float value, int count, string what)
    {
        var index = (int)value;
        return index == value && index >= 0 && index < count
            ? index
            : throw node.Failure(InferenceCodes.IndexOutOfRange, $"{value} is {what} of {count}", "give whole numbers from 0");
    }
}
