using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using ModelRegistry.Diagnostics;
using ModelRegistry.Json;
using ModelRegistry.Registration;

namespace ModelRegistry;

/// <summary>
/// The metadata that a training script writes beside its weights: a JSON object with the fields of a manifest.
/// A field that a registration does not know is refused with the nearest known name: a manifest can never be corrected. What other tools write
/// stands under <c>extra</c> and is kept as it is.
/// </summary>
public sealed record RegistrationMetadata
{
    /// <summary>What trained it.</summary>
    public string? Framework { get; init; }

    /// <summary>The network.</summary>
    public string? Architecture { get; init; }

    /// <summary>What it takes.</summary>
    public ImmutableArray<TensorSpec> Inputs { get => field.IsDefault ? [] : field; init; }

    /// <summary>What it gives.</summary>
    public ImmutableArray<TensorSpec> Outputs { get => field.IsDefault ? [] : field; init; }

    /// <summary>How an image becomes an input.</summary>
    public Preprocessing? Preprocessing { get; init; }

    /// <summary>Figures by name. An object inside gives names joined by a point.</summary>
    [JsonIgnore]
    public ImmutableSortedDictionary<string, double> Metrics { get => field ?? Manifest.NoMetrics; init; }

    /// <summary>Settings of the training. An object inside gives names joined by a point.</summary>
    [JsonIgnore]
    public ImmutableSortedDictionary<string, JsonElement> Hyperparameters { get => field ?? Manifest.NoHyperparameters; init; }

    /// <summary>What it was trained on.</summary>
    public DatasetReference? Dataset { get; init; }

    /// <summary>The version it was trained from.</summary>
    public ModelId? Parent { get; init; }

    /// <summary>When it was trained.</summary>
    public DateTimeOffset? TrainedAt { get; init; }

    /// <summary>The page of the run that trained it.</summary>
    public string? Run { get; init; }

    /// <summary>Free text.</summary>
    public string? Notes { get; init; }

    /// <summary>Free labels.</summary>
    public ImmutableSortedDictionary<string, string> Tags { get => field ?? Manifest.NoTags; init; }

    /// <summary>The licence, as an SPDX expression.</summary>
    public string? License { get; init; }

    /// <summary>What other tools wrote; null where there is nothing.</summary>
    public JsonElement? Extra { get; init; }

    internal const string ExtraField = "extra";

    /// <summary>Reads the JSON.</summary>
    /// <param name="json">The text.</param>
    /// <param name="origin">What messages call it: a file's name.</param>
    /// <exception cref="ModelRegistryException">MR0110: not JSON, or a field is not of its type; MR0111: a field is not known; MR0104: a metric is not a finite number.</exception>
    public static RegistrationMetadata Parse(ReadOnlyMemory<byte> json, string origin)
    {
        using var document = ReadObject(json, origin);
        var root = document.RootElement;
        KnownFields.Check(root, origin, "", "framework", "architecture", "inputs", "outputs", "preprocessing", "metrics", "hyperparameters", "dataset", "parent", "trainedAt", "run", "notes", "tags", "license", ExtraField);
        KnownFields.CheckEach(root, origin, "inputs", "name", "dtype", "shape");
        KnownFields.CheckEach(root, origin, "outputs", "name", "dtype", "shape");
        KnownFields.CheckEach(root, origin, "preprocessing", KnownFields.OfPreprocessing);
        KnownFields.CheckEach(root, origin, "dataset", "name", "version", "digest");
        return Deserialise<RegistrationMetadata>(root, origin) with
        {
            Metrics = root.TryGetProperty("metrics", out var metrics) ? ModelRegistry.Metrics.Read(metrics, origin).ToImmutableSortedDictionary(StringComparer.Ordinal) : Manifest.NoMetrics,
            Hyperparameters = root.TryGetProperty("hyperparameters", out var settings) ? ModelRegistry.Hyperparameters.Read(settings, origin).ToImmutableSortedDictionary(StringComparer.Ordinal) : Manifest.NoHyperparameters,
            Extra = root.TryGetProperty(ExtraField, out var extra) ? extra.Clone() : null,
        };
    }

    /// <summary>Reads the JSON of a preprocessing alone.</summary>
    /// <param name="json">The text.</param>
    /// <param name="origin">What messages call it: a file's name.</param>
    /// <exception cref="ModelRegistryException">MR0110: not JSON, or a field is not of its type; MR0111: a field is not known.</exception>
    public static Preprocessing ParsePreprocessing(ReadOnlyMemory<byte> json, string origin)
    {
        using var document = ReadObject(json, origin);
        KnownFields.Check(document.RootElement, origin, "", KnownFields.OfPreprocessing);
        return Deserialise<Preprocessing>(document.RootElement, origin);
    }

