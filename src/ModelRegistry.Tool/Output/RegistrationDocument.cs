using System.Text.Json;

namespace ModelRegistry.Tool.Output;

/// <summary>What <c>register</c> prints for scripts.</summary>
internal static class RegistrationDocument
{
    public static void Registration(this Utf8JsonWriter json, RegistrationResult result)
    {
        json.IdFields(result.Id);
        json.WriteBoolean("created", result.Created);
        json.WriteString("manifestPath", result.ManifestPath);
        json.WriteString("commit", result.Commit);
        json.Objects("files", result.Manifest.Files, file =>
        {
            json.WriteString("path", file.Path.Value);
            json.WriteString("role", file.Role);
            json.WriteString("format", file.Format);
            json.WriteNumber("size", file.Size);
            json.WriteString("digest", file.Digest.Value);
        });
    }
}
