using ModelRegistry.Weights;

namespace ModelRegistry.Engine.TorchSharp;

/// <summary>Reads types of an archive: a named tuple is a tuple of its fields, of other classes nothing is known.</summary>
internal sealed class ScriptTypes(IReadOnlyList<SourceListing> code)
{
    private const int MostText = 4096;

    // Classes may name themselves as their fields, which no exporter writes.
    private int _classesLeft = 200;

    /// <summary>The line that begins a class.</summary>
    public static string Header(string className, string kind) => $"class {className[(className.LastIndexOf('.') + 1)..]}({kind}):\n";

    /// <summary>The file that a class stands in.</summary>
    public static SourceListing? Listing(string className, IReadOnlyList<SourceListing> code) =>
        className.LastIndexOf('.') is > 0 and var dot ? code.FirstOrDefault(listing => listing.Path == $"code/{className[..dot].Replace('.', '/')}.py") : null;

    /// <summary>A type with the fields of its named tuples; null where the text is none.</summary>
    public ScriptType? Read(string text) => text.Length <= MostText && ScriptType.Parse(text) is { } type ? WithFields(type) : null;

    private ScriptType WithFields(ScriptType type)
    {
        if (!type.Of.IsEmpty) return type with { Of = [.. type.Of.Select(WithFields)] };
        if (!type.IsClass || _classesLeft-- <= 0 || Listing(type.Name, code) is not { } source) return type;
        var fields = source.Text.Split('\n').SkipWhile(line => $"{line}\n" != Header(type.Name, "NamedTuple")).Skip(1).TakeWhile(line => line.StartsWith("  ", StringComparison.Ordinal))
            .Select(line => line.IndexOf(" : ", StringComparison.Ordinal) is > 0 and var colon && line.Length <= MostText ? ScriptType.Parse(line[(colon + 3)..]) : null).ToList();
        return fields is { Count: > 0 } && !fields.Contains(null) ? type with { Of = [.. fields.Select(field => WithFields(field!))] } : type;
    }
}
