namespace ModelRegistry.MSBuild.CodeGeneration;

/// <summary>Finds the namespaces that a file of C# declares, without a compiler: comments and texts are passed over, the rest is read for <c>namespace</c> and braces.</summary>
internal static class NamespaceScanner
{
    /// <summary>Whether the file declares the namespace, or one below it.</summary>
    public static bool Declares(string source, string name)
    {
        var open = new Stack<(int Depth, string Name)>();
        var (depth, at) = (0, 0);
        while (Next(source, ref at) is { } token)
        {
            if (token == "{") depth++;
            else if (token == "}" && --depth is var left && open.TryPeek(out var top) && top.Depth > left) open.Pop();
            else if (token == "namespace" && ReadName(source, ref at) is { Length: > 0 } declared)
            {
                var full = open.TryPeek(out var outer) ? $"{outer.Name}.{declared}" : declared;
                if (full == name || full.StartsWith(name + ".", StringComparison.Ordinal)) return true;
                open.Push((depth + 1, full));
            }
        }

        return false;
    }

    private static string ReadName(string source, ref int at)
    {
        var name = "";
        var next = at;
        while (Next(source, ref next) is { } part && IsStart(part[0]))
        {
            name += part;
            at = next;
            if (Next(source, ref next) != ".") break;
            name += ".";
        }

        return name.TrimEnd('.');
    }

    /// <returns>An identifier, without its <c>@</c>, or a brace, dot or semicolon; null at the end.</returns>
    private static string? Next(string source, ref int at)
    {
        while (at < source.Length)
        {
            var c = source[at];
            if (IsStart(c))
            {
                var start = at;
                while (at < source.Length && (IsStart(source[at]) || char.IsDigit(source[at]))) at++;
                return source[start..at];
            }

            if (c is '{' or '}' or '.' or ';')
            {
                at++;
                return c.ToString();
            }

            if (c == '#' || (c == '/' && Peek(source, at + 1) == '/')) at = EndOf(source, "\n", at);
            else if (c == '/' && Peek(source, at + 1) == '*') at = EndOf(source, "*/", at + 2);
            else if (c is '"' or '\'') at = EndOfText(source, at);
            else at++;
        }

        return null;
    }

    private static int EndOfText(string source, int at)
    {
        var quote = source[at];
        var quotes = 0;
        while (quote == '"' && Peek(source, at + quotes) == '"') quotes++;
        if (quotes >= 3) return EndOf(source, new string('"', quotes), at + quotes);
        if (quotes == 2) return at + 2;
        var verbatim = quote == '"' && (Peek(source, at - 1) == '@' || (Peek(source, at - 1) == '$' && Peek(source, at - 2) == '@'));
        for (at++; at < source.Length; at++)
        {
            if (source[at] == '\\' && !verbatim) at++;
            else if (source[at] == quote && verbatim && Peek(source, at + 1) == quote) at++;
            else if (source[at] == quote || (source[at] == '\n' && !verbatim)) return at + 1;
        }

        return at;
    }

    private static int EndOf(string source, string mark, int from) =>
        source.IndexOf(mark, Math.Min(from, source.Length), StringComparison.Ordinal) is >= 0 and var found ? found + mark.Length : source.Length;

    private static char Peek(string source, int at) => at >= 0 && at < source.Length ? source[at] : '\0';

    private static bool IsStart(char c) => c == '_' || char.IsLetter(c);
}
