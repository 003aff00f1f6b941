using System.Text.Json;
using ModelRegistry.Tool.Tests.Support;

namespace ModelRegistry.Tool.Tests;

/// <summary>The documents that scripts rely on: every field, its name and its type.</summary>
public sealed class DocumentTests : IDisposable
{
    private static readonly byte[] One = Scratch.Weights("one"u8.ToArray());
    private static readonly byte[] Two = Scratch.Weights("two"u8.ToArray());

    private readonly Scratch _scratch = new(hostile: true);

    public DocumentTests()
    {
        _scratch.Run("register", "--name", "m", "--file", _scratch.WeightsFile("m.safetensors", "one"), _scratch.File_("labels.txt", "a\nb\n"), "--metric", "accuracy=0.9", "--description", "a model").Text.ToString();
    }

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public void Register_Json_HasTheDocumentedFields()
    {
        var json = _scratch.Register("m", "two", "--metric", "accuracy=0.8", "--json").Json;
        Fields(json, "id", "name", "version", "created", "manifestPath", "commit", "files");
        Assert.Equal("m/1.1.0", json.GetProperty("id").GetString());
        Assert.Equal("m", json.GetProperty("name").GetString());
        Assert.Equal("1.1.0", json.GetProperty("version").GetString());
        Assert.True(json.GetProperty("created").GetBoolean());
        Assert.Equal(Path.Combine(_scratch.RegistryRoot, "m", "versions", "1.1.0.json"), json.GetProperty("manifestPath").GetString());
        Assert.Equal(_scratch.Git("rev-parse", "HEAD"), json.GetProperty("commit").GetString());
        var file = Assert.Single(json.GetProperty("files").EnumerateArray());
        Fields(file, "path", "role", "format", "size", "digest");
        Assert.Equal("m.safetensors", file.GetProperty("path").GetString());
        Assert.Equal("weights", file.GetProperty("role").GetString());
        Assert.Equal(Two.Length, file.GetProperty("size").GetInt64());
        Assert.Equal("safetensors", file.GetProperty("format").GetString());
        Assert.Equal(Digest.Of(Two).Value, file.GetProperty("digest").GetString());
    }

    [Fact]
    public void List_Json_HasTheDocumentedFields()
    {
        _scratch.Run("promote", "m", "latest", "production").Text.ToString();
        var model = Assert.Single(_scratch.Run("list", "--json").Json.GetProperty("models").EnumerateArray());
        Fields(model, "name", "latest", "best", "versions", "aliases", "description");
        Assert.Equal("m", model.GetProperty("name").GetString());
        Assert.Equal("1.0.0", model.GetProperty("latest").GetString());
        Assert.Equal("1.0.0", model.GetProperty("best").GetString());
        Assert.Equal(1, model.GetProperty("versions").GetInt32());
        Assert.Equal("1.0.0", model.GetProperty("aliases").GetProperty("production").GetString());
        Assert.Equal("a model", model.GetProperty("description").GetString());

        var family = _scratch.Run("list", "m", "--json").Json;
        Fields(family, "name", "versions");
        var version = Assert.Single(family.GetProperty("versions").EnumerateArray());
        Fields(version, "version", "createdAt", "metrics", "aliases", "aliasReasons", "yanked", "yankReason", "verified");
        Assert.Equal("1.0.0", version.GetProperty("version").GetString());
        Assert.True(version.GetProperty("createdAt").TryGetDateTimeOffset(out _));
        Assert.Equal(0.9, version.GetProperty("metrics").GetProperty("accuracy").GetDouble());
        Assert.Equal("production", Assert.Single(version.GetProperty("aliases").EnumerateArray()).GetString());
        Assert.False(version.GetProperty("yanked").GetBoolean());
        Assert.False(version.GetProperty("verified").GetBoolean());
    }

