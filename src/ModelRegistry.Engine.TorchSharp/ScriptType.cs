using System.Collections.Immutable;

namespace ModelRegistry.Engine.TorchSharp;

/// <summary>A type as the headers of TorchScript write it: <c>Tensor</c>, <c>Dict[str, Tensor]</c>, <c>__torch__.Point</c>.</summary>
/// <param name="Name">What stands before the brackets.</param>
/// <param name="Of">What stands in them; of a class with named fields, their types.</param>
internal sealed record ScriptType(string Name, ImmutableArray<ScriptType> Of)
{
    private const int Nesting = 20;

    public bool IsNumber => Name is "int" or "float" or "bool";

    /// <summary>Whether it is a class of the archive.</summary>
    public bool IsClass => Name.StartsWith("__torch__.", StringComparison.Ordinal);

    /// <summary>Whether it is, or holds, something for which a condition holds.</summary>
    public bool Any(Func<ScriptType, bool> condition) => condition(this) || Of.Any(part => part.Any(condition));

    /// <summary>Reads a type; null where it is no type, or nested too deep.</summary>
    public static ScriptType? Parse(string text)
    {
        var at = 0;
        return Parse(text, ref at, 0) is { } type && at == text.Length ? type : null;
    }

    private static ScriptType? Parse(string text, ref int at, int depth)
    {
        while (at < text.Length && char.IsWhiteSpace(text[at])) at++;
        var start = at;
        while (at < text.Length && (char.IsAsciiLetterOrDigit(text[at]) || text[at] is '_' or '.')) at++;
        if (at == start || depth > Nesting) return null;
        var name = text[start..at];
        if (at == text.Length || text[at] != '[') return new ScriptType(name, []);
        var parts = ImmutableArray.CreateBuilder<ScriptType>();
        do
        {
            at++;
            if (Parse(text, ref at, depth + 1) is not { } part) return null;
            parts.Add(part);
        }
        while (at < text.Length && text[at] == ',');
        return at < text.Length && text[at++] == ']' ? new ScriptType(name, parts.ToImmutable()) : null;
    }

    /// <inheritdoc/>
    public override string ToString() => Of.IsEmpty || IsClass ? Name : $"{Name}[{string.Join(", ", Of)}]";
}
