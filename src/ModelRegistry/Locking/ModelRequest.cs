using System.Collections.Immutable;

namespace ModelRegistry.Locking;

/// <summary>What a project asks for.</summary>
/// <param name="Name">The family.</param>
/// <param name="Selector">Which version.</param>
public sealed record ModelRequest(ModelName Name, Selector Selector)
{
    private const string Prerelease = " prerelease";

    /// <summary>Let the selector choose prereleases.</summary>
    public bool IncludePrerelease { get; init; }

    /// <summary>Roles or globs of the files wanted; empty for all that an app needs: <c>sample-input</c> and <c>expected-output</c> only when named.</summary>
    public ImmutableArray<string> Files { get; init; } = [];

    /// <summary>Whether the files are to come when the app asks for them: the lock file says from which stores, and only labels are found now.</summary>
    public bool OnDemand { get; init; }

    /// <summary>The selector as the lock file has it.</summary>
    public string LockKey => IncludePrerelease ? Selector.Text + Prerelease : Selector.Text;

    /// <summary>The request that a lock file has under a key.</summary>
    internal static ModelRequest OfLockKey(ModelName name, string key)
    {
        var prerelease = key.EndsWith(Prerelease, StringComparison.Ordinal);
        return new ModelRequest(name, Selector.Parse(prerelease ? key[..^Prerelease.Length] : key)) { IncludePrerelease = prerelease };
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Name} '{LockKey}'";
}
