using System.Collections.Immutable;
using System.Text.Json;

namespace ModelRegistry;

/// <summary>What differs between two versions.</summary>
public sealed record VersionComparison
{
    /// <summary>The version that the deltas start from.</summary>
    public required ModelId Left { get; init; }

    /// <summary>The version that is compared with it.</summary>
    public required ModelId Right { get; init; }

    /// <summary>Every metric of either, by name.</summary>
    public required ImmutableArray<MetricDifference> Metrics { get; init; }

    /// <summary>Every field of the metadata that differs.</summary>
    public required ImmutableArray<FieldDifference> Metadata { get; init; }

    /// <summary>Every file of either, by path.</summary>
    public required ImmutableArray<FileDifference> Files { get; init; }

    internal static VersionComparison Of(Manifest left, Manifest right, Func<ModelName, MetricGoal?> goal) => new()
    {
        Left = left.Id,
        Right = right.Id,
        Metrics = [.. left.Metrics.Keys.Union(right.Metrics.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal).Select(name => Metric(name, left, right, goal(right.Name)))],
        Metadata = [.. Fields(left, right).Where(field => field.Left != field.Right)],
        Files = [.. left.Files.Concat(right.Files).Select(f => f.Path).Distinct().Order().Select(path => File(path, left, right))],
    };

    private static MetricDifference Metric(string name, Manifest left, Manifest right, MetricGoal? goal)
    {
        double? before = left.Metrics.TryGetValue(name, out var l) ? l : null;
        double? after = right.Metrics.TryGetValue(name, out var r) ? r : null;
        var direction = goal?.Name == name ? goal.EffectiveDirection : MetricDirections.ByName(name);
        bool? better = before is null || after is null || before == after ? null : direction.IsBetter(after.Value, before.Value);
        return new MetricDifference(name, before, after, after - before, better);
    }

    private static FileDifference File(RelativeFilePath path, Manifest left, Manifest right)
    {
        var before = left.Files.FirstOrDefault(f => f.Path == path);
        var after = right.Files.FirstOrDefault(f => f.Path == path);
        var change = before is null ? "added" : after is null ? "removed" : before.Digest == after.Digest ? "same" : "changed";
        return new FileDifference(path.Value, change, before?.Size, after?.Size, before?.Digest, after?.Digest);
    }

    private static IEnumerable<FieldDifference> Fields(Manifest left, Manifest right)
    {
        yield return new("framework", left.Framework, right.Framework);
        yield return new("architecture", left.Architecture, right.Architecture);
        yield return new("inputs", Text(left.Inputs), Text(right.Inputs));
        yield return new("outputs", Text(left.Outputs), Text(right.Outputs));
        yield return new("dataset", left.Lineage?.Dataset?.ToString(), right.Lineage?.Dataset?.ToString());
        yield return new("parent", left.Lineage?.Parent?.ToString(), right.Lineage?.Parent?.ToString());
        yield return new("commit", left.Lineage?.Commit, right.Lineage?.Commit);
        yield return new("license", left.License, right.License);
        yield return new("notes", left.Notes, right.Notes);
        foreach (var key in left.Hyperparameters.Keys.Union(right.Hyperparameters.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal))
            yield return new("hyperparameters." + key, Text(left.Hyperparameters, key), Text(right.Hyperparameters, key));
        foreach (var key in left.Tags.Keys.Union(right.Tags.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal))
            yield return new("tags." + key, left.Tags.GetValueOrDefault(key), right.Tags.GetValueOrDefault(key));
    }

    private static string? Text(ImmutableArray<TensorSpec> specs) => specs.Length == 0 ? null : string.Join(", ", specs);

    private static string? Text(ImmutableSortedDictionary<string, JsonElement> values, string key) => values.TryGetValue(key, out var value) ? value.ToString() : null;
}

/// <summary>One metric of two versions. <see cref="Better"/> is null where it cannot be said.</summary>
public sealed record MetricDifference(string Name, double? Left, double? Right, double? Delta, bool? Better);

/// <summary>One field of two versions.</summary>
public sealed record FieldDifference(string Field, string? Left, string? Right);

/// <summary>One file of two versions; the change is <c>added</c>, <c>removed</c>, <c>changed</c> or <c>same</c>.</summary>
public sealed record FileDifference(string Path, string Change, long? LeftSize, long? RightSize, Digest? LeftDigest, Digest? RightDigest);
