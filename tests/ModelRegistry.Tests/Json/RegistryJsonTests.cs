using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using ModelRegistry.Json;

namespace ModelRegistry.Tests.Json;

/// <summary>What is written is read again as the same bytes, and what is malformed is refused and never half read.</summary>
public sealed class RegistryJsonTests
{
    private static readonly Digest SomeDigest = Digest.Of("weights"u8);

    private static readonly Dictionary<string, JsonElement> Split = new() { ["split"] = Hyperparameters.ParsePair("split=a").Value };

    private static readonly Manifest Full = new()
    {
        Name = ModelName.Parse("resnet18"),
        Version = ModelVersion.Parse("1.2.0-rc.1"),
        CreatedAt = new DateTimeOffset(2026, 11, 21, 19, 30, 0, 123, TimeSpan.Zero),
        CreatedBy = "A. Author <a@example.org>",
        Framework = "pytorch",
        Architecture = "resnet18",
        Inputs = [new TensorSpec { Name = "x", Shape = [-1, 3, 224, 224] }],
        Outputs = [new TensorSpec { Name = "logits", Dtype = "float16", Shape = [-1, 1000] }, new TensorSpec { Name = "scalar", Shape = [] }],
        Preprocessing = new Preprocessing { Resize = 256, Crop = 224, Mean = [0.485, 0.456], Std = [0.229, 1], Layout = "NCHW" },
        Metrics = Manifest.NoMetrics.Add("accuracy", 0.952).Add("loss", 1e-7),
        Hyperparameters = Hyperparameters.ParseJson(Encoding.UTF8.GetBytes("""{ "lr": 0.1, "optimizer": "sgd", "nesterov": true }"""), "test").ToImmutableSortedDictionary(StringComparer.Ordinal),
        Lineage = new Lineage
        {
            Commit = new string('a', 40),
            Repository = "https://example.org/r.git",
            Branch = "main",
            Dirty = false,
            Dataset = new DatasetReference { Name = "imagenet", Version = "1", Digest = SomeDigest, Unknown = Split },
            Parent = ModelId.Parse("resnet18/1.0.0"),
            TrainedAt = new DateTimeOffset(2026, 11, 20, 1, 2, 3, TimeSpan.Zero),
            Run = "https://ci.example.org/1",
        },
        Files =
        [
            new ModelFile { Path = RelativeFilePath.Parse("a/resnet18.pth"), Role = "weights", Format = "safetensors", Size = 46830571, Digest = SomeDigest, Parameters = 11_000_000, Tensors = 122, Scan = "safe" },
            new ModelFile { Path = RelativeFilePath.Parse("labels.txt"), Role = "labels", Size = 0, Digest = SomeDigest },
        ],
        Notes = "line one\nline “two” \u0001",
        Tags = Manifest.NoTags.Add("team", "vision"),
        License = "BSD-3-Clause",
    };

    private static readonly RegistrySettings Settings = new()
    {
        Stores = [new StoreSettings { Name = "local", Path = "../models", Tracked = true }, new StoreSettings { Name = "share", Path = "//server/x" }],
        Policies = new RegistryPolicies { RequiredMetadata = ["metrics.accuracy"], RequireVerified = true, RequireCleanSource = true, RequireVerifiedForPromotion = true },
        Remotes = Manifest.NoTags.Add("origin", "oci://example.org/models"),
    };

    [Fact]
    public void Read_EveryFieldOfAManifest_GivesTheSameBytesBack() => SameBytes(Full);

    [Fact]
    public void Read_TheSmallestManifest_GivesTheSameBytesBack() =>
        SameBytes(new Manifest { Name = Full.Name, Version = Full.Version, CreatedAt = Full.CreatedAt, Files = Full.Files });

    [Fact]
    public void Read_Settings_GiveTheSameBytesBack()
    {
        SameBytes(Settings);
        SameBytes(new FamilySettings { Description = "d", Task = "t", License = "MIT", Metric = new MetricGoal { Name = "loss", Direction = MetricDirection.Min } });
        SameBytes(new FamilySettings());
        SameBytes(new AliasRecord { Version = Full.Version, At = Full.CreatedAt, By = "x", Reason = "y" });
    }

