using System.Collections.Immutable;
using System.Text.Json;
using ModelRegistry.Diagnostics;
using ModelRegistry.Names;
using ModelRegistry.Registration;

namespace ModelRegistry.Importing;

/// <summary>
/// A model as an OCI image: ModelPack's (https://github.com/modelpack/model-spec, <c>application/vnd.cncf.model.*</c>) or Docker's
/// (<c>application/vnd.docker.ai.*</c>), one layer for each file, untouched.
/// </summary>
/// <param name="Files">Its files; one that is packed has no digest of its own.</param>
/// <param name="Architecture">The network.</param>
/// <param name="License">As the image names it.</param>
internal sealed record ImageModel(ImmutableArray<OriginFile> Files, string? Architecture, string? License)
{
    private const string ModelPack = "application/vnd.cncf.model.", DockerAi = "application/vnd.docker.ai.";
    private const int MaxText = 200;

    /// <summary>The longest configuration that is read.</summary>
    public const int LargestConfig = 4 << 20;

    /// <summary>The configuration of an image.</summary>
    public static Digest Config(byte[] image, string place) => Parse(image, place, root => DigestOf(root.GetProperty("config")));

    public static ImageModel Read(byte[] image, byte[] config, string place)
    {
        var files = Parse(image, place, root => Layers(root, place));
        using var told = Document(config);
        return new ImageModel(files, told is null ? null : Text(told.RootElement, "config", "architecture"), told is null ? null : LicenseOf(told.RootElement));
    }

    public static ModelRegistryException Packed(string url, OriginFile file) =>
        Codes.OriginPacked.Error($"{file.Path} of {url} is packed, and files are taken as they are", "take others with --files, or unpack the image with the tool that made it and register its files");

    private static ImmutableArray<OriginFile> Layers(JsonElement root, string place)
    {
        var layers = root.GetProperty("layers").EnumerateArray()
            .Select(layer => (Type: layer.GetProperty("mediaType").GetString()!, Path: Annotation(layer), Digest: DigestOf(layer), Size: layer.GetProperty("size").GetInt64()))
            .Where(layer => layer.Type.StartsWith(ModelPack, StringComparison.Ordinal) || layer.Type.StartsWith(DockerAi, StringComparison.Ordinal))
            .ToList();
        if (layers.Count == 0) throw Codes.OriginAnswerWrong.Error($"the image of {place} is none of a model", "give one that ModelPack's tools, Docker's or 'modelreg push' made");
        if (layers.Count > FileSet.MaxFiles) throw Codes.InvalidFiles.Error($"the image of {place} has more than {FileSet.MaxFiles} files", "choose another one");
        var files = ImmutableArray.CreateBuilder<OriginFile>(layers.Count);
        foreach (var (type, group) in layers.GroupBy(layer => layer.Type).Select(group => (group.Key, group.ToList())))
        {
            for (var i = 0; i < group.Count; i++)
            {
                var layer = group[i];
                var name = layer.Path ?? Name(type, i, group.Count);
                if (!RelativeFilePath.TryParse(name, out var path) || layer.Size < 0) throw Wrong(place, $"has a layer '{Printable.Quote(name)}', which is no file");
                files.Add(new OriginFile(path, layer.Size, IsPacked(type) ? null : layer.Digest) { Role = IsWeights(type) && FileRoles.ByFileName(path.FileName) == FileRoles.Other ? FileRoles.Weights : null });
            }
        }

        if (files.GroupBy(file => file.Path).FirstOrDefault(group => group.Count() > 1) is { } twice) throw Wrong(place, $"holds {twice.Key} twice");
        return files.ToImmutable();
    }

    // ModelPack names each file; of Docker's older images the type says what a layer is, and the order which part of a model.
    private static string Name(string type, int index, int count) => type switch
    {
        DockerAi + "license" => index == 0 ? "LICENSE" : $"LICENSE-{index + 1}",
        DockerAi + "mmproj" => "mmproj.gguf",
        DockerAi + "chat.template.jinja" => "chat_template.jinja",
        _ when IsWeights(type) => (count == 1 ? "model" : $"model-{index + 1:d5}-of-{count:d5}") + (type.Contains("safetensors", StringComparison.Ordinal) ? ".safetensors" : ".gguf"),
        _ => type[(type.LastIndexOf("ai.", StringComparison.Ordinal) + 3)..] + (index == 0 ? "" : $"-{index + 1}"),
    };

    private static bool IsWeights(string type) => type.StartsWith(ModelPack + "weight.v1", StringComparison.Ordinal) || type is DockerAi + "gguf.v3" or DockerAi + "safetensors" or DockerAi + "model.file.v1+gguf";

    private static bool IsPacked(string type) => type.EndsWith(".tar", StringComparison.Ordinal) || type.Contains(".tar+", StringComparison.Ordinal) || type.EndsWith("+gzip", StringComparison.Ordinal) || type.EndsWith("+zstd", StringComparison.Ordinal);

    private static string? Annotation(JsonElement layer)
    {
        if (!layer.TryGetProperty("annotations", out var annotations)) return null;
        foreach (var name in new[] { "org.cncf.model.filepath", "org.opencontainers.image.title" })
        {
            if (annotations.TryGetProperty(name, out var path)) return path.GetString();
        }

        return null;
    }

    private static Digest DigestOf(JsonElement descriptor) => Digest.TryParse(descriptor.GetProperty("digest").GetString(), out var digest) ? digest : throw new InvalidOperationException();

    private static string? LicenseOf(JsonElement config) =>
        config.ValueKind == JsonValueKind.Object && config.TryGetProperty("descriptor", out var about) && about.ValueKind == JsonValueKind.Object && about.TryGetProperty("licenses", out var all) && all.ValueKind == JsonValueKind.Array && all.GetArrayLength() == 1
            ? Short(all[0]) : null;

    private static string? Text(JsonElement element, string section, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(section, out var inner) && inner.ValueKind == JsonValueKind.Object && inner.TryGetProperty(name, out var value) ? Short(value) : null;

    private static string? Short(JsonElement value) => value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 and <= MaxText } text && !text.Any(char.IsControl) ? text : null;

    // What it does not say, or says in another form, is left open.
    private static JsonDocument? Document(byte[] content)
    {
        try
        {
            return JsonDocument.Parse(content, new JsonDocumentOptions { MaxDepth = 32 });
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static T Parse<T>(byte[] image, string place, Func<JsonElement, T> read)
    {
        try
        {
            using var document = JsonDocument.Parse(image, new JsonDocumentOptions { MaxDepth = 32 });
            return read(document.RootElement);
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException or KeyNotFoundException or FormatException or ArgumentNullException)
        {
            throw Wrong(place, "is no image");
        }
    }

    private static ModelRegistryException Wrong(string place, string what) => Codes.OriginAnswerWrong.Error($"what {place} gives {what}", "ask who made it; nothing was imported");
}
