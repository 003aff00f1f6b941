using System.Diagnostics.CodeAnalysis;
using Microsoft.Build.Framework;

namespace ModelRegistry.MSBuild;

/// <summary>Moves an alias of a family to a version.</summary>
public sealed class PromoteModel : RegistryTask
{
    /// <summary>The family.</summary>
    [Required, NotNull]
    public string? Name { get; set; }

    /// <summary>In: the selector; default <c>latest</c>. Out: the version that it chose.</summary>
    [Output]
    public string? Version { get; set; }

    /// <summary>The alias, such as <c>production</c>.</summary>
    [Required, NotNull]
    public string? Alias { get; set; }

    /// <summary>Why.</summary>
    public string? Reason { get; set; }

    /// <summary>Whether to commit. Default: true.</summary>
    public bool CreateCommit { get; set; } = true;

    /// <summary>Name and version.</summary>
    [Output]
    public string? Id { get; set; }

    /// <summary>False where the alias pointed there already.</summary>
    [Output]
    public bool Changed { get; set; }

    /// <summary>The commit; empty without one.</summary>
    [Output]
    public string? Commit { get; set; }

    private protected override void Run()
    {
        using var session = OpenWorkingCopy();
        var change = session.Registry.Promote(
            ModelName.Parse(Name.Trim()), Selector.Parse(NullIfEmpty(Version) ?? "latest"), Alias.Trim().TrimStart('@'), NullIfEmpty(Reason), CreateCommit, cancellation: Cancellation);
        Id = change.Id.ToString();
        Version = change.Id.Version.Value;
        Changed = change.Changed;
        Commit = change.Commit ?? "";
        Log.LogMessage(MessageImportance.High, "{0}", change.Changed ? $"@{Alias.Trim().TrimStart('@')} of {Name} is {Id}" : $"@{Alias.Trim().TrimStart('@')} of {Name} was {Id} already");
    }
}
