using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace ModelRegistry.Inference.Architectures;

/// <summary>
/// The networks that come with the product: a file each in <c>builtin/</c>, and in <c>variants.json</c> those that differ from
/// one of them in a few parameters, such as the number of layers.
/// </summary>
internal static class BuiltInArchitectures
{
    private const string Prefix = "ModelRegistry.Inference.Architectures.";
    private static readonly Lazy<Dictionary<string, Variant>> s_variants = new(ReadVariants);

    /// <summary>In alphabetical order.</summary>
    internal static IReadOnlyList<string> Names { get; } =
    [
        .. typeof(BuiltInArchitectures).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix + "builtin.", StringComparison.Ordinal))
            .Select(name => name[(Prefix.Length + "builtin.".Length)..^".json".Length])
            .Concat(s_variants.Value.Keys)
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>Those of <c>variants.json</c>.</summary>
    internal static IReadOnlyCollection<string> Variants => s_variants.Value.Keys;

    /// <summary>The file's text, as a user would write it; the name is one of <see cref="Names"/>.</summary>
    internal static string Text(string name)
    {
        if (!s_variants.Value.TryGetValue(name, out var variant))
            return Read($"builtin.{name}.json");
        var text = Read($"builtin.{variant.Of}.json");
        text = Replace(text, "name", $"\"{name}\"");
        text = Replace(text, "description", $"\"{variant.Description}\"");
        return variant.Parameters.Aggregate(text, (changed, parameter) => Replace(changed, parameter.Name, parameter.Value));
    }

    // Our own files have each of these properties on a line of its own, the first of its name.
    private static string Replace(string text, string property, string value)
    {
        var line = Regex.Match(text, $"(?m)^( +\"{property}\": ).*?(,?)$");
        return $"{text[..line.Index]}{line.Groups[1]}{value}{line.Groups[2]}{text[(line.Index + line.Length)..]}";
    }

    private static Dictionary<string, Variant> ReadVariants()
    {
        using var document = JsonDocument.Parse(Read("variants.json"));
        return document.RootElement.EnumerateObject().ToDictionary(
            variant => variant.Name,
            variant => new Variant(
                variant.Value.GetProperty("of").GetString()!,
                variant.Value.GetProperty("description").GetString()!,
                [.. variant.Value.GetProperty("parameters").EnumerateObject().Select(parameter => (parameter.Name, parameter.Value.GetString()!))]),
            StringComparer.Ordinal);
    }

    private static string Read(string resource)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(Prefix + resource)!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }

    private sealed record Variant(string Of, string Description, IReadOnlyList<(string Name, string Value)> Parameters);
}
