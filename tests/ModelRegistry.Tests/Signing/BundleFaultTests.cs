using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ModelRegistry.Signing;
using ModelRegistry.Tests.Support;

namespace ModelRegistry.Tests.Signing;

/// <summary>Every field of a bundle, and of what it signs: missing, null, of another type, doubled, huge.</summary>
public sealed class BundleFaultTests : IDisposable
{
    private readonly SigningFolder _folder = new();

    public BundleFaultTests() => _folder.Key("signer");

    public static TheoryData<string> RequiredOfBundle => new("mediaType", "verificationMaterial", "verificationMaterial/publicKey", "dsseEnvelope", "dsseEnvelope/payload", "dsseEnvelope/payloadType", "dsseEnvelope/signatures", "dsseEnvelope/signatures/0/sig");

    public static TheoryData<string> RequiredOfStatement => new(
        "_type", "subject", "subject/0/name", "subject/0/digest", "subject/0/digest/sha256", "predicateType", "predicate", "predicate/serialization", "predicate/serialization/method",
        "predicate/serialization/hash_type", "predicate/serialization/allow_symlinks", "predicate/resources", "predicate/resources/0/name", "predicate/resources/0/digest", "predicate/resources/0/algorithm");

    [Theory]
    [MemberData(nameof(RequiredOfBundle))]
    public void AFieldOfTheBundle_MissingOrNullOrOfAnotherType_IsOneCodedLine(string path)
    {
        var good = JsonNode.Parse(_folder.Sign().Content.Span)!;
        foreach (var fault in Faults(path))
        {
            var broken = good.DeepClone();
            fault(broken);
            Expect.Code("MR0802", () => SignatureBundle.Parse(Encoding.UTF8.GetBytes(broken.ToJsonString()), "broken.sig"));
        }
    }

    [Theory]
    [MemberData(nameof(RequiredOfStatement))]
    public void AFieldOfTheStatement_MissingOrNullOrOfAnotherType_IsOneCodedLine_ThoughItIsSigned(string path)
    {
        foreach (var fault in Faults(path)) Expect.Code("MR0802", () => _folder.Verify(_folder.SignStatement(fault)));
    }

    [Theory]
    [InlineData("../weights.bin")]
    [InlineData("/weights.bin")]
    [InlineData("a//b")]
    [InlineData("./weights.bin")]
    [InlineData("")]
    [InlineData("weights\0bin")]
    public void ANameThatLeavesTheModel_IsRefused(string name) =>
        Expect.Code("MR0802", () => _folder.Verify(_folder.SignStatement(statement => statement["predicate"]!["resources"]![0]!["name"] = name)));

    [Fact]
    public void TwoResourcesOfOneName_NoResource_AnotherHash_LinksFollowed_AndAWrongRootDigest_AreRefused()
    {
        Refused(statement => statement["predicate"]!["resources"]!.AsArray().Add(statement["predicate"]!["resources"]![0]!.DeepClone()));
        Refused(statement => statement["predicate"]!["resources"] = new JsonArray());
        Refused(statement => statement["predicate"]!["serialization"]!["hash_type"] = "blake3");
        Refused(statement => statement["predicate"]!["serialization"]!["allow_symlinks"] = true);
        Refused(statement => statement["subject"]![0]!["digest"]!["sha256"] = new string('0', 64));
        Refused(statement => statement["predicateType"] = "https://slsa.dev/provenance/v1");
        Refused(statement => statement["_type"] = "https://in-toto.io/Statement/v0.1");

        void Refused(Action<JsonNode> change) => Expect.Code("MR0802", () => _folder.Verify(_folder.SignStatement(change)));
    }

    [Theory]
    [MemberData(nameof(RequiredOfBundle))]
    public void AFieldOfTheBundle_ThatIsThereTwice_IsRefused(string path)
    {
        var name = $"\"{Last(path)}\":";
        var text = Encoding.UTF8.GetString(JsonSerializer.SerializeToUtf8Bytes(JsonNode.Parse(_folder.Sign().Content.Span)!));
        var at = text.IndexOf(name, StringComparison.Ordinal);

        Expect.Code("MR0802", () => SignatureBundle.Parse(Encoding.UTF8.GetBytes(text.Insert(at, name + "null,")), "doubled.sig"));
    }

    [Theory]
    [MemberData(nameof(RequiredOfStatement))]
    public void AFieldThatIsHuge_IsRefused_ThoughItIsSigned(string path)
    {
        Expect.Code("MR0802", () => _folder.Verify(_folder.SignStatement(statement => Set(statement, path, JsonValue.Create(new string('x', 100_000))))));
        var bundle = JsonNode.Parse(_folder.Sign().Content.Span)!;
        Set(bundle, "dsseEnvelope/signatures/0/sig", JsonValue.Create(Convert.ToBase64String(new byte[100_000])));
        Expect.Code("MR0802", () => Parse(bundle));
    }

