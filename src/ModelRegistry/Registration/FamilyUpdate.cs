namespace ModelRegistry.Registration;

/// <summary>Works out what <c>family.json</c> says after a registration.</summary>
internal static class FamilyUpdate
{
    /// <summary>The new settings; null where nothing changes.</summary>
    public static FamilySettings? Merge(FamilySettings? present, RegistrationRequest request, Manifest manifest)
    {
        var before = present ?? new FamilySettings();
        var after = before with
        {
            Description = request.Family.Description ?? before.Description,
            Task = request.Family.Task ?? before.Task,
            License = request.Family.License ?? before.License,
            Metric = request.Family.Metric ?? before.Metric ?? FirstMetric(manifest),
        };
        return present is not null && after == before ? null : after;
    }

    private static MetricGoal? FirstMetric(Manifest manifest)
    {
        var name = manifest.Metrics.ContainsKey("accuracy") ? "accuracy" : manifest.Metrics.Count == 1 ? manifest.Metrics.Keys.First() : null;
        return name is null ? null : new MetricGoal { Name = name, Direction = MetricDirections.ByName(name) };
    }
}
