using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using ModelRegistry.Tests.Support;

namespace ModelRegistry.Tests.Importing;

/// <summary>An OCI registry with images of models, that answers truly unless a test says otherwise.</summary>
internal sealed class StandInRegistry : IDisposable
{
    private readonly ConcurrentDictionary<string, byte[]> _content = new(StringComparer.Ordinal);
    private readonly LoopbackServer _server;

    public StandInRegistry() => _server = new LoopbackServer(request =>
    {
        var honest = Answer(request);
        return Lie?.Invoke(request, honest) ?? honest;
    });

    public string Host => _server.Address["http://".Length..];

    public Func<ServedRequest, ServedAnswer, ServedAnswer?>? Lie { get; set; }

    public IEnumerable<ServedRequest> Requests => _server.Requests;

    /// <summary>Makes an image and tags it; returns its digest.</summary>
    public Digest Tag(string repository, string tag, JsonObject image)
    {
        var content = Encoding.UTF8.GetBytes(image.ToJsonString());
        _content[$"/v2/{repository}/manifests/{tag}"] = content;
        _content[$"/v2/{repository}/manifests/{Digest.Of(content)}"] = content;
        return Digest.Of(content);
    }

    /// <summary>An image of these layers.</summary>
    public JsonObject Image(string repository, string configType, string config, params (string Type, string? Path, byte[] Content)[] layers) => new()
    {
        ["schemaVersion"] = 2,
        ["mediaType"] = "application/vnd.oci.image.manifest.v1+json",
        ["config"] = Descriptor(repository, configType, Encoding.UTF8.GetBytes(config)),
        ["layers"] = new JsonArray([.. layers.Select(layer =>
        {
            var descriptor = Descriptor(repository, layer.Type, layer.Content);
            if (layer.Path is { } path) descriptor["annotations"] = new JsonObject { ["org.cncf.model.filepath"] = path };
            return descriptor;
        })]),
    };

    public void Dispose() => _server.Dispose();

    private JsonObject Descriptor(string repository, string type, byte[] content)
    {
        _content[$"/v2/{repository}/blobs/{Digest.Of(content)}"] = content;
        return new JsonObject { ["mediaType"] = type, ["digest"] = Digest.Of(content).Value, ["size"] = content.Length };
    }

    private ServedAnswer Answer(ServedRequest request)
    {
        if (!_content.TryGetValue(request.Path, out var content)) return ServedAnswer.Empty(404);
        return request.Path.Contains("/manifests/", StringComparison.Ordinal) ? new ServedAnswer(200, content, ("Docker-Content-Digest", Digest.Of(content).Value), ("Content-Type", "application/vnd.oci.image.manifest.v1+json")) : new ServedAnswer(200, content);
    }
}