    [Fact]
    public void AResourceInAnotherCase_IsNotTheFile() =>
        Expect.Code("MR0803", () => _folder.Verify(_folder.SignStatement(statement =>
        {
            foreach (var resource in statement["predicate"]!["resources"]!.AsArray()) resource!["name"] = ((string)resource["name"]!).ToUpperInvariant();
        })));

    [Fact]
    public void EveryBitOfThePayload_IsCovered()
    {
        var bundle = JsonNode.Parse(_folder.Sign().Content.Span)!;
        var payload = Convert.FromBase64String((string)bundle["dsseEnvelope"]!["payload"]!);
        for (var at = 0; at < payload.Length; at += 7)
        {
            var altered = (byte[])payload.Clone();
            altered[at] ^= (byte)(1 << (at % 8));
            bundle["dsseEnvelope"]!["payload"] = Convert.ToBase64String(altered);
            Expect.Code("MR0801", () => _folder.Verify(Parse(bundle)));
        }
    }

    [Fact]
    public void RubbishInPlaceOfASignature_DoesNotFit()
    {
        var bundle = JsonNode.Parse(_folder.Sign().Content.Span)!;
        foreach (var rubbish in new byte[][] { [], [0x30], [0x30, 0x80], Enumerable.Repeat((byte)0xff, 200).ToArray() })
        {
            bundle["dsseEnvelope"]!["signatures"]![0]!["sig"] = Convert.ToBase64String(rubbish);
            Expect.Code("MR0801", () => _folder.Verify(Parse(bundle)));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("""{"mediaType":"a","mediaType":"b"}""")]
    [InlineData("""{"mediaType":"application/vnd.dev.sigstore.bundle.v0.4+json"}""")]
    [InlineData("""{"mediaType":"\ud800"}""")]
    public void TextThatIsNoBundle_IsOneCodedLine(string text) => Expect.Code("MR0802", () => SignatureBundle.Parse(Encoding.UTF8.GetBytes(text), "text.sig"));

    [Fact]
    public void DeepNestingAndTooManyCertificates_AreRefused()
    {
        var deep = string.Concat(Enumerable.Repeat("[", 100_000));
        Expect.Code("MR0802", () => SignatureBundle.Parse(Encoding.UTF8.GetBytes($$"""{"mediaType":{{deep}}"""), "deep.sig"));
        var bundle = JsonNode.Parse(_folder.Sign().Content.Span)!;
        bundle["verificationMaterial"] = new JsonObject { ["x509CertificateChain"] = new JsonObject { ["certificates"] = new JsonArray([.. Enumerable.Range(0, 11).Select(_ => new JsonObject { ["rawBytes"] = "AAAA" })]) } };
        Expect.Code("MR0802", () => Parse(bundle));
    }

    [Fact]
    public void KeylessBundlesOfSigstore_AreToldAsNotChecked()
    {
        var bundle = JsonNode.Parse(_folder.Sign().Content.Span)!;
        bundle["verificationMaterial"] = new JsonObject { ["certificate"] = new JsonObject { ["rawBytes"] = "AAAA" }, ["tlogEntries"] = new JsonArray(new JsonObject()) };

        Assert.Contains("signed with Sigstore, not checked", Expect.Code("MR0812", () => _folder.Verify(Parse(bundle))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("keyid")]
    public void AnIdOfTheKey_MayBeMissingEmptyOrNull(string field)
    {
        var bundle = JsonNode.Parse(_folder.Sign().Content.Span)!;
        var signature = bundle["dsseEnvelope"]!["signatures"]![0]!.AsObject();
        signature[field] = null;
        _folder.Verify(Parse(bundle));
        signature.Remove(field);
        _folder.Verify(Parse(bundle));
    }

    public void Dispose() => _folder.Dispose();

    private static SignatureBundle Parse(JsonNode bundle) => SignatureBundle.Parse(Encoding.UTF8.GetBytes(bundle.ToJsonString()), "bundle.sig");

    private static IEnumerable<Action<JsonNode>> Faults(string path)
    {
        yield return root => Parent(root, path).AsObject().Remove(Last(path));
        yield return root => Set(root, path, null);
        yield return root => Set(root, path, 7);
        if (path.EndsWith("allow_symlinks", StringComparison.Ordinal)) yield break;
        yield return root => Set(root, path, new JsonArray());
    }

    private static void Set(JsonNode root, string path, JsonNode? value) => Parent(root, path)[Last(path)] = value;

    private static JsonNode Parent(JsonNode root, string path) => path.Split('/')[..^1].Aggregate(root, (node, step) => char.IsDigit(step[0]) ? node[step[0] - '0']! : node[step]!);

    private static string Last(string path) => path.Split('/')[^1];
}
