namespace ModelRegistry.Trust;

/// <summary>What a missing or unknown signature means to a build.</summary>
public enum TrustMode
{
    /// <summary>An error.</summary>
    Require,

    /// <summary>A warning.</summary>
    Accept,

    /// <summary>Nothing: no signature is looked at.</summary>
    Off,
}
