using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ModelRegistry.Tests.Support;

namespace ModelRegistry.Tests.Importing;

/// <summary>A hub on loopback with one model, which answers as the real one does until a test makes it lie.</summary>
internal sealed class StandInHub : IDisposable
{
    private readonly LoopbackServer _server;

    public StandInHub() => _server = new LoopbackServer(Answer);

    public string Address => _server.Address;

    public string Commit { get; set; } = new('a', 40);

    public Dictionary<string, byte[]> Files { get; } = new()
    {
        ["model.safetensors"] = Encoding.UTF8.GetBytes(new string('w', 5000)),
        ["config.json"] = """{ "architectures": ["ResNetForImageClassification"], "id2label": { "1": "dog", "0": "cat" } }"""u8.ToArray(),
        ["README.md"] = "# Card\n"u8.ToArray(),
        [".gitattributes"] = "*.safetensors filter=lfs\n"u8.ToArray(),
    };

    /// <summary>Changes what a question is answered with; null leaves it as it is.</summary>
    public Func<ServedRequest, ServedAnswer, ServedAnswer?>? Lie { get; set; }

    /// <summary>Changes the list of files.</summary>
    public Action<JsonArray>? LieInList { get; set; }

    public IEnumerable<ServedRequest> Requests => _server.Requests;

    public IEnumerable<ServedRequest> Fetched => _server.Requests.Where(request => request.Path.Contains("/resolve/", StringComparison.Ordinal));

    public void Dispose() => _server.Dispose();

    private ServedAnswer Answer(ServedRequest request)
    {
        var honest = Honest(request);
        return Lie?.Invoke(request, honest) ?? honest;
    }

    private ServedAnswer Honest(ServedRequest request)
    {
        if (request.Path.StartsWith("/api/models/org/repo/revision/", StringComparison.Ordinal))
        {
            return Json(new { id = "org/repo", sha = Commit, library_name = "transformers", pipeline_tag = "image-classification", tags = new[] { "license:apache-2.0" }, cardData = new { license = "apache-2.0" } });
        }

        if (request.Path == $"/api/models/org/repo/tree/{Commit}")
        {
            var list = new JsonArray([.. Files.Select(file => (JsonNode)Entry(file.Key, file.Value))]);
            list.Add((JsonNode)new JsonObject { ["type"] = "directory", ["path"] = "onnx", ["size"] = 0, ["oid"] = "0" });
            LieInList?.Invoke(list);
            return new ServedAnswer(200, Encoding.UTF8.GetBytes(list.ToJsonString()));
        }

        var prefix = $"/org/repo/resolve/{Commit}/";
        return request.Path.StartsWith(prefix, StringComparison.Ordinal) && Files.TryGetValue(request.Path[prefix.Length..], out var content)
            ? Part(request, content) : ServedAnswer.Empty(404, ("X-Error-Code", "RepoNotFound"));
    }

    private static ServedAnswer Part(ServedRequest request, byte[] content)
    {
        if (request.Header("Range") is not { } range) return new ServedAnswer(200, content);
        var from = int.Parse(range["bytes=".Length..^1], System.Globalization.CultureInfo.InvariantCulture);
        return new ServedAnswer(206, content[from..], ("Content-Range", $"bytes {from}-{content.Length - 1}/{content.Length}"));
    }

    private static ServedAnswer Json(object document) => new(200, JsonSerializer.SerializeToUtf8Bytes(document));

    private static JsonObject Entry(string path, byte[] content)
    {
        var entry = new JsonObject { ["type"] = "file", ["path"] = path, ["size"] = content.Length };
#pragma warning disable CA5350 // The name of a git object.
        entry["oid"] = Convert.ToHexStringLower(SHA1.HashData([.. Encoding.ASCII.GetBytes($"blob {content.Length}\0"), .. content]));
#pragma warning restore CA5350
        if (path.EndsWith(".safetensors", StringComparison.Ordinal)) entry["lfs"] = new JsonObject { ["oid"] = Digest.Of(content).Hex, ["size"] = content.Length, ["pointerSize"] = 130 };
        return entry;
    }
}
