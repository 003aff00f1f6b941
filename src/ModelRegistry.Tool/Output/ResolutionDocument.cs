using System.Text.Json;

namespace ModelRegistry.Tool.Output;

/// <summary>The document of <c>resolve</c> and <c>pull</c>.</summary>
internal static class ResolutionDocument
{
    /// <summary>What <c>resolve</c> prints for scripts.</summary>
    /// <param name="json">Where to.</param>
    /// <param name="resolution">The answer.</param>
    /// <param name="commit">The commit that registered it; null without one.</param>
    /// <param name="folder">Where the files stand together; null where the model needs only its one file.</param>
    public static void Resolution(this Utf8JsonWriter json, Resolution resolution, string? commit, string? folder)
    {
        json.Resolution(resolution, commit, file => folder is null ? file.LocalPath! : file.File.Path.Under(folder));
        json.WriteString("folder", folder);
    }

    /// <param name="json">Where to.</param>
    /// <param name="resolution">The answer.</param>
    /// <param name="commit">The commit that registered it; null without one.</param>
    /// <param name="path">Where each file is for the caller.</param>
    public static void Resolution(this Utf8JsonWriter json, Resolution resolution, string? commit, Func<ResolvedFile, string> path)
    {
        json.IdFields(resolution.Id);
        json.WriteString("selector", resolution.Selector.Text);
        json.WriteString("manifestDigest", resolution.ManifestDigest.Value);
        json.WriteString("commit", commit);
        json.Objects("files", resolution.Files, file =>
        {
            json.WriteString("path", file.File.Path.Value);
            json.WriteString("role", file.File.Role);
            json.WriteNumber("size", file.File.Size);
            json.WriteString("digest", file.File.Digest.Value);
            json.WriteString("localPath", path(file));
        });
    }
}