    [Fact]
    public void Read_UnknownFields_AreKept()
    {
        var json = """{"version":"1.0.0","at":"2026-01-01T00:00:00Z","later":"x","none":null}"""u8;
        var read = RegistryJson.Read<AliasRecord>(json);
        Assert.Equal(["later", "none"], read.Unknown!.Keys);
        Assert.Equal(RegistryJson.Write(read), RegistryJson.Write(RegistryJson.Read<AliasRecord>(RegistryJson.Write(read))));
    }

    [Theory]
    [InlineData("""{ "version": "1.0.0", "at": "2026-01-01T00:00:00Z", "extra": 1, "extra": 2 }""")]
    [InlineData("""{ "version": "1.0.0", "version": "1.0.0", "at": "2026-01-01T00:00:00Z" }""")]
    [InlineData("""{ "version": "1.0.0" }""")]
    [InlineData("""{ "version": null, "at": "2026-01-01T00:00:00Z" }""")]
    [InlineData("""{ "version": "1.0.0", "at": "2026-01-01T00:00:00Z" } x""")]
    [InlineData("""[]""")]
    [InlineData("")]
    public void Read_WhatIsIncompleteOrTwiceThere_IsRefused(string json) =>
        Assert.Throws<JsonException>(() => RegistryJson.Read<AliasRecord>(Encoding.UTF8.GetBytes(json)));

    [Fact]
    public void Read_MutatedDocuments_AreRefusedOrReadWhole()
    {
        var random = new Random(20261122);
        Mutate(Full, random, 4000);
        Mutate(Settings, random, 1500);
        Mutate(new AliasRecord { Version = Full.Version, At = Full.CreatedAt, By = "x", Reason = "y" }, random, 1500);
    }

    private static void SameBytes<T>(T document)
        where T : class
    {
        var json = RegistryJson.Write(document);
        var read = RegistryJson.Read<T>(json);
        Assert.Equal(Encoding.UTF8.GetString(json), Encoding.UTF8.GetString(RegistryJson.Write(read)));
    }

    private static void Mutate<T>(T document, Random random, int times)
        where T : class
    {
        var original = RegistryJson.Write(document);
        var tokens = new[] { "null", "1", "-1", "1.5", "\"\"", "true", "{}", "[]", "NaN", "1e400", "9223372036854775808", "\"\\ud800\"", "," };
        for (var i = 0; i < times; i++)
        {
            var text = original.ToList();
            for (var edits = random.Next(1, 3); edits > 0; edits--)
            {
                var at = random.Next(text.Count);
                switch (random.Next(4))
                {
                    case 0: text[at] = (byte)random.Next(32, 127); break;
                    case 1: text.RemoveRange(at, Math.Min(random.Next(1, 12), text.Count - at)); break;
                    case 2: text.InsertRange(at, Encoding.UTF8.GetBytes(tokens[random.Next(tokens.Length)])); break;
                    default: ReplaceValue(text, at, tokens[random.Next(tokens.Length)]); break;
                }
            }

            ReadWhole<T>([.. text]);
        }
    }

    // From a colon to the end of its line is one value, mostly.
    private static void ReplaceValue(List<byte> text, int at, string value)
    {
        var colon = text.IndexOf((byte)':', at);
        var end = colon < 0 ? -1 : text.IndexOf((byte)'\n', colon);
        if (end < 0) return;
        if (text[end - 1] == ',') end--;
        text.RemoveRange(colon + 1, end - colon - 1);
        text.InsertRange(colon + 1, Encoding.UTF8.GetBytes(value));
    }

    private static void ReadWhole<T>(byte[] json)
        where T : class
    {
        T? read = null;
        var failure = Record.Exception(() => read = RegistryJson.Read<T>(json));
        Assert.True(failure is null or JsonException or InvalidOperationException, Encoding.UTF8.GetString(json));
        if (read is not null && Written(read) is { } written) Assert.Equal(written, Written(RegistryJson.Read<T>(Encoding.UTF8.GetBytes(written))));
    }

    // Half a surrogate pair inside a hyperparameter is read by both and written by none.
    private static string? Written<T>(T document)
        where T : class
    {
        try
        {
            return Encoding.UTF8.GetString(RegistryJson.Write(document));
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
