using System.Collections.Immutable;
using System.Text.Json;
using Cake.Core;
using Cake.Core.IO;
using ModelRegistry;
using ModelRegistry.Diagnostics;

namespace Cake.ModelRegistry;

/// <summary>Turns settings into what the registry takes.</summary>
internal static class RequestReader
{
    public static RegistrationRequest Read(ICakeContext context, RegisterModelSettings settings) => new()
    {
        Name = ModelName.Parse(settings.Name),
        Files = [.. settings.Files.Select(file => File(context, file))],
        Version = settings.Version is null ? null : ModelVersion.Parse(settings.Version),
        Step = Step(settings.Bump),
        Framework = settings.Framework,
        Architecture = settings.Architecture,
        Inputs = [.. settings.Inputs.Select((text, index) => TensorText.Parse(text, Numbered("x", index)))],
        Outputs = [.. settings.Outputs.Select((text, index) => TensorText.Parse(text, Numbered("y", index)))],
        Preprocessing = Preprocessing(settings.Preprocessing),
        Metrics = AllMetrics(context, settings),
        Hyperparameters = settings.Hyperparameters.ToImmutableSortedDictionary(p => p.Key, p => Json(p.Key, p.Value), StringComparer.Ordinal),
        Dataset = settings.Dataset is null ? null : DatasetReference.Parse(settings.Dataset),
        Parent = settings.Parent is null ? null : ModelId.Parse(settings.Parent),
        TrainedAt = settings.TrainedAt,
        Run = settings.Run,
        Notes = settings.Notes,
        Tags = settings.Tags.ToImmutableSortedDictionary(StringComparer.Ordinal),
        License = settings.License,
        Family = new FamilySettings
        {
            Description = settings.Description,
            Task = settings.Task,
            Metric = settings.BestMetric is null ? null : MetricGoal.Parse(settings.BestMetric),
        },
        Gates = [.. settings.Require.Select(Gate.Parse)],
        SourceDirectory = (settings.Source ?? context.Environment.WorkingDirectory).MakeAbsolute(context.Environment).FullPath,
        Commit = settings.Commit,
        Link = settings.Link,
        AllowUnsafe = settings.AllowUnsafe,
    };

    private static FileToRegister File(ICakeContext context, ModelFile file) => new(
        file.Path.MakeAbsolute(context.Environment).FullPath,
        file.Role,
        file.ModelPath is null ? null : RelativeFilePath.Parse(file.ModelPath));

    private static VersionStep Step(string? bump) => bump switch
    {
        null or "auto" => VersionStep.Auto,
        "major" => VersionStep.Major,
        "minor" => VersionStep.Minor,
        "patch" => VersionStep.Patch,
        _ => throw Codes.InvalidVersion.Error($"'{bump}' is not a step of versions", "use auto, major, minor or patch"),
    };

    private static string Numbered(string name, int index) => index == 0 ? name : $"{name}{index}";

    private static Preprocessing? Preprocessing(PreprocessingSettings? settings) => settings is null ? null : new Preprocessing
    {
        Resize = settings.Resize,
        Crop = settings.Crop,
        Mean = [.. settings.Mean],
        Std = [.. settings.Std],
        Layout = settings.Layout,
    };

    private static ImmutableSortedDictionary<string, double> AllMetrics(ICakeContext context, RegisterModelSettings settings)
    {
        var metrics = Manifest.NoMetrics.ToBuilder();
        if (settings.MetricsFile is { } path) metrics.AddRange(Metrics.ParseJson(ReadAll(context, path), path.GetFilename().FullPath));
        foreach (var (name, value) in settings.Metrics) metrics[name] = value;
        return metrics.ToImmutable();
    }

    private static byte[] ReadAll(ICakeContext context, FilePath path)
    {
        var full = path.MakeAbsolute(context.Environment);
        var file = context.FileSystem.GetFile(full);
        if (!file.Exists) throw Codes.SourceMissing.Error($"{full} does not exist", "check the path of the metrics");
        using var stream = file.Open(FileMode.Open, FileAccess.Read, FileShare.Read);
        using var content = new MemoryStream();
        stream.CopyTo(content);
        return content.ToArray();
    }

    private static JsonElement Json(string key, object value) => value switch
    {
        JsonElement element => element,
        string text => JsonSerializer.SerializeToElement(text),
        bool flag => JsonSerializer.SerializeToElement(flag),
        int or long or short or byte or uint or float or double or decimal => Number(key, value),
        _ => throw Codes.InvalidMetadata.Error($"hyperparameter '{key}' is a {value.GetType().Name}", "give a number, a boolean or text"),
    };

    private static JsonElement Number(string key, object value) =>
        value is float.NaN or double.NaN or float.PositiveInfinity or float.NegativeInfinity or double.PositiveInfinity or double.NegativeInfinity
            ? throw Codes.InvalidMetadata.Error($"hyperparameter '{key}' is not a finite number", "give a finite number, or write it as text")
            : JsonSerializer.SerializeToElement(value, value.GetType());
}