    [Fact]
    public void Show_Json_IsTheManifestAndWhatIsAroundIt()
    {
        _scratch.Register("m", "two", "--metric", "accuracy=0.8").Text.ToString();
        _scratch.Run("yank", "m/1.0.0", "--reason", "why", "--replacement", "1.1.0").Text.ToString();
        var json = _scratch.Run("show", "m/1.0.0", "--json", "--quiet").Json;
        using var manifest = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(_scratch.RegistryRoot, "m", "versions", "1.0.0.json")));
        Fields(json, ["id", .. manifest.RootElement.EnumerateObject().Select(p => p.Name), "aliases", "aliasReasons", "yanked", "verification"]);
        foreach (var field in manifest.RootElement.EnumerateObject()) Assert.True(JsonElement.DeepEquals(field.Value, json.GetProperty(field.Name)), field.Name);
        Assert.Equal("m/1.0.0", json.GetProperty("id").GetString());
        Assert.Empty(json.GetProperty("aliases").EnumerateArray());
        Assert.Equal("why", json.GetProperty("yanked").GetProperty("reason").GetString());
        Assert.Equal("1.1.0", json.GetProperty("yanked").GetProperty("replacement").GetString());
        Assert.Equal(JsonValueKind.Null, json.GetProperty("verification").ValueKind);
    }

    [Fact]
    public void Resolve_Json_HasTheDocumentedFields_AndPlainPrintsOnlyThePath()
    {
        var json = _scratch.Run("resolve", "m", "best", "--json").Json;
        Fields(json, "id", "name", "version", "selector", "manifestDigest", "commit", "files", "folder");
        Assert.Equal("best", json.GetProperty("selector").GetString());
        Assert.Equal(Digest.Of(File.ReadAllBytes(Path.Combine(_scratch.RegistryRoot, "m", "versions", "1.0.0.json"))).Value, json.GetProperty("manifestDigest").GetString());
        Assert.Equal(_scratch.Git("rev-parse", "HEAD"), json.GetProperty("commit").GetString());
        var files = json.GetProperty("files").EnumerateArray().ToList();
        Assert.Equal(2, files.Count);
        Fields(files[0], "path", "role", "size", "digest", "localPath");
        var path = files[0].GetProperty("localPath").GetString()!;
        Assert.Equal(One, File.ReadAllBytes(path));
        Assert.Equal(path, _scratch.Run("resolve", "m", "best").Text);
        Assert.Equal(path, _scratch.Run("resolve", "m/best").Text);
        Assert.Equal(path, _scratch.Run("resolve", "m").Text);
        Assert.Equal(files[1].GetProperty("localPath").GetString(), _scratch.Run("resolve", "m", "--files", "labels").Text);
    }

    [Fact]
    public void Pull_Json_NamesTheFilesInTheFolder()
    {
        var folder = Path.Combine(_scratch.Root, "out put");
        var json = _scratch.Run("pull", "m", "1.*", "--output", folder, "--mode", "copy", "--json").Json;
        Assert.Equal([Path.Combine(folder, "m.safetensors"), Path.Combine(folder, "labels.txt")], json.GetProperty("files").EnumerateArray().Select(f => f.GetProperty("localPath").GetString()!));
        Assert.Equal(One, File.ReadAllBytes(Path.Combine(folder, "m.safetensors")));
    }

    [Fact]
    public void PromoteAndYank_Json_SayWhatChanged()
    {
        _scratch.Register("m", "two", "--metric", "accuracy=0.8").Text.ToString();
        var promoted = _scratch.Run("promote", "m", "1.0.0", "@production", "--reason", "r", "--json").Json;
        Fields(promoted, "id", "name", "version", "changed", "path", "commit", "alias");
        Assert.True(promoted.GetProperty("changed").GetBoolean());
        Assert.Equal("production", promoted.GetProperty("alias").GetString());
        Assert.False(_scratch.Run("promote", "m", "1.0.0", "production", "--json").Json.GetProperty("changed").GetBoolean());
        Assert.Equal("m/1.0.0", _scratch.Run("resolve", "m", "@production", "--json").Json.GetProperty("id").GetString());
        var yanked = _scratch.Run("yank", "m", "1.1.0", "--json").Json;
        Fields(yanked, "id", "name", "version", "changed", "path", "commit");
        _scratch.Run("yank", "m/1.1.0").Fails("MR0210", 4);
    }

    [Fact]
    public void Log_Json_IsTheAuditTrail()
    {
        _scratch.Run("promote", "m/1.0.0", "production").Text.ToString();
        var entries = _scratch.Run("log", "m", "--json").Json.GetProperty("entries").EnumerateArray().ToList();
        Assert.Equal(["promote", "register"], entries.Select(e => e.GetProperty("action").GetString()!));
        Fields(entries[0], "commit", "author", "at", "action", "subject", "model", "version", "alias", "reason", "renumberedFrom", "contradiction", "digest", "sourceCommit", "signature");
        Assert.Equal("Test Author <author@example.org>", entries[0].GetProperty("author").GetString());
        Assert.Equal("1.0.0", entries[1].GetProperty("version").GetString());
        Assert.Single(_scratch.Run("log", "--limit", "1", "--json").Json.GetProperty("entries").EnumerateArray());
    }

    [Fact]
    public void Compare_Json_HasDeltas()
    {
        _scratch.Register("m", "two", "--metric", "accuracy=0.95", "--notes", "n").Text.ToString();
        var json = _scratch.Run("compare", "m", "1.0.0", "latest", "--json").Json;
        Fields(json, "left", "right", "metrics", "metadata", "files");
        Assert.Equal("m/1.0.0", json.GetProperty("left").GetString());
        Assert.Equal("m/1.1.0", json.GetProperty("right").GetString());
        var metric = Assert.Single(json.GetProperty("metrics").EnumerateArray());
        Fields(metric, "name", "left", "right", "delta", "better");
        Assert.Equal(0.05, metric.GetProperty("delta").GetDouble(), 9);
        Assert.True(metric.GetProperty("better").GetBoolean());
        Assert.Contains(json.GetProperty("metadata").EnumerateArray(), f => f.GetProperty("field").GetString() == "notes" && f.GetProperty("right").GetString() == "n");
        Assert.Equal(["removed", "changed"], json.GetProperty("files").EnumerateArray().Select(f => f.GetProperty("change").GetString()!));
        Assert.Equal(json.ToString(), _scratch.Run("compare", "m/1.0.0", "m/1.1.0", "--json").Json.ToString());
    }

    [Fact]
    public void Lineage_Json_NestsTheParents()
    {
        _scratch.Register("m", "two", "--parent", "m/1.0.0", "--dataset", "d@1").Text.ToString();
        var json = _scratch.Run("lineage", "m", "--json").Json;
        Assert.Equal("m/1.1.0", json.GetProperty("id").GetString());
        Assert.Equal("d@1", json.GetProperty("dataset").GetString());
        Assert.Equal("m/1.0.0", json.GetProperty("parent").GetProperty("id").GetString());
        Assert.Equal(JsonValueKind.Null, json.GetProperty("parent").GetProperty("parent").ValueKind);
        Assert.Contains("trained from m/1.0.0", _scratch.Run("lineage", "m").Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Doctor_Json_HasTheDocumentedFields()
    {
        var healthy = _scratch.Run("doctor", "--json").Json;
        Fields(healthy, "healthy", "findings");
        Assert.True(healthy.GetProperty("healthy").GetBoolean());
        File.Delete(_scratch.Run("resolve", "m").Text);
        var outcome = _scratch.Run("doctor", "--json");
        Assert.Equal(1, outcome.ExitCode);
        using var sick = JsonDocument.Parse(outcome.Output);
        Assert.False(sick.RootElement.GetProperty("healthy").GetBoolean());
        var finding = sick.RootElement.GetProperty("findings").EnumerateArray().First(f => f.GetProperty("severity").GetString() == "error");
        Fields(finding, "code", "severity", "what", "where", "fix", "mended");
        Assert.Equal("MR0301", finding.GetProperty("code").GetString());
    }

    [Fact]
    public void Init_Json_NamesWhatItMade()
    {
        using var empty = new Scratch(registry: false);
        var json = empty.Run("init", "--json").Json;
        Fields(json, "registry", "store", "commit");
        Assert.Equal(empty.RegistryRoot, json.GetProperty("registry").GetString());
        Assert.Equal(empty.Git("rev-parse", "HEAD"), json.GetProperty("commit").GetString());
        empty.Run("init").Fails("MR0221", 4);
    }

    private static void Fields(JsonElement json, params IEnumerable<string> names) => Assert.Equal(names, json.EnumerateObject().Select(p => p.Name));
}
