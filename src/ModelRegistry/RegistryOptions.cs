using System.Collections.Immutable;
using ModelRegistry.Diagnostics;
using ModelRegistry.Stores;
using ModelRegistry.Git;

namespace ModelRegistry;

/// <summary>What a registry takes from outside: place, clock, messages, folders, limits.</summary>
public sealed record RegistryOptions
{
    /// <summary>The registry where nobody names one: a directory or the URL of a git repository; null for the nearest upwards.</summary>
    public string? Registry { get; init; }

    /// <summary>What relative paths are relative to, and where the search for a registry starts. Default: the current directory.</summary>
    public string WorkingDirectory { get; init; } = ".";

    /// <summary>Use only what is on this machine. Default: false.</summary>
    public bool Offline { get; init; }

    /// <summary>The clock. Default: the system's.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Where warnings go. Default: nowhere.</summary>
    public IRegistryLog Log { get; init; } = SilentLog.Instance;

    /// <summary>Told about long copies, several at once from several threads. Default: nobody.</summary>
    public IProgress<TransferProgress>? Progress { get; init; }

    /// <summary>The per-user cache of artifacts; null for none.</summary>
    public string? CacheDirectory { get; init; }

    /// <summary>Folders that are searched for artifacts after the stores of <c>registry.json</c>.</summary>
    public ImmutableArray<string> FallbackPaths { get; init; } = [];

    /// <summary>Looks up variables of the environment for the credentials of stores. Default: none is set.</summary>
    public Func<string, string?> Variable { get; init; } = static _ => null;

    /// <summary>Opens kinds of stores beyond those that are built in; asked before them.</summary>
    public ImmutableArray<IArtifactStoreFactory> StoreFactories { get; init; } = [];

    /// <summary>What makes models here, as CI names itself; for provenance. Default: a desk.</summary>
    public string Builder { get; init; } = "urn:modelregistry:desk";

    /// <summary>The git command. Default: <c>git</c> on the PATH.</summary>
    public string GitExecutable { get; init; } = "git";

    /// <summary>Reads a repository where there is no git command; null for nothing. The command and the dashboard give libgit2 here.</summary>
    public Func<GitLocation, IGitReader>? GitFallback { get; init; }

    /// <summary>How long one git command may take. Default: 2 minutes.</summary>
    public TimeSpan GitTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How long to wait for git's index lock. Default: 10 seconds.</summary>
    public TimeSpan GitLockTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long to wait for one other registration; how many stand before this one does not matter. Default: 2 minutes.</summary>
    public TimeSpan LockTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>After how many new commits <c>sync</c> and <c>doctor</c> write git's commit graph, with the paths that changed, anew. Default: 1,000.</summary>
    public int CommitGraphAfter { get; init; } = 1000;

    /// <summary>Looks into files before they are registered; null looks into none.</summary>
    public IFileExaminer? Examiner { get; init; }

    /// <summary>
    /// The options that the environment asks for: <c>MODELREG_REGISTRY</c>, <c>MODELREG_CACHE</c> (else the platform's folder for caches),
    /// <c>MODELREG_FALLBACK_PATHS</c>, <c>MODELREG_OFFLINE</c>, <c>MODELREG_GIT_TIMEOUT</c> and <c>MODELREG_LOCK_TIMEOUT</c>. They mean the same to every front end.
    /// </summary>
    /// <param name="variable">Looks up a variable of the environment; null where it is not set.</param>
    /// <param name="workingDirectory">What relative paths are relative to.</param>
    /// <exception cref="ModelRegistryException">MR0115: a variable holds what it cannot.</exception>
    public static RegistryOptions FromEnvironment(Func<string, string?> variable, string workingDirectory) =>
        new RegistryEnvironment(variable, workingDirectory).Read();

    /// <summary>A path as the user wrote it, made absolute.</summary>
    internal string FullPath(string path) => Path.GetFullPath(Path.Combine(WorkingDirectory, path));
}
