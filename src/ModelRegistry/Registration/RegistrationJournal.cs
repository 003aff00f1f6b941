using System.Collections.Immutable;
using ModelRegistry.Names;

namespace ModelRegistry.Registration;

/// <summary>
/// What a write that is under way is about to do, written before it does it. A process that finds the journal of another
/// that is gone knows what to take back.
/// </summary>
internal sealed record RegistrationJournal
{
    /// <summary>Paths of the files that it makes, relative to the registry directory, with <c>/</c>.</summary>
    public required ImmutableArray<string> Creates { get; init; }

    /// <summary>Paths of the files that it replaces or removes, relative to the registry directory, with <c>/</c>.</summary>
    public ImmutableArray<string> Replaces { get => field.IsDefault ? [] : field; init; }

    /// <summary>Whether it ends with a commit.</summary>
    public required bool Commits { get; init; }

    /// <summary>Whether it ends with the files in the index, for a commit that ends a merge.</summary>
    public bool Staged { get; init; }

    /// <summary>Digests of the blobs that it adds to the store.</summary>
    public ImmutableArray<Digest> Blobs { get => field.IsDefault ? [] : field; init; }

    /// <summary>The store that the blobs are added to.</summary>
    public string? Store { get; init; }

    /// <summary>When it began.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Why the paths cannot be those of a write of ours; null where they can.</summary>
    public string? Refusal()
    {
        if (Creates.IsDefault) return "it names no files";
        var bad = Creates.Concat(Replaces).FirstOrDefault(path => !RelativeFilePath.TryParse(path, out _) || path.StartsWith('.'));
        return bad is null ? null : $"it names '{Printable.Quote(bad)}', which is no path of a registry";
    }
}
