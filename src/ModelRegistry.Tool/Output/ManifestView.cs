
namespace ModelRegistry.Tool.Output;

/// <summary>A manifest for people.</summary>
internal static class ManifestView
{
    public static void Show(Screen screen, Resolution version, IReadOnlyDictionary<string, AliasRecord> aliases, VerificationRecord? verification)
    {
        var manifest = version.Manifest;
        screen.Line(version.Id.ToString() + string.Concat(aliases.Keys.Select(a => $"  @{a}")), Screen.Strong);
        if (version.Yank is { } yank) screen.Line(PointerText.Yank(yank), Screen.Bad);
        foreach (var reason in aliases.Select(a => PointerText.Promotion(a.Key, a.Value)).OfType<string>()) screen.Line(reason);
        screen.Blank();
        var lineage = manifest.Lineage;
        screen.Fields(
            ("registered", $"{Humanise.Time(manifest.CreatedAt)}{(manifest.CreatedBy is null ? "" : $" by {manifest.CreatedBy}")}"),
            ("framework", manifest.Framework),
            ("architecture", manifest.Architecture),
            ("inputs", string.Join("\n", manifest.Inputs)),
            ("outputs", string.Join("\n", manifest.Outputs)),
            ("preprocessing", manifest.Preprocessing is { } p ? PreprocessingText(p) : null),
            ("metrics", string.Join("\n", manifest.Metrics.Select(m => $"{m.Key} {Humanise.Number(m.Value)}"))),
            ("hyperparameters", string.Join("\n", manifest.Hyperparameters.Select(h => $"{h.Key} {h.Value}"))),
            ("dataset", lineage?.Dataset is { } dataset ? dataset.ToString() : null),
            ("parent", lineage?.Parent?.ToString()),
            ("trained", lineage?.TrainedAt is { } trained ? Humanise.Time(trained) : null),
            ("run", lineage?.Run),
            ("source", SourceText(lineage)),
            ("tags", string.Join("\n", manifest.Tags.Select(t => $"{t.Key} {t.Value}"))),
            ("license", manifest.License),
            ("notes", manifest.Notes),
            ("verification", verification is null ? null : VerificationText(verification, manifest)),
            ("manifest", version.ManifestPath));
        screen.Blank();
        Files(screen, manifest);
    }

    /// <summary>Where the source stood, on one line; null where nothing is known.</summary>
    public static string? SourceText(Lineage? lineage) =>
        lineage?.Commit is null
            ? lineage?.Repository
            : $"{Humanise.Commit(lineage.Commit)}{(lineage.Branch is null ? "" : $" on {lineage.Branch}")}{(lineage.Dirty == true ? ", with uncommitted changes" : "")}{(lineage.Repository is null ? "" : $", {lineage.Repository}")}";

    private static void Files(Screen screen, Manifest manifest)
    {
        var table = Screen.Table("FILE", "ROLE", "FORMAT", "SIZE", "PARAMETERS", "SCAN", "DIGEST");
        foreach (var file in manifest.Files)
        {
            table.AddRow(
                Screen.Cell(file.Path.Value, Screen.Strong),
                Screen.Cell(file.Role),
                Screen.Cell(file.Format),
                Screen.Cell(Humanise.Bytes(file.Size)),
                Screen.Cell(file.Parameters is { } parameters ? Humanise.Count(parameters) : null),
                Screen.Cell(file.Scan, file.Scan switch { null or "safe" => Screen.Plain, "data" or "unknown" => Screen.Notice, _ => Screen.Bad }),
                Screen.Cell(file.Digest.ToShortString(), Screen.Faint));
        }

        screen.Write(table);
    }

    private static string PreprocessingText(Preprocessing preprocessing) => string.Join(", ", new[]
    {
        preprocessing.Resize is { } resize ? $"resize {resize}" : null,
        preprocessing.Crop is { } crop ? $"crop {crop}" : null,
        preprocessing.Mean.IsDefaultOrEmpty ? null : $"mean {string.Join(' ', preprocessing.Mean.Select(Humanise.Number))}",
        preprocessing.Std.IsDefaultOrEmpty ? null : $"std {string.Join(' ', preprocessing.Std.Select(Humanise.Number))}",
        preprocessing.Layout,
    }.Where(part => part is not null));

    private static string VerificationText(VerificationRecord verification, Manifest manifest) =>
        $"{(verification.Covers(manifest) ? "passed" : verification.Passed ? "passed for other files" : "failed")} {Humanise.Time(verification.At)}, engine {verification.Engine}";
}
