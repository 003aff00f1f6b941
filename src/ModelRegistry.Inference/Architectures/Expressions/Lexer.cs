namespace ModelRegistry.Inference.Architectures.Expressions;

/// <summary>Splits an expression into tokens.</summary>
internal static class Lexer
{
    private static readonly string[] s_symbols =
        ["==", "!=", "<=", ">=", "&&", "||", "+", "-", "*", "/", "%", "(", ")", "[", "]", ",", "<", ">", "!", "?", ":"];

    internal static List<Token> Tokenize(string text)
    {
        if (text.Length > ArchitectureLimits.ExpressionLength)
            throw new ExpressionException($"the expression has {text.Length} characters, more than {ArchitectureLimits.ExpressionLength}");
        var tokens = new List<Token>();
        var position = 0;
        while (position < text.Length)
        {
            if (text[position] == ' ')
            {
                position++;
                continue;
            }

            var token = Next(text, position, out var end);
            tokens.Add(token);
            position = end;
        }

        tokens.Add(new Token(TokenKind.End, "the end", text.Length));
        return tokens;
    }

    private static Token Next(string text, int start, out int end)
    {
        var first = text[start];
        if (char.IsAsciiDigit(first))
        {
            end = Span(text, start, char.IsAsciiDigit);
            return new Token(TokenKind.Integer, text[start..end], start);
        }

        if (char.IsAsciiLetter(first) || first == '_')
        {
            end = Span(text, start, c => char.IsAsciiLetterOrDigit(c) || c == '_');
            return new Token(TokenKind.Name, text[start..end], start);
        }

        if (first == '\'')
        {
            var close = text.IndexOf('\'', start + 1);
            if (close < 0)
                throw new ExpressionException($"the text that starts at column {start + 1} has no closing quote");
            end = close + 1;
            return new Token(TokenKind.Text, text[(start + 1)..close], start);
        }

        foreach (var symbol in s_symbols)
        {
            if (string.CompareOrdinal(text, start, symbol, 0, symbol.Length) == 0)
            {
                end = start + symbol.Length;
                return new Token(TokenKind.Symbol, symbol, start);
            }
        }

        throw new ExpressionException($"unexpected '{first}' at column {start + 1}");
    }

    private static int Span(string text, int start, Func<char, bool> belongs)
    {
        var end = start;
        while (end < text.Length && belongs(text[end]))
            end++;
        return end;
    }
}

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
