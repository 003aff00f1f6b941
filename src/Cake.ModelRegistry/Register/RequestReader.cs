using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Cake.Core;
using Cake.Core.IO;
using ModelRegistry;
using ModelRegistry.Diagnostics;

namespace Cake.ModelRegistry;

/// <summary>Turns settings into what the registry takes. What the script says wins over the files it names.</summary>
internal static class RequestReader
{
    public static RegistrationRequest Read(ICakeContext context, RegisterModelSettings settings)
    {
        var metadata = settings.MetadataFile is { } file ? RegistrationMetadata.Parse(ReadAll(context, file), Shown(file)) : new RegistrationMetadata();
        return new RegistrationRequest
        {
            Name = ModelName.Parse(settings.Name),
            Files = [.. settings.Files.Select(model => File(context, model))],
            Version = settings.Version is null ? null : ModelVersion.Parse(settings.Version),
            Step = Step(settings.Bump),
            Framework = settings.Framework ?? metadata.Framework,
            Architecture = settings.Architecture ?? metadata.Architecture,
            Inputs = settings.Inputs.Count > 0 ? Shapes(settings.Inputs, "input") : metadata.Inputs,
            Outputs = settings.Outputs.Count > 0 ? Shapes(settings.Outputs, "output") : metadata.Outputs,
            Preprocessing = Preprocessing(settings.Preprocessing) ?? metadata.Preprocessing,
            Metrics = metadata.Metrics.SetItems(FileMetrics(context, settings)).SetItems(settings.Metrics),
            Hyperparameters = metadata.Hyperparameters.SetItems(FileHyperparameters(context, settings)).SetItems(settings.Hyperparameters.Select(Json)),
            Dataset = settings.Dataset is null ? metadata.Dataset : DatasetReference.Parse(settings.Dataset),
            Parent = settings.Parent is null ? metadata.Parent : ModelId.Parse(settings.Parent),
            TrainedAt = settings.TrainedAt ?? metadata.TrainedAt,
            Run = settings.Run ?? metadata.Run,
            Notes = settings.Notes ?? metadata.Notes,
            Tags = metadata.Tags.SetItems(settings.Tags),
            License = settings.License ?? metadata.License,
            Family = new FamilySettings
            {
                Description = settings.Description,
                Task = settings.Task,
                Metric = settings.DefaultMetric is null ? null : MetricGoal.Parse(settings.DefaultMetric),
            },
            Gates = [.. settings.Require.Select(Gate.Parse)],
            SourceDirectory = (settings.Source ?? context.Environment.WorkingDirectory).MakeAbsolute(context.Environment).FullPath,
            Commit = settings.Commit,
            Link = settings.Link,
            AllowUnsafe = settings.AllowUnsafe,
        };
    }

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

    private static ImmutableArray<TensorSpec> Shapes(IEnumerable<string> texts, string name) =>
        [.. texts.Select((text, index) => TensorSpec.Parse(text, index == 0 ? name : string.Create(CultureInfo.InvariantCulture, $"{name}{index + 1}")))];

    private static Preprocessing? Preprocessing(PreprocessingSettings? settings) => settings is null ? null : new Preprocessing
    {
        Resize = settings.Resize,
        Crop = settings.Crop,
        Mean = [.. settings.Mean],
        Std = [.. settings.Std],
        Layout = settings.Layout,
    };

    private static IEnumerable<KeyValuePair<string, double>> FileMetrics(ICakeContext context, RegisterModelSettings settings) =>
        settings.MetricsFile is { } file ? Metrics.ParseJson(ReadAll(context, file), Shown(file)) : [];

    private static IEnumerable<KeyValuePair<string, JsonElement>> FileHyperparameters(ICakeContext context, RegisterModelSettings settings) =>
        settings.HyperparametersFile is { } file ? Hyperparameters.ParseJson(ReadAll(context, file), Shown(file)) : [];

    private static string Shown(FilePath file) => file.GetFilename().FullPath;

    private static byte[] ReadAll(ICakeContext context, FilePath path)
    {
        var full = path.MakeAbsolute(context.Environment);
        var file = context.FileSystem.GetFile(full);
        if (!file.Exists) throw Codes.SourceMissing.Error($"{full} does not exist", "check the path");
        using var stream = file.Open(FileMode.Open, FileAccess.Read, FileShare.Read);
        using var content = new MemoryStream();
        stream.CopyTo(content);
        return content.ToArray();
    }

    private static KeyValuePair<string, JsonElement> Json(KeyValuePair<string, object> pair) => KeyValuePair.Create(pair.Key, pair.Value switch
    {
        JsonElement element => element,
        string text => JsonSerializer.SerializeToElement(text),
        bool flag => JsonSerializer.SerializeToElement(flag),
        double number when !double.IsFinite(number) => throw Codes.InvalidMetadata.Error($"hyperparameter '{pair.Key}' is not a finite number", "give a finite number, or write it as text"),
        float number when !float.IsFinite(number) => throw Codes.InvalidMetadata.Error($"hyperparameter '{pair.Key}' is not a finite number", "give a finite number, or write it as text"),
        int or long or double or float or decimal => JsonSerializer.SerializeToElement(pair.Value, pair.Value.GetType()),
        _ => throw Codes.InvalidMetadata.Error($"hyperparameter '{pair.Key}' is neither a number nor a boolean nor text", "convert it"),
    });
}
