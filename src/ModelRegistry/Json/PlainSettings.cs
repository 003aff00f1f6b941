using System.Collections.Immutable;
using System.Text.Json;
using static ModelRegistry.Json.PlainDocument;

namespace ModelRegistry.Json;

/// <summary>Reads the small documents of a registry that have no surprises.</summary>
internal static class PlainSettings
{
    /// <summary><c>registry.json</c>.</summary>
    public static RegistrySettings Registry(JsonElement root)
    {
        ImmutableSortedDictionary<string, string>? remotes = null;
        RegistryPolicies? policies = null;
        string? schema = null;
        ImmutableArray<StoreSettings> stores = default;
        Dictionary<string, JsonElement>? unknown = null;
        foreach (var property in Properties(root))
        {
            switch (property.Name)
            {
                case "schemaVersion": SchemaVersion(property.Value); Once(ref schema, ""); break;
                case "stores": stores = stores.IsDefault ? List(property.Value, Store) : throw Unusual(); break;
                case "policies": Once(ref policies, Policies(property.Value)); break;
                case "remotes": Once(ref remotes, Strings(property.Value)); break;
                default: Keep(ref unknown, property); break;
            }
        }

        return new RegistrySettings { Stores = stores.IsDefault ? [] : stores, Policies = policies, Remotes = remotes ?? Manifest.NoTags, Unknown = unknown };
    }

    /// <summary><c>family.json</c>.</summary>
    public static FamilySettings Family(JsonElement root)
    {
        string? schema = null, description = null, task = null, license = null;
        MetricGoal? metric = null;
        Dictionary<string, JsonElement>? unknown = null;
        foreach (var property in Properties(root))
        {
            switch (property.Name)
            {
                case "schemaVersion": SchemaVersion(property.Value); Once(ref schema, ""); break;
                case "description": Once(ref description, Text(property.Value)); break;
                case "task": Once(ref task, Text(property.Value)); break;
                case "license": Once(ref license, Text(property.Value)); break;
                case "metric": Once(ref metric, Metric(property.Value)); break;
                default: Keep(ref unknown, property); break;
            }
        }

        return new FamilySettings { Description = description, Task = task, License = license, Metric = metric, Unknown = unknown };
    }

    /// <summary><c>aliases/NAME.json</c>.</summary>
    public static AliasRecord Alias(JsonElement root)
    {
        ModelVersion? version = null;
        string? by = null, reason = null;
        DateTimeOffset? at = null;
        Dictionary<string, JsonElement>? unknown = null;
        foreach (var property in Properties(root))
        {
            switch (property.Name)
            {
                case "version": Once(ref version, Version(property.Value)); break;
                case "by": Once(ref by, Text(property.Value)); break;
                case "at": at = at is null ? Time(property.Value) : throw Unusual(); break;
                case "reason": Once(ref reason, Text(property.Value)); break;
                default: Keep(ref unknown, property); break;
            }
        }

        return new AliasRecord { Version = version ?? throw Unusual(), By = by, At = at ?? throw Unusual(), Reason = reason, Unknown = unknown };
    }

    private static StoreSettings Store(JsonElement element)
    {
        string? name = null, path = null;
        bool? tracked = null;
        foreach (var property in Properties(element))
        {
            switch (property.Name)
            {
                case "name": Once(ref name, Text(property.Value)); break;
                case "path": Once(ref path, Text(property.Value)); break;
                case "tracked": tracked = Flag(property.Value, tracked); break;
                default: throw Unusual();
            }
        }

        return new StoreSettings { Name = name ?? throw Unusual(), Path = path, Tracked = tracked ?? false };
    }

    private static RegistryPolicies Policies(JsonElement element)
    {
        ImmutableArray<string> required = default;
        bool? clean = null, verified = null, promotion = null, signature = null;
        Dictionary<string, JsonElement>? unknown = null;
        foreach (var property in Properties(element))
        {
            switch (property.Name)
            {
                case "requiredMetadata": required = required.IsDefault ? List(property.Value, Text) : throw Unusual(); break;
                case "requireCleanSource": clean = Flag(property.Value, clean); break;
                case "requireVerified": verified = Flag(property.Value, verified); break;
                case "requireVerifiedForPromotion": promotion = Flag(property.Value, promotion); break;
                case "requireSignature": signature = Flag(property.Value, signature); break;
                default: Keep(ref unknown, property); break;
            }
        }

        return new RegistryPolicies
        {
            RequiredMetadata = required.IsDefault ? [] : required,
            RequireCleanSource = clean ?? false,
            RequireVerified = verified ?? false,
            RequireVerifiedForPromotion = promotion ?? false,
            RequireSignature = signature ?? false,
            Unknown = unknown,
        };
    }

    private static MetricGoal Metric(JsonElement element)
    {
        string? name = null;
        MetricDirection? direction = null;
        Dictionary<string, JsonElement>? unknown = null;
        foreach (var property in Properties(element))
        {
            switch (property.Name)
            {
                case "name": Once(ref name, Text(property.Value)); break;
                case "direction": direction = direction is null && MetricDirections.TryParse(Text(property.Value), out var read) ? read : throw Unusual(); break;
                default: Keep(ref unknown, property); break;
            }
        }

        return new MetricGoal { Name = name ?? throw Unusual(), Direction = direction, Unknown = unknown };
    }

    private static bool Flag(JsonElement element, bool? before) =>
        before is null && element.ValueKind is (JsonValueKind.True or JsonValueKind.False) ? element.GetBoolean() : throw Unusual();
}
