using ModelRegistry.Json;
using ModelRegistry.Names;

namespace ModelRegistry;

/// <summary>A data set by name, version and digest.</summary>
public sealed record DatasetReference : Extensible
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Its version.</summary>
    public string? Version { get; init; }

    /// <summary>Its SHA-256.</summary>
    public Digest? Digest { get; init; }

    /// <summary>Reads <c>name</c>, <c>name@version</c> or <c>name@version@sha256:…</c>.</summary>
    public static DatasetReference Parse(string text)
    {
        var parts = text.Split('@');
        if (parts.Length > 3 || parts[0].Length == 0)
            throw Diagnostics.Codes.InvalidMetadata.Error($"'{Printable.Quote(text)}' is not a data set", "write NAME, NAME@VERSION or NAME@VERSION@sha256:DIGEST");
        var last = parts.Length > 1 && Digest.TryParse(parts[^1], out var digest) ? digest : null;
        if (parts.Length == 3 && last is null) last = Digest.Parse(parts[2]);
        var version = parts.Length == 3 || (parts.Length == 2 && last is null) ? parts[1] : null;
        return new DatasetReference { Name = parts[0], Version = version, Digest = last };
    }

    /// <inheritdoc/>
    public override string ToString() => string.Join('@', new[] { Name, Version, Digest?.Value }.Where(p => p is not null));
}
