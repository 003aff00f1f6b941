using ModelRegistry.Diagnostics;
using ModelRegistry.Names;

namespace ModelRegistry;

/// <summary>Where the source stands that trained a version.</summary>
public sealed record RegistrationSource
{
    private RegistrationSource()
    {
    }

    /// <summary>The registry's own repository: the default.</summary>
    public static RegistrationSource RegistryRepository { get; } = new();

    /// <summary>Nobody says: the manifest claims no commit.</summary>
    public static RegistrationSource None { get; } = new() { Given = new Lineage() };

    /// <summary>A directory of the repository; null where it is not a directory that says it.</summary>
    public string? Directory { get; private init; }

    /// <summary>Commit, repository, branch and state as given; null where git is asked for them.</summary>
    internal Lineage? Given { get; private init; }

    /// <summary>The repository of a directory, whose commit, branch and state git tells.</summary>
    public static RegistrationSource At(string directory) => new() { Directory = directory };

    /// <summary>A commit that is known without its repository at hand.</summary>
    /// <param name="commit">40 or 64 hexadecimal digits.</param>
    /// <param name="repository">The repository's address; user name and password in it are left out.</param>
    /// <param name="branch">The branch.</param>
    /// <param name="dirty">Whether the tree had changes that were not committed; null where nobody knows.</param>
    /// <exception cref="ModelRegistryException">MR0111: not a commit's name.</exception>
    public static RegistrationSource Of(string commit, string? repository = null, string? branch = null, bool? dirty = null)
    {
        if (commit.Length is not (40 or 64) || !commit.All(char.IsAsciiHexDigit))
            throw Codes.InvalidMetadata.Error($"'{Printable.Quote(commit)}' is not a commit", "give all 40 or 64 hexadecimal digits, as 'git rev-parse HEAD' prints them");
        return new RegistrationSource
        {
            Given = new Lineage { Commit = commit.ToLowerInvariant(), Repository = repository is null ? null : Git.SourceLineage.WithoutCredentials(repository), Branch = branch, Dirty = dirty },
        };
    }
}
