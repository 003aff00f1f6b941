namespace ModelRegistry.Inference.Architectures.Expressions;

/// <summary>A parsed expression, ready to be evaluated many times.</summary>
internal delegate ExpressionValue Evaluator(ExpressionScope scope);
