using System.Text.Json.Serialization;
using ModelRegistry.Json;

namespace ModelRegistry;

/// <summary>Where a version was imported from.</summary>
public sealed record Origin : Extensible
{
    /// <summary>The address as it was asked for: <c>hf://ORG/REPO</c>, <c>hf://ORG/REPO@REVISION</c>, <c>oci://HOST/REPO:TAG</c> or <c>https://…</c>, without credentials.</summary>
    public required string Url { get; init; }

    /// <summary>The exact revision that was imported: a commit of a hub, or the digest of an image.</summary>
    public string? Revision { get; init; }

    /// <summary>What the server called this content, where it has no revisions.</summary>
    public string? Etag { get; init; }

    /// <summary>Whether the bytes stay there: the place is a store of this version, asked after all others, and nothing that it gives is believed without its digest.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Remote { get; init; }
}
