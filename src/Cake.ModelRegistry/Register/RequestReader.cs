using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Cake.Core;
using ModelRegistry;
using ModelRegistry.Diagnostics;

namespace Cake.ModelRegistry.Register;

/// <summary>Hands settings to the registry's own reading of registrations.</summary>
internal static class RequestReader
{
    public static RegistrationRequest Read(ICakeContext context, RegisterModelSettings settings)
    {
        var input = new RegistrationInput(context.Environment.WorkingDirectory.FullPath)
            .Add(RegistrationFields.Name, settings.Name)
            .Add(RegistrationFields.Version, settings.Version)
            .Add(RegistrationFields.Bump, settings.Bump)
            .Add(RegistrationFields.Framework, settings.Framework)
            .Add(RegistrationFields.Architecture, settings.Architecture)
            .Add(RegistrationFields.Metadata, settings.MetadataFile?.FullPath)
            .Add(RegistrationFields.InputShape, settings.Inputs)
            .Add(RegistrationFields.OutputShape, settings.Outputs)
            .Add(RegistrationFields.Resize, Text(settings.Preprocessing?.Resize))
            .Add(RegistrationFields.Crop, Text(settings.Preprocessing?.Crop))
            .Add(RegistrationFields.Mean, Text(settings.Preprocessing?.Mean))
            .Add(RegistrationFields.Std, Text(settings.Preprocessing?.Std))
            .Add(RegistrationFields.Layout, settings.Preprocessing?.Layout)
            .Add(RegistrationFields.MetricsFile, settings.MetricsFile?.FullPath)
            .Add(RegistrationFields.Metric, settings.Metrics.Select(m => $"{m.Key}={Text(m.Value)}"))
            .Add(RegistrationFields.HyperparametersFile, settings.HyperparametersFile?.FullPath)
            .Add(RegistrationFields.Dataset, settings.Dataset)
            .Add(RegistrationFields.Parent, settings.Parent)
            .Add(RegistrationFields.TrainedAt, settings.TrainedAt?.ToString("O", CultureInfo.InvariantCulture))
            .Add(RegistrationFields.Run, settings.Run)
            .Add(RegistrationFields.Notes, settings.Notes)
            .Add(RegistrationFields.Tag, settings.Tags.Select(t => $"{t.Key}={t.Value}"))
            .Add(RegistrationFields.License, settings.License)
            .Add(RegistrationFields.Description, settings.Description)
            .Add(RegistrationFields.Task, settings.Task)
            .Add(RegistrationFields.DefaultMetric, settings.DefaultMetric)
            .Add(RegistrationFields.Require, settings.Require)
            .Add(RegistrationFields.Source, settings.Source?.MakeAbsolute(context.Environment).FullPath)
            .Add(RegistrationFields.NoCommit, !settings.Commit)
            .Add(RegistrationFields.Link, settings.Link)
            .Add(RegistrationFields.AllowUnsafe, settings.AllowUnsafe);
        foreach (var file in settings.Files) input.Add(new FileToRegister(file.Path.FullPath, file.Role, file.ModelPath is null ? null : RelativeFilePath.Parse(file.ModelPath)));
        foreach (var (name, texts) in settings.Fields)
            input.Add(RegistrationFields.Find(name) ?? throw Codes.InvalidMetadata.Error($"a registration has no field '{name}'", "see 'modelreg register --help' for the fields"), texts);
        var request = input.ToRequest();
        // The types of a script's values are known; text would have to be guessed.
        return request with { Hyperparameters = request.Hyperparameters.ToImmutableSortedDictionary(StringComparer.Ordinal).SetItems(settings.Hyperparameters.Select(Json)) };
    }

    private static string? Text(ICollection<double>? numbers) => numbers is null ? null : string.Join(',', numbers.Select(Text));

    private static string Text(double number) => number.ToString("R", CultureInfo.InvariantCulture);

    private static string? Text(int? number) => number?.ToString(CultureInfo.InvariantCulture);

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
