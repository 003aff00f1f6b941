using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text.Json;
using static ModelRegistry.Json.PlainDocument;

namespace ModelRegistry.Json;

/// <summary>Reads a manifest that has no surprises.</summary>
internal static class PlainManifest
{
    public static Manifest Read(JsonElement root)
    {
        string? framework = null, architecture = null, createdBy = null, notes = null, license = null, schema = null, created = null;
        ModelName? name = null;
        ModelVersion? version = null;
        Preprocessing? preprocessing = null;
        Lineage? lineage = null;
        ImmutableSortedDictionary<string, double>? metrics = null;
        ImmutableSortedDictionary<string, JsonElement>? hyperparameters = null;
        ImmutableSortedDictionary<string, string>? tags = null;
        ImmutableArray<TensorSpec> inputs = default, outputs = default;
        ImmutableArray<ModelFile> files = default;
        DateTimeOffset createdAt = default;
        Dictionary<string, JsonElement>? unknown = null;
        foreach (var property in Properties(root))
        {
            var value = property.Value;
            switch (property.Name)
            {
                case "schemaVersion": SchemaVersion(value); Once(ref schema, ""); break;
                case "name": Once(ref name, ModelName.TryParse(Text(value), out var parsed) ? parsed : throw Unusual()); break;
                case "version": Once(ref version, Version(value)); break;
                case "createdAt": createdAt = Time(value); Once(ref created, ""); break;
                case "createdBy": Once(ref createdBy, Text(value)); break;
                case "framework": Once(ref framework, Text(value)); break;
                case "architecture": Once(ref architecture, Text(value)); break;
                case "inputs": Once(ref inputs, List(value, Spec)); break;
                case "outputs": Once(ref outputs, List(value, Spec)); break;
                case "preprocessing": Once(ref preprocessing, ReadPreprocessing(value)); break;
                case "metrics": Once(ref metrics, ReadMetrics(value)); break;
                case "hyperparameters": Once(ref hyperparameters, ReadHyperparameters(value)); break;
                case "lineage": Once(ref lineage, ReadLineage(value)); break;
                case "files": Once(ref files, List(value, ReadFile)); break;
                case "notes": Once(ref notes, Text(value)); break;
                case "tags": Once(ref tags, Strings(value)); break;
                case "license": Once(ref license, Text(value)); break;
                default: Keep(ref unknown, property); break;
            }
        }

        if (name is null || version is null || created is null || files.IsDefault) throw Unusual();
        return new Manifest
        {
            Name = name,
            Version = version,
            CreatedAt = createdAt,
            CreatedBy = createdBy,
            Framework = framework,
            Architecture = architecture,
            Inputs = inputs,
            Outputs = outputs,
            Preprocessing = preprocessing,
            Metrics = metrics ?? Manifest.NoMetrics,
            Hyperparameters = hyperparameters ?? Manifest.NoHyperparameters,
            Lineage = lineage,
            Files = files,
            Notes = notes,
            Tags = tags ?? Manifest.NoTags,
            License = license,
            Unknown = unknown,
        };
    }

    private static void Once<T>(ref ImmutableArray<T> slot, ImmutableArray<T> value)
    {
        if (!slot.IsDefault) throw Unusual();
        slot = value;
    }

    private static void Once<T>(ref T? slot, T value)
        where T : class => PlainDocument.Once(ref slot, value);

    private static TensorSpec Spec(JsonElement element)
    {
        string? name = null, dtype = null;
        long[]? shape = null;
        Dictionary<string, JsonElement>? unknown = null;
        foreach (var property in Properties(element))
        {
            switch (property.Name)
            {
                case "name": Once(ref name, Text(property.Value)); break;
                case "dtype": Once(ref dtype, Text(property.Value)); break;
                case "shape": Once(ref shape, Shape(property.Value)); break;
                default: Keep(ref unknown, property); break;
            }
        }

        if (name is null || dtype is null || shape is null) throw Unusual();
        return new TensorSpec { Name = name, Dtype = dtype, Shape = ImmutableCollectionsMarshal.AsImmutableArray(shape), Unknown = unknown };
    }

