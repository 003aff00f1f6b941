namespace ModelRegistry;

/// <summary>Whose registration keeps a number that two took.</summary>
public enum KeptSide
{
    /// <summary>The one that a remote-tracking branch has.</summary>
    Published,

    /// <summary>The one that HEAD has.</summary>
    Head,

    /// <summary>The one that the other side of the merge or rebase has.</summary>
    Other,
}

/// <summary>What renumbering did.</summary>
/// <param name="Old">The number that two registrations took; the published one keeps it.</param>
/// <param name="New">The number that the other one has now.</param>
/// <param name="Commit">The commit that ends the merge; null where other conflicts are open.</param>
/// <param name="Open">What is still to be resolved by hand, as paths of the repository.</param>
public sealed record Renumbering(ModelId Old, ModelId New, string? Commit, IReadOnlyList<string> Open);
