namespace ModelRegistry;

/// <summary>What became of a version at a store.</summary>
public enum PushState
{
    /// <summary>It was there already, the same.</summary>
    Present,

    /// <summary>It was not there, and is now.</summary>
    Pushed,

    /// <summary>It is not there; only looked for.</summary>
    Missing,

    /// <summary>Something else is there under its number; only looked for.</summary>
    Different,

    /// <summary>It is there without some of its signatures; only looked for.</summary>
    SignaturesMissing,
}

/// <summary>One version at a store.</summary>
/// <param name="Id">The version.</param>
/// <param name="Store">The store's name.</param>
/// <param name="State">What became of it.</param>
/// <param name="Sent">How many bytes of files were sent.</param>
/// <param name="Image">The digest of its image, where the store holds images.</param>
public sealed record PushedVersion(ModelId Id, string Store, PushState State, long Sent, Digest? Image)
{
    /// <summary>What is wrong, in a few words; null where the store has what the registry says.</summary>
    public string? Problem => State switch
    {
        PushState.Missing => $"{Id} is not at {Store}",
        PushState.Different => $"{Id} is another image at {Store}",
        PushState.SignaturesMissing => $"{Id} lacks signatures at {Store}",
        _ => null,
    };
}
