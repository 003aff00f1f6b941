namespace ModelRegistry.Tool.Output;

/// <summary>Why an alias points where it does, and why a version was withdrawn.</summary>
internal static class PointerText
{
    /// <summary>Why an alias was moved; null where nobody said.</summary>
    public static string? Promotion(string alias, AliasRecord record) =>
        record.Reason is null ? null : $"@{alias} {record.Version} since {Humanise.Time(record.At)}{(record.By is null ? "" : $" by {record.By}")}: {record.Reason}";

    /// <summary>When and why a version was withdrawn, and what to use instead.</summary>
    public static string Yank(YankRecord yank) =>
        $"yanked {Humanise.Time(yank.At)}{(yank.Reason is null ? "" : $": {yank.Reason}")}{(yank.Replacement is null ? "" : $"; use {yank.Replacement}")}";

    /// <inheritdoc cref="Yank(YankRecord)"/>
    public static string Yank(ModelVersion version, YankRecord yank) => $"{version} {Yank(yank)}";
}
