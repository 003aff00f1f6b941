using System.Text.Json;

namespace ModelRegistry.Tool.Output;

/// <summary>What <c>list</c> prints for scripts: the models, or the versions of one.</summary>
internal static class FamilyDocument
{
    public static void Models(this Utf8JsonWriter json, IEnumerable<FamilyOverview> models) => json.Objects("models", models, model =>
    {
        json.WriteString("name", model.Family.Name.Value);
        json.WriteString("latest", model.Latest?.Value);
        json.WriteString("best", model.Best?.Value);
        json.WriteNumber("versions", model.Family.Versions.Count);
        json.WriteStartObject("aliases");
        foreach (var (alias, record) in model.Family.Aliases.OrderBy(a => a.Key, StringComparer.Ordinal)) json.WriteString(alias, record.Version.Value);
        json.WriteEndObject();
        json.WriteString("description", model.Family.Settings.Description);
    });

    public static void Versions(this Utf8JsonWriter json, Registry registry, Family family, IEnumerable<VersionSummary> versions)
    {
        json.WriteString("name", family.Name.Value);
        json.Objects("versions", versions, version =>
        {
            var id = new ModelId(family.Name, version.Version);
            json.WriteString("version", version.Version.Value);
            json.Time("createdAt", version.CreatedAt);
            json.WriteStartObject("metrics");
            foreach (var (metric, value) in version.Metrics) json.Figure(metric, value);
            json.WriteEndObject();
            json.Strings("aliases", family.AliasesOf(version.Version));
            json.Reasons(family, version.Version);
            json.WriteBoolean("yanked", family.IsYanked(version.Version));
            json.WriteString("yankReason", family.IsYanked(version.Version) ? registry.GetYank(id)?.Reason : null);
            json.WriteBoolean("verified", registry.IsVerified(id));
        });
    }

    /// <summary>Whether the last verification passed, and holds for the files as they are registered.</summary>
    public static bool IsVerified(this Registry registry, ModelId id) => registry.GetVerification(id) is { } record && record.Covers(registry.Get(id));
}
