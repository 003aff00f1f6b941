using System.Text.Json;
using System.Text.Json.Nodes;

namespace ModelRegistry.Inference.Tests.Schema;

/// <summary>Holds the published schema and the parser together.</summary>
public sealed class ArchitectureSchemaTests
{
    private static readonly string s_published = Fixtures.At("architecture.schema.json");
    private static readonly string[] s_architectures =
        [.. Architecture.BuiltIn.Select(name => Architecture.Get(name).ToJson()), File.ReadAllText(Fixtures.At("patch_classifier.architecture.json"))];

    [Fact]
    public void Schema_Published_IsTheOneTheParserImplies()
    {
        var expected = SchemaBuilder.Build();
        var wanted = Path.Combine(AppContext.BaseDirectory, "expected.architecture.schema.json");
        File.WriteAllText(wanted, expected);

        Assert.True(File.Exists(s_published) && File.ReadAllText(s_published).ReplaceLineEndings("\n") == expected, $"docs/schemas/architecture.schema.json differs from {wanted}");
    }

    [Fact]
    public void Schema_BuiltInArchitectures_AreValid()
    {
        var validator = Published();

        Assert.All(s_architectures, json => Assert.True(validator.IsValid(Element(json))));
    }

    [Fact]
    public void Parse_DocumentTheSchemaRefuses_IsRefused()
    {
        var validator = Published();
        var random = new Random(8);
        var (accepted, refused) = (0, 0);
        for (var round = 0; round < 4000; round++)
        {
            var document = JsonNode.Parse(s_architectures[random.Next(s_architectures.Length)])!;
            Mutate(document, random);
            var json = document.ToJsonString();
            var exception = Record.Exception(() => Architecture.Parse(json));
            Assert.True(exception is null or InferenceException, exception?.ToString());
            if (exception is null)
                accepted++;
            else
                refused++;
            Assert.True(exception is not null || validator.IsValid(Element(json)), $"the parser takes what the schema refuses: {json}");
        }

        Assert.InRange(Math.Min(accepted, refused), 400, 3600);
    }

    private static SchemaValidator Published() => new(Element(File.ReadAllText(s_published)));

    private static JsonElement Element(string json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }

    private static void Mutate(JsonNode root, Random random)
    {
        var places = Places(root).ToList();
        var (parent, name, index) = places[random.Next(places.Count)];
        JsonNode? replacement = random.Next(8) switch
        {
            0 => 1,
            1 => -3,
            2 => 1.5,
            3 => true,
            4 => "relu",
            5 => "2 * 3",
            6 => new JsonArray(1, 2),
            _ => new JsonObject { ["op"] = "relu" },
        };
        switch (parent)
        {
            case JsonObject map when random.Next(4) == 0:
                map.Remove(name!);
                break;
            case JsonObject map when random.Next(4) == 0:
                map[name + "s"] = replacement;
                break;
            case JsonObject map:
                map[name!] = replacement;
                break;
            case JsonArray list when random.Next(3) == 0:
                list.RemoveAt(index);
                break;
            case JsonArray list:
                list[index] = replacement;
                break;
        }
    }

    private static IEnumerable<(JsonNode Parent, string? Name, int Index)> Places(JsonNode node) => node switch
    {
        JsonObject map => map.SelectMany(property =>
            new (JsonNode, string?, int)[] { (map, property.Key, 0) }.Concat(property.Value is null ? [] : Places(property.Value))),
        JsonArray list => list.SelectMany((item, index) =>
            new (JsonNode, string?, int)[] { (list, null, index) }.Concat(item is null ? [] : Places(item))),
        _ => [],
    };
}
