using System.Collections.Immutable;
using ModelRegistry.Json;
using ModelRegistry.Stores;

namespace ModelRegistry.Registration;

/// <summary>A manifest before it has a version and a time.</summary>
internal static class ManifestDraft
{
    public static Manifest Make(RegistrationRequest request, IEnumerable<ModelFile> files, IEnumerable<FileExamination?> examinations, Lineage? source, string? author)
    {
        var declared = examinations.FirstOrDefault(e => e is { Inputs.Length: > 0 } or { Outputs.Length: > 0 });
        var lineage = (source ?? new Lineage()) with { Dataset = request.Dataset, Parent = request.Parent, TrainedAt = request.TrainedAt, Run = request.Run, Origin = request.Origin };
        return new Manifest
        {
            Name = request.Name,
            Version = ModelVersion.First,
            CreatedAt = default,
            CreatedBy = author ?? Environment.UserName,
            Framework = request.Framework,
            Architecture = request.Architecture,
            Inputs = request.Inputs is { IsDefaultOrEmpty: false } inputs ? inputs : declared?.Inputs ?? [],
            Outputs = request.Outputs is { IsDefaultOrEmpty: false } outputs ? outputs : declared?.Outputs ?? [],
            Preprocessing = request.Preprocessing,
            Metrics = request.Metrics.ToImmutableSortedDictionary(StringComparer.Ordinal),
            Hyperparameters = request.Hyperparameters.ToImmutableSortedDictionary(StringComparer.Ordinal),
            Lineage = lineage == new Lineage() ? null : lineage,
            Files = [.. files],
            Notes = request.Notes,
            Tags = request.Tags.ToImmutableSortedDictionary(StringComparer.Ordinal),
            License = request.License,
            Unknown = request.Extra is { } extra ? new Dictionary<string, System.Text.Json.JsonElement> { [RegistrationMetadata.ExtraField] = extra } : null,
        };
    }

    public static ModelFile File(FileSet.Entry file, StagedBlob blob, FileExamination? examination) => new()
    {
        Path = file.Path,
        Role = file.Role,
        Format = examination?.Format ?? FormatByExtension(file),
        Size = blob.Size,
        Digest = blob.Digest,
        Parameters = examination?.Parameters,
        Tensors = examination?.Tensors,
        Scan = examination?.Verdict,
    };

    /// <summary>What makes two registrations the same: files and metadata, but not when, by whom and from which commit.</summary>
    public static byte[] Fingerprint(Manifest manifest)
    {
        var lineage = new Lineage { Dataset = manifest.Lineage?.Dataset, Parent = manifest.Lineage?.Parent, Origin = manifest.Lineage?.Origin };
        return RegistryJson.Write(manifest with
        {
            Version = ModelVersion.First,
            CreatedAt = default,
            CreatedBy = null,
            Lineage = lineage == new Lineage() ? null : lineage,
            Files = [.. manifest.Files.Select(f => new ModelFile { Path = f.Path, Role = f.Role, Size = f.Size, Digest = f.Digest })],
        });
    }

    /// <summary>Whether a caller of the one would break with the other. A version that declares nothing breaks nobody.</summary>
    public static bool SignatureChanged(Manifest before, Manifest after) =>
        Differ(before.Inputs, after.Inputs) || Differ(before.Outputs, after.Outputs);

    private static bool Differ(ImmutableArray<TensorSpec> before, ImmutableArray<TensorSpec> after) =>
        before.Length > 0 && after.Length > 0
        && (before.Length != after.Length || before.Zip(after).Any(pair => !pair.First.SignatureEquals(pair.Second)));

    private static string? FormatByExtension(FileSet.Entry file) =>
        file.Role != FileRoles.Weights ? null : Path.GetExtension(file.Path.Value).ToLowerInvariant() switch
        {
            ".pth" or ".pt" => "pytorch",
            ".safetensors" => "safetensors",
            ".onnx" => "onnx",
            _ => null,
        };
}
