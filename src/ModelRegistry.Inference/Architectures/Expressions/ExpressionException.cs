namespace ModelRegistry.Inference.Architectures.Expressions;

/// <summary>An expression that cannot be parsed or evaluated. Caught where the JSON path is known, and given a code there.</summary>
internal sealed class ExpressionException : Exception
{
    internal ExpressionException(string message)
        : base(message)
    {
    }
}
