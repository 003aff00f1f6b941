using System.Collections.Immutable;
using System.Globalization;
using ModelRegistry.Diagnostics;
using ModelRegistry.Names;

namespace ModelRegistry.Registration;

/// <summary>What was given for a field, and where files that it names are looked for.</summary>
internal sealed record FieldTexts(RegistrationInput Input, IReadOnlyList<string> All)
{
    public string One => All[^1];
}

/// <summary>What the texts of a registration's fields mean, where no type of the registry reads them itself.</summary>
internal static class FieldParsing
{
    public static VersionStep Step(string text) => text.Trim().ToLowerInvariant() switch
    {
        "auto" => VersionStep.Auto,
        "major" => VersionStep.Major,
        "minor" => VersionStep.Minor,
        "patch" => VersionStep.Patch,
        _ => throw Codes.InvalidVersion.Error($"'{Printable.Quote(text)}' is not a step of versions", "use auto, major, minor or patch"),
    };

    /// <summary>The first is called as it is asked for, the ones after it with a number, unless they have names.</summary>
    public static ImmutableArray<TensorSpec> Shapes(IReadOnlyList<string> texts, string defaultName)
    {
        var specs = texts.Select((text, i) => TensorSpec.Parse(text, i == 0 ? defaultName : string.Create(CultureInfo.InvariantCulture, $"{defaultName}{i + 1}"))).ToImmutableArray();
        var twice = specs.GroupBy(s => s.Name, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1);
        return twice is null ? specs : throw Codes.InvalidMetadata.Error($"two {defaultName}s are called '{Printable.Quote(twice.Key)}'", "give each a name of its own: NAME=SHAPE");
    }

    /// <summary>What is said one by one wins over files. The same thing said twice is said once; two values for one name are a mistake.</summary>
    public static IReadOnlyDictionary<string, T> Merge<T>(string kind, IReadOnlyDictionary<string, T> present, IEnumerable<string> texts, Func<string, KeyValuePair<string, T>> parse)
    {
        var list = texts.Distinct(StringComparer.Ordinal).Select(parse).ToList();
        var twice = list.GroupBy(pair => pair.Key, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1);
        return twice is null ? Over(present, list) : throw Codes.InvalidMetadata.Error($"{kind} '{Printable.Quote(twice.Key)}' is given twice, as {string.Join(" and as ", twice.Select(pair => string.Create(CultureInfo.InvariantCulture, $"'{pair.Value}'")))}", "keep one of them");
    }

    /// <summary>The same with what comes on top.</summary>
    public static IReadOnlyDictionary<string, T> Over<T>(IReadOnlyDictionary<string, T> present, IEnumerable<KeyValuePair<string, T>> above) =>
        present.ToImmutableSortedDictionary(StringComparer.Ordinal).SetItems(above);

    public static RegistrationRequest Prepare(RegistrationRequest request, Func<Preprocessing, Preprocessing> change) =>
        request with { Preprocessing = change(request.Preprocessing ?? new Preprocessing()) };

    public static int Pixels(string field, string text) =>
        int.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
            ? number
            : throw Codes.InvalidMetadata.Error($"{field} '{Printable.Quote(text)}' is not a positive number", "write a length in pixels");

    public static ImmutableArray<double> Numbers(string field, string text) =>
    [
        .. text.Split(',', StringSplitOptions.TrimEntries).Select(part =>
            double.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
                ? number
                : throw Codes.InvalidMetadata.Error($"{field} '{Printable.Quote(text)}' is not a list of numbers", "write numbers separated by commas, with a point: 0.485,0.456,0.406")),
    ];

    public static KeyValuePair<string, string> Tag(string text) =>
        text.IndexOf('=', StringComparison.Ordinal) is > 0 and var equals
            ? KeyValuePair.Create(text[..equals].Trim(), text[(equals + 1)..].Trim())
            : throw Codes.InvalidMetadata.Error($"'{Printable.Quote(text)}' is not a tag", "write NAME=TEXT, such as team=vision");

    /// <summary>A time without an offset is one of this machine, as Python's <c>isoformat</c> writes it.</summary>
    public static DateTimeOffset Time(string text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeLocal, out var time)
            ? time.ToUniversalTime()
            : throw Codes.InvalidMetadata.Error($"'{Printable.Quote(text)}' is not a time", "write it as 2026-11-21T19:30:00Z");

    public static bool? Flag(string field, string? text) => text?.Trim().ToLowerInvariant() switch
    {
        null => null,
        "true" => true,
        "false" => false,
        _ => throw Codes.InvalidMetadata.Error($"{field} '{Printable.Quote(text)}' is neither true nor false", "write true or false"),
    };

    public static Func<RegistrationRequest, FieldTexts, RegistrationRequest> NeedsCommit(string field) => (request, texts) =>
        texts.Input.Has(RegistrationFields.SourceCommit) ? request : throw Codes.InvalidMetadata.Error($"{field} says something about a commit that is not given", "give source-commit too");
}
