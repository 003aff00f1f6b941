using System.Diagnostics.CodeAnalysis;
using ModelRegistry.Diagnostics;
using ModelRegistry.Names;
using ModelRegistry.Selectors;

namespace ModelRegistry;

/// <summary>
/// A question whose answer is one version: <c>latest</c>, <c>best</c>, <c>best:f1</c>, <c>best:loss:min</c>, <c>1.1.0</c>,
/// <c>1.*</c>, <c>v1</c>, <c>^1.2</c>, <c>[1.0,2.0)</c>, <c>@production</c>, <c>sha256:…</c>.
/// </summary>
public abstract record Selector
{
    private const int MaxLength = 200;

    private protected Selector(string text) => Text = text;

    /// <summary>The selector as it was written.</summary>
    public string Text { get; }

    /// <summary>The newest by time of registration.</summary>
    public static Selector Latest { get; } = new LatestSelector("latest");

    /// <summary>The best by the family's default metric.</summary>
    public static Selector Best { get; } = new BestSelector("best", null, null);

    /// <summary>Whether the answer stays the same whatever is registered later: an exact version or a digest.</summary>
    public abstract bool IsExact { get; }

    /// <summary>Selects one version exactly.</summary>
    public static Selector Exactly(ModelVersion version) => new ExactSelector(version.Value, version);

    /// <summary>Reads a selector.</summary>
    /// <exception cref="ModelRegistryException">MR0103: no selector has that form.</exception>
    public static Selector Parse(string text) =>
        TryParse(text, out var selector)
            ? selector
            : throw Codes.InvalidSelector.Error(
                $"'{Printable.Quote(text)}' is not a selector",
                ModelVersion.Meant(text) is { } meant ? $"write {meant} for that version" : "use latest, best, best:METRIC[:min|max], 1.1.0, 1.*, ^1.2, [1.0,2.0), @ALIAS or sha256:DIGEST");

    /// <summary>Reads a selector; false where it has no known form.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out Selector? selector)
    {
        selector = text is null || text.Length is 0 or > MaxLength ? null : Read(text.Trim());
        return selector is not null;
    }

    private static Selector? Read(string text)
    {
        if (text == "latest") return Latest;
        if (text == "best") return Best;
        if (text.StartsWith("best:", StringComparison.Ordinal)) return BestSelector.TryRead(text);
        if (text.StartsWith('@')) return ModelName.TryParse(text[1..], out _) ? new AliasSelector(text, text[1..]) : null;
        if (text.StartsWith(Digest.Prefix, StringComparison.Ordinal)) return Digest.TryParse(text, out var digest) ? new DigestSelector(text, digest) : null;
        if (ModelVersion.TryParse(text, out var version)) return new ExactSelector(text, version);
        return RangeSelector.TryRead(text);
    }

    /// <inheritdoc/>
    public sealed override string ToString() => Text;
}
