using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ModelRegistry.Dashboard.Versions;
using ModelRegistry.Diagnostics;

namespace ModelRegistry.Dashboard.Drafts;

/// <summary>The metadata of a draft as one JSON document and as fields: two views of the same.</summary>
internal static class DraftDocument
{
    /// <summary>The document that the draft's fields come to.</summary>
    /// <exception cref="ModelRegistryException">A field cannot be read; the message names it.</exception>
    public static string Write(Draft draft) =>
        Encoding.UTF8.GetString(RegistrationMetadata.Of(DraftPlan.Described(draft, ModelName.TryParse(draft.Name, out var name) ? name : ModelName.Parse("model"))).ToJson());

    /// <summary>Fields with a document that was typed. One that cannot be read is kept as it is, with the reason.</summary>
    public static DraftFields Read(string text, DraftFields fields)
    {
        try
        {
            return Fill(fields, RegistrationMetadata.Parse(Encoding.UTF8.GetBytes(text), "the document")) with { Json = text, JsonProblem = null };
        }
        catch (ModelRegistryException failure)
        {
            return fields with { Json = text, JsonProblem = failure.ToLine()["error ".Length..] };
        }
    }

    /// <summary>Shows the document as fields from now on.</summary>
    /// <exception cref="ModelRegistryException">It cannot be read, or holds what fields have no room for.</exception>
    public static void ToFields(Draft draft)
    {
        var before = draft.Fields;
        var document = RegistrationMetadata.Parse(Encoding.UTF8.GetBytes(before.Json!), "the document");
        draft.Fields = Fill(before, document) with { Json = null, JsonProblem = null };
        if (Lost(draft, document) is not { } lost) return;
        draft.Fields = before;
        throw Codes.InvalidMetadata.Error($"{lost} what fields cannot show, such as a number that is text", "stay with JSON, or write it more simply");
    }

    private static string? Lost(Draft draft, RegistrationMetadata document)
    {
        try
        {
            var (written, said) = (JsonNode.Parse(Write(draft))!.AsObject(), JsonNode.Parse(document.ToJson())!.AsObject());
            return said.Concat(written).FirstOrDefault(p => !JsonNode.DeepEquals(said[p.Key], written[p.Key])).Key is { } field ? $"'{field}' holds" : null;
        }
        catch (ModelRegistryException)
        {
            return "the document holds";
        }
    }

    public static string Lines(ImmutableArray<TensorSpec> specs) =>
        string.Join('\n', specs.Select(s => $"{s.Name}={s.Dtype}:{(s.Shape.IsEmpty ? "[]" : string.Join('x', s.Shape.Select(d => d.ToString(CultureInfo.InvariantCulture))))}"));

    public static string Lines<T>(IEnumerable<KeyValuePair<string, T>> pairs, Func<T, string> text) => string.Join('\n', pairs.Select(p => $"{p.Key}={text(p.Value)}"));

    /// <summary>A preprocessing as JSON, empty where there is none.</summary>
    public static string Text(Preprocessing? preprocessing) =>
        preprocessing is null ? "" : JsonNode.Parse(new RegistrationMetadata { Preprocessing = preprocessing }.ToJson())!["preprocessing"]!.ToJsonString(Compact);

    /// <summary>A document with nothing but what other tools wrote.</summary>
    /// <exception cref="ModelRegistryException">MR0110: it is not JSON.</exception>
    public static string OfExtra(string extra)
    {
        try
        {
            return new JsonObject { ["extra"] = JsonNode.Parse(extra) }.ToJsonString(Compact);
        }
        catch (JsonException failure)
        {
            throw Codes.InvalidJson.Error($"what other tools wrote is not JSON: line {failure.LineNumber + 1}", "write { … }", failure);
        }
    }

    private static readonly JsonSerializerOptions Compact = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static DraftFields Fill(DraftFields fields, RegistrationMetadata m) => fields with
    {
        Framework = m.Framework ?? "",
        Architecture = m.Architecture ?? "",
        Inputs = Lines(m.Inputs),
        Outputs = Lines(m.Outputs),
        Preprocessing = Text(m.Preprocessing),
        // Names that wait for a value stay.
        Metrics = [.. m.Metrics.Select(p => (p.Key, p.Value.ToString(CultureInfo.InvariantCulture))), .. fields.Metrics.Where(p => p.Value.Length == 0 && !m.Metrics.ContainsKey(p.Name))],
        Hyperparameters = Lines(m.Hyperparameters, VersionQuery.Text),
        Dataset = m.Dataset?.ToString() ?? "",
        Parent = m.Parent?.ToString() ?? "",
        TrainedAt = m.TrainedAt?.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture) ?? "",
        Run = m.Run ?? "",
        Notes = m.Notes ?? "",
        Tags = Lines(m.Tags, t => t),
        License = m.License ?? "",
        Extra = m.Extra?.GetRawText() ?? "",
    };
}
