using System.Collections.Immutable;

namespace ModelRegistry.Weights.TorchScript;

/// <summary>Inputs and outputs from the header of <c>forward</c>. TorchScript declares types, never shapes.</summary>
internal static class ScriptSignature
{
    private const int MaxText = 256;

    internal static ModelSignature? Parse(string? header)
    {
        if (header is null || header.IndexOf('(', StringComparison.Ordinal) is var open && open < 0)
        {
            return null;
        }

        var close = MatchingBracket(header, open);
        if (close < 0)
        {
            return null;
        }

        var inputs = SplitTopLevel(header.AsSpan(open + 1, close - open - 1)).Skip(1).Select(Input).ToImmutableArray();
        var arrow = header.IndexOf("->", close, StringComparison.Ordinal);
        var returned = arrow < 0 ? "" : header[(arrow + 2)..].Trim();
        return new ModelSignature(inputs, Outputs(returned));
    }

    private static SignatureValue Input(string declaration)
    {
        var colon = declaration.IndexOf(':', StringComparison.Ordinal);
        var name = colon < 0 ? declaration : declaration[..colon];
        var type = colon < 0 ? "Tensor" : declaration[(colon + 1)..].Trim();
        var equals = type.IndexOf('=', StringComparison.Ordinal);
        return Value(name.Trim(), equals < 0 ? type : type[..equals].Trim()) with { HasDefault = equals >= 0 };
    }

    private static ImmutableArray<SignatureValue> Outputs(string type)
    {
        const string Tuple = "Tuple[";
        if (type is "" or "NoneType" or "None")
        {
            return [];
        }

        IEnumerable<string> types = type.StartsWith(Tuple, StringComparison.Ordinal) && type.EndsWith(']')
            ? SplitTopLevel(type.AsSpan()[Tuple.Length..^1])
            : [type];
        return [.. types.Select((t, i) => Value(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"output{i}"), t))];
    }

    private static SignatureValue Value(string name, string type) => new(Shown(name), Shown(type), null, default);

    private static string Shown(string text) => Display.Escape(text.Length > MaxText ? text[..MaxText] : text);

    private static int MatchingBracket(string text, int open)
    {
        var depth = 0;
        for (var i = open; i < text.Length; i++)
        {
            depth += text[i] is '(' or '[' ? 1 : text[i] is ')' or ']' ? -1 : 0;
            if (depth == 0)
            {
                return i;
            }
        }

        return -1;
    }

    private static List<string> SplitTopLevel(ReadOnlySpan<char> text)
    {
        var parts = new List<string>();
        var (depth, start) = (0, 0);
        for (var i = 0; i <= text.Length; i++)
        {
            if (i == text.Length || text[i] == ',' && depth == 0)
            {
                if (text[start..i].Trim() is { Length: > 0 } part)
                {
                    parts.Add(part.ToString());
                }

                start = i + 1;
            }
            else
            {
                depth += text[i] is '(' or '[' ? 1 : text[i] is ')' or ']' ? -1 : 0;
            }
        }

        return parts;
    }
}
