using System.Text.Json;
using ModelRegistry.Signing;

namespace ModelRegistry.Tool.Output;

/// <summary>What <c>lineage</c> prints for scripts.</summary>
internal static class LineageDocument
{
    // From the version to its ancestors: nested objects, opened on the way and closed at the end.
    public static void Lineage(this Utf8JsonWriter json, LineageNode lineage, IEnumerable<StatedProvenance> provenance)
    {
        var depth = 0;
        for (var node = lineage; ; node = node.Parent)
        {
            json.IdFields(node.Id);
            json.WriteBoolean("yanked", node.Yanked);
            json.WriteString("problem", node.Problem);
            var facts = node.Manifest?.Lineage;
            json.WriteString("commit", facts?.Commit);
            json.WriteString("repository", facts?.Repository);
            json.WriteString("branch", facts?.Branch);
            if (facts?.Dirty is { } dirty) json.WriteBoolean("dirty", dirty);
            else json.WriteNull("dirty");
            json.WriteString("dataset", facts?.Dataset?.ToString());
            if (facts?.TrainedAt is { } trained) json.Time("trainedAt", trained);
            else json.WriteNull("trainedAt");
            json.WriteString("run", facts?.Run);
            if (node.Parent is null) break;
            json.WriteStartObject("parent");
            depth++;
        }

        json.WriteNull("parent");
        for (; depth > 0; depth--) json.WriteEndObject();
        json.Objects("provenance", provenance, stated =>
        {
            json.WriteString("signedBy", stated.SignedBy);
            json.WriteString("builder", stated.Builder);
            json.WriteBoolean("matches", stated.Matches);
        });
    }
}