    /// <summary>What a request says of its model, apart from files, number and source.</summary>
    public static RegistrationMetadata Of(RegistrationRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return new RegistrationMetadata
        {
            Framework = request.Framework,
            Architecture = request.Architecture,
            Inputs = request.Inputs,
            Outputs = request.Outputs,
            Preprocessing = request.Preprocessing,
            Metrics = request.Metrics.ToImmutableSortedDictionary(StringComparer.Ordinal),
            Hyperparameters = request.Hyperparameters.ToImmutableSortedDictionary(StringComparer.Ordinal),
            Dataset = request.Dataset,
            Parent = request.Parent,
            TrainedAt = request.TrainedAt,
            Run = request.Run,
            Notes = request.Notes,
            Tags = request.Tags.ToImmutableSortedDictionary(StringComparer.Ordinal),
            License = request.License,
            Extra = request.Extra,
        };
    }

    /// <summary>The document, which <see cref="Parse"/> reads back; what says nothing is left out.</summary>
    public byte[] ToJson()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true, IndentSize = 2, NewLine = "\n", Encoder = RegistryJson.Options.Encoder }))
        {
            json.WriteStartObject();
            Put(json, "framework", Framework);
            Put(json, "architecture", Architecture);
            if (Inputs.Length > 0) Put(json, "inputs", Inputs);
            if (Outputs.Length > 0) Put(json, "outputs", Outputs);
            Put(json, "preprocessing", Preprocessing);
            if (Metrics.Count > 0) Put(json, "metrics", Metrics);
            if (Hyperparameters.Count > 0) Put(json, "hyperparameters", Hyperparameters);
            Put(json, "dataset", Dataset);
            Put(json, "parent", Parent);
            Put(json, "trainedAt", TrainedAt);
            Put(json, "run", Run);
            Put(json, "notes", Notes);
            if (Tags.Count > 0) Put(json, "tags", Tags);
            Put(json, "license", License);
            Put(json, ExtraField, Extra);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void Put<T>(Utf8JsonWriter json, string name, T value)
    {
        if (value is null) return;
        json.WritePropertyName(name);
        JsonSerializer.Serialize(json, value, RegistryJson.TypeInfo<T>());
    }

    /// <summary>A request with these fields under what it says already.</summary>
    internal RegistrationRequest AddTo(RegistrationRequest request) => request with
    {
        Framework = request.Framework ?? Framework,
        Architecture = request.Architecture ?? Architecture,
        Inputs = request.Inputs is { IsDefaultOrEmpty: false } inputs ? inputs : Inputs,
        Outputs = request.Outputs is { IsDefaultOrEmpty: false } outputs ? outputs : Outputs,
        Preprocessing = request.Preprocessing ?? Preprocessing,
        Metrics = Metrics.SetItems(request.Metrics),
        Hyperparameters = Hyperparameters.SetItems(request.Hyperparameters),
        Dataset = request.Dataset ?? Dataset,
        Parent = request.Parent ?? Parent,
        TrainedAt = request.TrainedAt ?? TrainedAt,
        Run = request.Run ?? Run,
        Notes = request.Notes ?? Notes,
        Tags = Tags.SetItems(request.Tags),
        License = request.License ?? License,
        Extra = request.Extra ?? Extra,
    };

    private static JsonDocument ReadObject(ReadOnlyMemory<byte> json, string origin)
    {
        var document = JsonText.ParseInput(json, origin, allowNaN: true);
        if (document.RootElement.ValueKind == JsonValueKind.Object) return document;
        document.Dispose();
        throw Codes.InvalidJson.Error($"{origin} is not a JSON object", "write an object with the fields of a manifest");
    }

    private static T Deserialise<T>(JsonElement root, string origin)
    {
        try
        {
            return root.Deserialize(RegistryJson.TypeInfo<T>())!;
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            var at = failure is JsonException { Path.Length: > 1 } where ? $" at {where.Path}" : "";
            var why = failure.InnerException is ModelRegistryException inner ? inner.Message : "the value has another type than the field of a manifest";
            throw Codes.InvalidJson.Error($"{origin} is not valid{at}: {why}", "see docs/schemas/manifest.schema.json for the fields", failure);
        }
    }
}
