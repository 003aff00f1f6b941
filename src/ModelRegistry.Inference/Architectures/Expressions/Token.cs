namespace ModelRegistry.Inference.Architectures.Expressions;

internal enum TokenKind
{
    End,
    Integer,
    Text,
    Name,
    Symbol,
}

/// <summary>One lexical element: its kind, its text, and where it starts.</summary>
internal readonly record struct Token(TokenKind Kind, string Text, int Position);
