using System.Text.Json;
using ModelRegistry.Json;
using ModelRegistry.Tests.Support;

namespace ModelRegistry.Tests.Documents;

/// <summary>The published schemas and the code say the same.</summary>
public sealed class SchemaTests
{
    [Fact]
    public void ManifestSchema_HasThePropertiesOfTheCode_InTheSameOrder()
    {
        var schema = Read("manifest.schema.json");

        Same<Manifest>(schema);
        Same<Preprocessing>(At(schema, "preprocessing"));
        Same<Lineage>(At(schema, "lineage"));
        Same<DatasetReference>(At(At(schema, "lineage"), "dataset"));
        Same<ModelFile>(At(schema, "files").GetProperty("items"));
        Same<TensorSpec>(schema.GetProperty("$defs").GetProperty("tensor"));
    }

    [Fact]
    public void RegistrySchema_HasThePropertiesOfTheCode_InTheSameOrder()
    {
        var schema = Read("registry.schema.json");

        Same<RegistrySettings>(schema);
        Same<StoreSettings>(At(schema, "stores").GetProperty("items"));
        Same<RegistryPolicies>(At(schema, "policies"));
    }

    [Theory]
    [InlineData("resnet18", true)]
    [InlineData("-x", false)]
    [InlineData("x.", false)]
    [InlineData("A", false)]
    [InlineData("a b", false)]
    public void NamePattern_AgreesWithTheParser(string name, bool valid)
    {
        Assert.Equal(valid, Matches("name", name));
        Assert.Equal(valid, ModelName.TryParse(name, out _));
    }

    [Theory]
    [InlineData("1.2.3", true)]
    [InlineData("1.2.3-rc.1", true)]
    [InlineData("01.2.3", false)]
    [InlineData("1.2", false)]
    [InlineData("1.2.3+x", false)]
    [InlineData("1.2.3-RC", false)]
    public void VersionPattern_AgreesWithTheParser(string version, bool valid)
    {
        Assert.Equal(valid, Matches("version", version));
        Assert.Equal(valid, ModelVersion.TryParse(version, out _));
    }

    [Fact]
    public void UnknownFields_AreKeptAtEveryLevel()
    {
        const string json = """
            { "schemaVersion": 1, "name": "m", "version": "1.0.0", "createdAt": "2026-01-01T00:00:00Z", "future": { "a": [1] },
              "files": [{ "path": "m.pth", "role": "weights", "size": 1, "digest": "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", "signed": true }] }
            """;

        var written = System.Text.Encoding.UTF8.GetString(RegistryJson.Write(RegistryJson.Read<Manifest>(System.Text.Encoding.UTF8.GetBytes(json))));

        Assert.Contains("\"future\"", written, StringComparison.Ordinal);
        Assert.Contains("\"signed\": true", written, StringComparison.Ordinal);
        Assert.EndsWith("}\n", written, StringComparison.Ordinal);
        Assert.DoesNotContain("\r", written, StringComparison.Ordinal);
    }

    private static bool Matches(string definition, string text) =>
        System.Text.RegularExpressions.Regex.IsMatch(text, Read("manifest.schema.json").GetProperty("$defs").GetProperty(definition).GetProperty("pattern").GetString()!);

    private static JsonElement Read(string file) =>
        JsonDocument.Parse(File.ReadAllText(Path.Combine(Repository.Root, "docs", "schemas", file))).RootElement;

    private static JsonElement At(JsonElement schema, string property) => schema.GetProperty("properties").GetProperty(property);

    private static void Same<T>(JsonElement schema)
    {
        var type = RegistryJson.TypeInfo<T>();
        var code = type.Properties.Where(p => !p.IsExtensionData && p.Get is not null).Select(p => p.Name);
        Assert.Equal(code, schema.GetProperty("properties").EnumerateObject().Select(p => p.Name));
        var required = schema.TryGetProperty("required", out var list) ? list.EnumerateArray().Select(e => e.GetString()!) : [];
        Assert.Equal(type.Properties.Where(p => p.IsRequired).Select(p => p.Name), required);
    }
}
