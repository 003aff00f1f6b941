namespace ModelRegistry;

/// <summary>One change of a registry, from git.</summary>
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

    /// <summary>What was done: <c>register</c>, <c>promote</c>, <c>yank</c>, <c>verify</c>, or <c>change</c> for a commit that ModelRegistry did not make.</summary>
    public required string Action { get; init; }

    /// <summary>The family; from the trailer.</summary>
    public string? Model { get; init; }

    /// <summary>The version; from the trailer.</summary>
    public string? Version { get; init; }

    /// <summary>Digest of the weights; from the trailer.</summary>
    public string? Digest { get; init; }

    /// <summary>Commit of the training source; from the trailer.</summary>
    public string? SourceCommit { get; init; }
}
