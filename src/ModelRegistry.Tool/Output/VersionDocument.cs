using System.Text.Json;

namespace ModelRegistry.Tool.Output;

/// <summary>What <c>show</c> prints for scripts.</summary>
internal static class VersionDocument
{
    public static void Version(this Utf8JsonWriter json, Registry registry, Family family, ModelId id)
    {
        json.WriteString("id", id.ToString());
        json.ManifestFields(registry.Layout.Manifest(id));
        json.Strings("aliases", family.AliasesOf(id.Version));
        json.Reasons(family, id.Version);
        if (registry.GetYank(id) is null) json.WriteNull("yanked");
        else json.RegistryFile("yanked", registry.Layout.Yank(id));
        if (registry.GetVerification(id) is null) json.WriteNull("verification");
        else json.RegistryFile("verification", registry.Layout.Verification(id));
    }
}
