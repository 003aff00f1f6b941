namespace ModelRegistry;

/// <summary>One change of a registry, derived from the files that a commit of git changed.</summary>
public sealed record AuditEntry
{
    /// <summary>The commit.</summary>
    public required string Commit { get; init; }

    /// <summary>The author: <c>Name &lt;mail&gt;</c>.</summary>
    public required string Author { get; init; }

    /// <summary>The author's time.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The first line of the message.</summary>
    public required string Subject { get; init; }

    /// <summary>
    /// What was done: <c>register</c>, <c>promote</c>, <c>unalias</c>, <c>yank</c>, <c>unyank</c>, <c>verify</c>, <c>sign</c>, <c>move</c> for a registry that
    /// was moved in its repository, <c>alter</c> or <c>remove</c> for a manifest that was, <c>change</c> for any other file.
    /// </summary>
    public required string Action { get; init; }

    /// <summary>The family.</summary>
    public string? Model { get; init; }

    /// <summary>The version.</summary>
    public string? Version { get; init; }

    /// <summary>The alias that was moved or removed.</summary>
    public string? Alias { get; init; }

    /// <summary>Why, in the words of who did it.</summary>
    public string? Reason { get; init; }

    /// <summary>Digest of the weights.</summary>
    public string? Digest { get; init; }

    /// <summary>Commit of the training source; from the trailer.</summary>
    public string? SourceCommit { get; init; }

    /// <summary>The number that a version had before it lost a race for it; from the trailer.</summary>
    public string? RenumberedFrom { get; init; }

    /// <summary>What the commit's message says and its files contradict; null where they agree.</summary>
    public string? Contradiction { get; init; }

    /// <summary>The change in a few words: <c>promote resnet18/1.1.0 to @production</c>.</summary>
    public string Summary => Action switch
    {
        "change" or "move" => Subject,
        "promote" => $"promote {Model}/{Version} to @{Alias}",
        "unalias" => $"remove @{Alias} of {Model}",
        _ => $"{Action} {Model}/{Version}" + (RenumberedFrom is null ? "" : $" (was {RenumberedFrom})"),
    };
}
