namespace ModelRegistry.Git;

/// <summary>The signature of a commit, as git sees it.</summary>
/// <param name="State">What it is worth.</param>
/// <param name="Signer">Who made it: the principal of the allowed signers, or the user of an OpenPGP key; null where it is nobody's who is known.</param>
/// <param name="Key">The fingerprint of the key; null where it is not told.</param>
public sealed record CommitSignature(CommitSignatureState State, string? Signer, string? Key)
{
    /// <summary>Whether it was made with an ssh key; of other keys the user's own keyring decides whom it believes.</summary>
    public bool IsSsh => Key?.StartsWith("SHA256:", StringComparison.Ordinal) == true;
}

/// <summary>What the signature of a commit is worth.</summary>
public enum CommitSignatureState
{
    /// <summary>There is none.</summary>
    None,

    /// <summary>It fits, and whose it is is known.</summary>
    Good,

    /// <summary>It fits, and nobody says whose it is.</summary>
    Unknown,

    /// <summary>It fits, and it or its key has expired.</summary>
    Expired,

    /// <summary>It fits, and its key was revoked.</summary>
    Revoked,

    /// <summary>It cannot be checked here: the key or the program that checks is missing.</summary>
    NotChecked,

    /// <summary>It does not fit the commit.</summary>
    Bad,
}
