namespace ModelRegistry.Importing;

/// <summary>A file of a model elsewhere, as the server states it.</summary>
/// <param name="Path">Its path.</param>
/// <param name="Size">Its length in bytes.</param>
/// <param name="Digest">Its SHA-256; null where the server states none.</param>
internal sealed record OriginFile(RelativeFilePath Path, long Size, Digest? Digest)
{
    /// <summary>What git calls a file without a digest, which a hub keeps in git itself.</summary>
    public string GitId { get; init; } = "";

    /// <summary>What it is for, where the server says that; null to tell by its name.</summary>
    public string? Role { get; init; }
}
