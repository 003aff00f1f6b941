using System.Collections.Immutable;

namespace ModelRegistry;

/// <summary>How to bring a clone and its remote together.</summary>
public sealed record SyncOptions
{
    /// <summary>
    /// Push the replayed commits to a new branch instead, for a pull request: where the branch itself is protected. The local branch stays as it is.
    /// Empty for a name of ours, <c>modelreg/FAMILY-VERSION-8HEX</c>; null to push to the branch itself.
    /// </summary>
    public string? NewBranch { get; init; }

    /// <summary>Lock files in which versions that get another number here get it too. Others in the repository that name one are warned about.</summary>
    public ImmutableArray<string> Locks { get => field.IsDefault ? [] : field; init; }

    /// <summary>The most pushes that may be lost to others before giving up. Default: 100.</summary>
    public int Tries { get; init; } = 100;

    /// <summary>How long to go on losing. Default: 2 minutes.</summary>
    public TimeSpan Time { get; init; } = TimeSpan.FromMinutes(2);
}

/// <summary>What a sync did.</summary>
public sealed record SyncResult
{
    /// <summary>The remote's commit now.</summary>
    public required string Commit { get; init; }

    /// <summary>The branch of the remote that has it.</summary>
    public required string Branch { get; init; }

    /// <summary>Commits that the remote did not have.</summary>
    public required int Pushed { get; init; }

    /// <summary>Commits that came from the remote.</summary>
    public required int Received { get; init; }

    /// <summary>Versions whose number somebody else had published first, and the number that they have now.</summary>
    public IReadOnlyList<VersionRename> Renumbered { get; init; } = [];

    /// <summary>Versions whose content somebody else had published first, and the version that it is.</summary>
    public IReadOnlyList<VersionRename> Dropped { get; init; } = [];

    /// <summary>The lock files that were changed.</summary>
    public IReadOnlyList<string> Locks { get; init; } = [];

    /// <summary>How often somebody else was faster.</summary>
    public int Lost { get; init; }

    /// <summary>What the remote said, such as the address where a pull request can be opened.</summary>
    public IReadOnlyList<string> RemoteMessages { get; init; } = [];
}

/// <summary>A version under another name.</summary>
/// <param name="From">What it was here.</param>
/// <param name="To">What it is now.</param>
public sealed record VersionRename(ModelId From, ModelId To);