    private static long[] Shape(JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.Array) throw Unusual();
        var shape = new long[element.GetArrayLength()];
        for (var i = 0; i < shape.Length; i++) shape[i] = Number(element[i]);
        return shape;
    }

    private static Preprocessing ReadPreprocessing(JsonElement element)
    {
        string? layout = null, resized = null, cropped = null;
        int? resize = null, crop = null;
        double[]? mean = null, std = null;
        Dictionary<string, JsonElement>? unknown = null;
        foreach (var property in Properties(element))
        {
            switch (property.Name)
            {
                case "resize": resize = Side(property.Value); Once(ref resized, ""); break;
                case "crop": crop = Side(property.Value); Once(ref cropped, ""); break;
                case "mean": Once(ref mean, Figures(property.Value)); break;
                case "std": Once(ref std, Figures(property.Value)); break;
                case "layout": Once(ref layout, Text(property.Value)); break;
                default: Keep(ref unknown, property); break;
            }
        }

        return new Preprocessing
        {
            Resize = resize,
            Crop = crop,
            Mean = mean is null ? [] : ImmutableCollectionsMarshal.AsImmutableArray(mean),
            Std = std is null ? [] : ImmutableCollectionsMarshal.AsImmutableArray(std),
            Layout = layout,
            Unknown = unknown,
        };
    }

    private static int Side(JsonElement element) => Number(element) is >= int.MinValue and <= int.MaxValue and var side ? (int)side : throw Unusual();

    private static double[] Figures(JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.Array) throw Unusual();
        var figures = new double[element.GetArrayLength()];
        for (var i = 0; i < figures.Length; i++) figures[i] = Figure(element[i]);
        return figures;
    }

    private static double Figure(JsonElement element) => element.ValueKind == JsonValueKind.Number && element.TryGetDouble(out var figure) ? figure : throw Unusual();

    private static ImmutableSortedDictionary<string, double> ReadMetrics(JsonElement element)
    {
        var metrics = Manifest.NoMetrics;
        foreach (var property in Properties(element))
        {
            if (metrics.ContainsKey(property.Name)) throw Unusual();
            metrics = metrics.Add(property.Name, Figure(property.Value));
        }

        return metrics;
    }

    private static ImmutableSortedDictionary<string, JsonElement> ReadHyperparameters(JsonElement element)
    {
        var settings = Manifest.NoHyperparameters;
        foreach (var property in Properties(element))
        {
            if (settings.ContainsKey(property.Name) || property.Value.ValueKind is JsonValueKind.Object or JsonValueKind.Array or JsonValueKind.Null) throw Unusual();
            settings = settings.Add(property.Name, property.Value.Clone());
        }

        return settings;
    }

    private static Lineage ReadLineage(JsonElement element)
    {
        string? commit = null, repository = null, branch = null, run = null, trained = null, soiled = null;
        bool? dirty = null;
        DatasetReference? dataset = null;
        ModelId? parent = null;
        DateTimeOffset? trainedAt = null;
        Dictionary<string, JsonElement>? unknown = null;
        foreach (var property in Properties(element))
        {
            var value = property.Value;
            switch (property.Name)
            {
                case "commit": Once(ref commit, Text(value)); break;
                case "repository": Once(ref repository, Text(value)); break;
                case "branch": Once(ref branch, Text(value)); break;
                case "dirty": dirty = value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : throw Unusual(); Once(ref soiled, ""); break;
                case "dataset": Once(ref dataset, ReadDataset(value)); break;
                case "parent": Once(ref parent, ModelId.TryParse(Text(value), out var id) ? id : throw Unusual()); break;
                case "trainedAt": trainedAt = Time(value); Once(ref trained, ""); break;
                case "run": Once(ref run, Text(value)); break;
                default: Keep(ref unknown, property); break;
            }
        }

        return new Lineage { Commit = commit, Repository = repository, Branch = branch, Dirty = dirty, Dataset = dataset, Parent = parent, TrainedAt = trainedAt, Run = run, Unknown = unknown };
    }

    private static DatasetReference ReadDataset(JsonElement element)
    {
        string? name = null, version = null;
        Digest? digest = null;
        Dictionary<string, JsonElement>? unknown = null;
        foreach (var property in Properties(element))
        {
            switch (property.Name)
            {
                case "name": Once(ref name, Text(property.Value)); break;
                case "version": Once(ref version, Text(property.Value)); break;
                case "digest": Once(ref digest, Digest(property.Value)); break;
                default: Keep(ref unknown, property); break;
            }
        }

        return new DatasetReference { Name = name ?? throw Unusual(), Version = version, Digest = digest, Unknown = unknown };
    }

    private static ModelFile ReadFile(JsonElement element)
    {
        RelativeFilePath? path = null;
        string? role = null, format = null, scan = null;
        long? size = null, parameters = null;
        int? tensors = null;
        Digest? digest = null;
        Dictionary<string, JsonElement>? unknown = null;
        foreach (var property in Properties(element))
        {
            var value = property.Value;
            switch (property.Name)
            {
                case "path": Once(ref path, RelativeFilePath.TryParse(Text(value), out var parsed) ? parsed : throw Unusual()); break;
                case "role": Once(ref role, Text(value)); break;
                case "format": Once(ref format, Text(value)); break;
                case "size": size = size is null ? Number(value) : throw Unusual(); break;
                case "digest": Once(ref digest, Digest(value)); break;
                case "parameters": parameters = parameters is null ? Number(value) : throw Unusual(); break;
                case "tensors": tensors = tensors is null && Number(value) is >= int.MinValue and <= int.MaxValue and var count ? (int)count : throw Unusual(); break;
                case "scan": Once(ref scan, Text(value)); break;
                default: Keep(ref unknown, property); break;
            }
        }

        if (path is null || role is null || size is null || digest is null) throw Unusual();
        return new ModelFile { Path = path, Role = role, Format = format, Size = size.Value, Digest = digest, Parameters = parameters, Tensors = tensors, Scan = scan, Unknown = unknown };
    }
}
