using ModelRegistry.Diagnostics;
using ModelRegistry.Names;

namespace ModelRegistry;

/// <summary>How people name a version: <c>NAME</c>, <c>NAME/SELECTOR</c> or <c>NAME SELECTOR</c>.</summary>
/// <param name="Name">The family.</param>
/// <param name="Selector">The selector; null where none was given.</param>
public sealed record ModelReference(ModelName Name, Selector? Selector)
{
    /// <summary>Reads a reference.</summary>
    /// <param name="name"><c>NAME</c> or <c>NAME/SELECTOR</c>.</param>
    /// <param name="selector">The selector where it stands on its own; null for none.</param>
    /// <exception cref="ModelRegistryException">MR0101 or MR0103: one half is invalid, or there are two selectors.</exception>
    public static ModelReference Parse(string name, string? selector = null)
    {
        if (name.IndexOf('@', StringComparison.Ordinal) is > 0 and var at && !name.AsSpan(0, at).Contains('/') && ModelName.TryParse(name[..at], out var meant))
            throw Codes.InvalidName.Error($"'{Printable.Quote(name)}' is not a model name", $"write {meant}/{(ModelVersion.TryParse(name[(at + 1)..], out var version) ? version.Value : Printable.Quote(name[at..]))}, or {meant} and the selector as the next word");
        var slash = name.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0) return new ModelReference(ModelName.Parse(name), selector is null ? null : ModelRegistry.Selector.Parse(selector));
        if (selector is not null)
            throw Codes.InvalidSelector.Error($"'{Printable.Quote(name)}' and '{Printable.Quote(selector)}' name two selectors", "write NAME SELECTOR or NAME/SELECTOR");
        // The name is looked at first: of '../x' it is the name that is wrong.
        return new ModelReference(ModelName.Parse(name[..slash]), ModelRegistry.Selector.Parse(name[(slash + 1)..]));
    }
}
