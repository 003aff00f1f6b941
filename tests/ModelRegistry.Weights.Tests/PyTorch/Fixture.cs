using System.Text.Json;
using System.Text.Json.Serialization;

namespace ModelRegistry.Weights.Tests;

/// <summary>What PyTorch says its own files hold; see fixtures/make_fixtures.py.</summary>
public sealed record Fixture
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    public static IReadOnlyDictionary<string, Fixture> All { get; } =
        JsonSerializer.Deserialize<Dictionary<string, Fixture>>(File.ReadAllText(PathOf("expected.json")), Options)!;

    public required IReadOnlyList<ExpectedTensor> Tensors { get; init; }

    public IReadOnlyList<ExpectedTensor> Others { get; init; } = [];

    public string StateDictPath { get; init; } = "";

    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    public IReadOnlyList<IReadOnlyList<string>> Shared { get; init; } = [];

    public bool TensorsOnly { get; init; }

    public bool Torchscript { get; init; }

    public static string PathOf(string name) => Path.Combine(AppContext.BaseDirectory, "fixtures", name);

    public static byte[] Bytes(string name) => File.ReadAllBytes(PathOf(name));
}

public sealed record ExpectedTensor
{
    public required string Name { get; init; }

    public required string Dtype { get; init; }

    public required long[] Shape { get; init; }

    public required long[] Strides { get; init; }

    public required bool Contiguous { get; init; }

    public required string Sha256 { get; init; }

    public required long Bytes { get; init; }
}
