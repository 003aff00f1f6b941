using System.Text.Json;
using ModelRegistry.Diagnostics;
using ModelRegistry.Names;
using ModelRegistry.Shared;

namespace ModelRegistry.Registration;

/// <summary>Refuses fields of a request that nobody would ever read: what is misspelt becomes part of a manifest for ever.</summary>
internal static class KnownFields
{
    public static readonly string[] OfPreprocessing = ["resize", "crop", "mean", "std", "layout"];

    /// <exception cref="ModelRegistryException">MR0111: a field is not among the known ones.</exception>
    public static void Check(JsonElement element, string origin, string path, params string[] known)
    {
        foreach (var property in element.EnumerateObject().Where(p => !known.Contains(p.Name, StringComparer.Ordinal)))
        {
            var near = NearNames.Of(property.Name, known);
            throw Codes.InvalidMetadata.Error(
                $"{origin} has a field '{path}{Printable.Quote(property.Name)}', which a registration does not know",
                near.Count > 0 ? $"did you mean {string.Join(" or ", near)}? What other tools write goes under \"extra\"" : $"known are {string.Join(", ", known)}; what other tools write goes under \"extra\"");
        }
    }

    /// <summary>Checks an object inside, or each of a list of them.</summary>
    public static void CheckEach(JsonElement root, string origin, string field, params string[] known)
    {
        if (!root.TryGetProperty(field, out var value)) return;
        if (value.ValueKind == JsonValueKind.Object) Check(value, origin, field + ".", known);
        if (value.ValueKind != JsonValueKind.Array) return;
        foreach (var one in value.EnumerateArray().Where(e => e.ValueKind == JsonValueKind.Object)) Check(one, origin, field + "[].", known);
    }
}
