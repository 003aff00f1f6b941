using System.Collections.Immutable;
using ModelRegistry.Diagnostics;

namespace ModelRegistry;

/// <summary>What a registry takes from outside: clock, messages, folders, limits.</summary>
public sealed record RegistryOptions
{
    /// <summary>The clock. Default: the system's.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Where warnings go. Default: nowhere.</summary>
    public IRegistryLog Log { get; init; } = SilentLog.Instance;

    /// <summary>Told about long copies. Default: nobody.</summary>
    public IProgress<TransferProgress>? Progress { get; init; }

    /// <summary>The per-user cache of artifacts; null for none.</summary>
    public string? CacheDirectory { get; init; }

    /// <summary>Folders that are searched for artifacts after the stores of <c>registry.json</c>.</summary>
    public ImmutableArray<string> FallbackPaths { get; init; } = [];

    /// <summary>The git command. Default: <c>git</c> on the PATH.</summary>
    public string GitExecutable { get; init; } = "git";

    /// <summary>How long one git command may take. Default: 2 minutes.</summary>
    public TimeSpan GitTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How long to wait for git's index lock. Default: 10 seconds.</summary>
    public TimeSpan GitLockTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long to wait for another registration. Default: 2 minutes.</summary>
    public TimeSpan LockTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Looks into files before they are registered; null looks into none.</summary>
    public IFileExaminer? Examiner { get; init; }
}
