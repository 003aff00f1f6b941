using ModelRegistry.Json;

namespace ModelRegistry;

/// <summary><c>family.json</c>: what holds for all versions of a family.</summary>
public sealed record FamilySettings : Extensible
{
    /// <summary>The version of the format: 1.</summary>
    public int SchemaVersion { get => field == 0 ? 1 : field; init; }

    /// <summary>One sentence.</summary>
    public string? Description { get; init; }

    /// <summary>What it does, such as <c>image-classification</c>.</summary>
    public string? Task { get; init; }

    /// <summary>The licence of versions that name none, as an SPDX expression.</summary>
    public string? License { get; init; }

    /// <summary>The metric that <c>best</c> means.</summary>
    public MetricGoal? Metric { get; init; }
}

/// <summary>A metric and which way is better.</summary>
public sealed record MetricGoal : Extensible
{
    /// <summary>The metric's name.</summary>
    public required string Name { get; init; }

    /// <summary>Which way is better; null where the name decides (<see cref="MetricDirections.ByName"/>).</summary>
    public MetricDirection? Direction { get; init; }

    /// <summary>Which way is better.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public MetricDirection EffectiveDirection => Direction ?? MetricDirections.ByName(Name);

    /// <summary>Reads <c>accuracy</c>, <c>loss:min</c> or <c>f1:max</c>.</summary>
    public static MetricGoal Parse(string text)
    {
        var colon = text.LastIndexOf(':');
        if (colon >= 0 && MetricDirections.TryParse(text[(colon + 1)..], out var direction))
            return new MetricGoal { Name = Metrics.CheckName(text[..colon]), Direction = direction };
        return new MetricGoal { Name = Metrics.CheckName(text) };
    }
}
