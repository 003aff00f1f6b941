using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using ModelRegistry.Diagnostics;
using ModelRegistry.Json;
using ModelRegistry.Names;
using ModelRegistry.Shared;
using ModelRegistry.Signing;

namespace ModelRegistry.Trust;

/// <summary>Reads a policy. A field that is not known is refused: a misspelt rule would otherwise be no rule.</summary>
internal static class TrustPolicyReader
{
    private const int MaxItems = 1000;

    private static readonly string[] PolicyFields = ["$schema", "schemaVersion", "mode", "signers", "minimumSignatures", "provenance", "commits", "exempt"];
    private static readonly string[] SignerFields = ["name", "publicKey", "certificate", "subject", "families"];
    private static readonly string[] ProvenanceFields = ["repository", "branch", "builder"];
    private static readonly string[] CommitsFields = ["allowedSigners", "mode"];
    private static readonly string[] ExemptFields = ["id", "manifestDigest", "reason", "until"];

    public static ModelTrustPolicy Read(byte[] file, string path)
    {
        var content = JsonText.WithoutBom(file);
        try
        {
            using var json = JsonShape.ParseByHand(content);
            var root = json.RootElement;
            ThrowIfTooNew(root, path);
            Known(root, "the policy", PolicyFields);
            var folder = Path.GetDirectoryName(path)!;
            var policy = new ModelTrustPolicy
            {
                Path = path,
                Mode = Mode(root.Member("mode")),
                Signers = Items(root, "signers", content, (signer, line) => Signer(signer, line, folder)),
                MinimumSignatures = root.Optional("minimumSignatures") is { } minimum ? Count(minimum) : 1,
                Provenance = root.Optional("provenance") is { } provenance ? Provenance(provenance) : null,
                Commits = root.Optional("commits") is { } commits ? Commits(commits, Mode(root.Member("mode")), folder) : null,
                Exempt = Items(root, "exempt", content, Exemption),
            };
            var twice = policy.Signers.GroupBy(signer => signer.Name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1);
            if (twice is not null) throw new FormatException($"two signers are called '{Printable.Quote(twice.Key)}'");
            return policy;
        }
        catch (Exception failure) when (failure is JsonException or FormatException or InvalidOperationException)
        {
            var line = failure is JsonException { LineNumber: { } at } ? $"({at + 1})" : "";
            throw Codes.TrustPolicyInvalid.Error($"{path}{line} cannot be used: {failure.Message}", "docs/trust.md shows a policy; without one that can be read nothing is built", failure);
        }
    }

    private static void ThrowIfTooNew(JsonElement root, string path)
    {
        if (root.Member("schemaVersion") is not { ValueKind: JsonValueKind.Number } version || !version.TryGetInt32(out var number) || number < 1) throw new FormatException("its schemaVersion is not a number from 1");
        if (number > 1) throw Codes.TrustPolicyInvalid.Error($"{path} has schemaVersion {number}; this version of ModelRegistry knows 1", "update ModelRegistry");
    }

    private static PolicySigner Signer(JsonElement signer, int line, string folder)
    {
        Known(signer, $"the signer in line {line}", SignerFields);
        var (key, certificate) = (signer.Optional("publicKey")?.Text("publicKey"), signer.Optional("certificate")?.Text("certificate"));
        if (key is null == certificate is null) throw new FormatException($"the signer in line {line} needs either publicKey or certificate");
        var subject = signer.Optional("subject")?.Text("subject");
        if (subject is not null && certificate is null) throw new FormatException($"the signer in line {line} has a subject, which only a certificate has");
        return new PolicySigner
        {
            Name = signer.Member("name").Text("name"),
            PublicKeyPath = key is null ? null : Existing(key, folder, $"line {line}"),
            CertificatePath = certificate is null ? null : Existing(certificate, folder, $"line {line}"),
            Subject = subject,
            Families = signer.Optional("families")?.Items("families", MaxItems).Select(pattern => pattern.Text("families")).ToImmutableArray() ?? ["*"],
            Line = line,
        };
    }

    private static PolicyProvenance Provenance(JsonElement provenance)
    {
        Known(provenance, "provenance", ProvenanceFields);
        return new PolicyProvenance(provenance.Optional("repository")?.Text("repository"), provenance.Optional("branch")?.Text("branch"), provenance.Optional("builder")?.Text("builder"));
    }

    private static PolicyCommits Commits(JsonElement commits, TrustMode usual, string folder)
    {
        Known(commits, "commits", CommitsFields);
        return new PolicyCommits(Existing(commits.Member("allowedSigners").Text("allowedSigners"), folder, "commits"), commits.Optional("mode") is { } mode ? Mode(mode) : usual);
    }

    private static PolicyExemption Exemption(JsonElement exemption, int line)
    {
        Known(exemption, $"the exemption in line {line}", ExemptFields);
        try
        {
            return new PolicyExemption(
                ModelId.Parse(exemption.Member("id").Text("id")), Digest.Parse(exemption.Member("manifestDigest").Text("manifestDigest")), exemption.Member("reason").Text("reason"),
                exemption.Optional("until")?.Text("until") is { } until
                    ? DateOnly.TryParseExact(until, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : throw new FormatException($"'{Printable.Quote(until)}' in line {line} is not a day such as 2027-03-01")
                    : null,
                line);
        }
        catch (ModelRegistryException failure)
        {
            throw new FormatException($"the exemption in line {line}: {failure.Message}", failure);
        }
    }

    private static TrustMode Mode(JsonElement element) => element.Text("mode") switch
    {
        "require" => TrustMode.Require,
        "accept" => TrustMode.Accept,
        "off" => TrustMode.Off,
        var mode => throw new FormatException($"its mode is '{Printable.Quote(mode)}', not require, accept or off"),
    };

    private static int Count(JsonElement element) =>
        element.ValueKind == JsonValueKind.Number && element.TryGetInt32(out var count) && count > 0 ? count : throw new FormatException("minimumSignatures is not a number from 1");

    private static string Existing(string path, string folder, string where)
    {
        var full = Path.GetFullPath(Path.Combine(folder, path));
        return File.Exists(full) ? full : throw new FormatException($"it names {Printable.Quote(path)} in {where}, which does not exist{(path.Contains('\\') ? "; write / between folders, which every system understands" : "")}");
    }

    private static void Known(JsonElement element, string what, string[] fields)
    {
        if (element.ValueKind != JsonValueKind.Object) throw new FormatException($"{what} is not an object");
        foreach (var property in element.EnumerateObject())
        {
            if (fields.Contains(property.Name, StringComparer.Ordinal)) continue;
            var near = NearNames.Of(property.Name, fields);
            throw new FormatException($"{what} has the unknown field '{Printable.Quote(property.Name)}'{(near.Count > 0 ? $"; did you mean {near[0]}?" : "")}");
        }
    }

    private static ImmutableArray<T> Items<T>(JsonElement root, string list, ReadOnlyMemory<byte> content, Func<JsonElement, int, T> read)
    {
        if (root.Optional(list) is not { } items) return [];
        var lines = ItemLines.Of(content.Span, list);
        return [.. items.Items(list, MaxItems).Select((item, index) => read(item, lines[index]))];
    }
}
