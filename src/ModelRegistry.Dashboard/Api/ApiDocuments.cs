using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using ModelRegistry.Dashboard.Layers;
using ModelRegistry.Tool.Output;
using ModelRegistry.Verification;

namespace ModelRegistry.Dashboard.Api;

/// <summary>The documents of the API: those that the command prints with <c>--json</c>, with the same names in the same order.</summary>
internal static class ApiDocuments
{
    private static readonly JsonWriterOptions Form = new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] Write(Action<Utf8JsonWriter> document)
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        using (var writer = new Utf8JsonWriter(buffer, Form))
        {
            writer.WriteStartObject();
            document(writer);
            writer.WriteEndObject();
        }

        buffer.Write("\n"u8);
        return buffer.WrittenSpan.ToArray();
    }

    public static void Models(Utf8JsonWriter json, IEnumerable<FamilyOverview> models) => json.Objects("models", models, model =>
    {
        json.WriteString("name", model.Family.Name.Value);
        json.WriteString("latest", model.Latest?.Value);
        json.WriteString("best", model.Best?.Value);
        json.WriteNumber("versions", model.Family.Versions.Count);
        json.WriteStartObject("aliases");
        foreach (var (alias, record) in model.Family.Aliases.OrderBy(a => a.Key, StringComparer.Ordinal)) json.WriteString(alias, record.Version.Value);
        json.WriteEndObject();
        json.WriteString("description", model.Family.Settings.Description);
    });

    public static void Versions(Utf8JsonWriter json, FamilyIndex index, IEnumerable<VersionSummary> versions)
    {
        json.WriteString("name", index.Family.Name.Value);
        json.Objects("versions", versions, version =>
        {
            json.WriteString("version", version.Version.Value);
            json.Time("createdAt", version.CreatedAt);
            json.WriteStartObject("metrics");
            foreach (var (metric, value) in version.Metrics) json.Figure(metric, value);
            json.WriteEndObject();
            json.Strings("aliases", index.Family.AliasesOf(version.Version));
            json.WriteBoolean("yanked", index.Family.IsYanked(version.Version));
            json.WriteBoolean("verified", index.Find(version.Version)?.Standing == VerificationStanding.Passed);
        });
    }

    public static void Version(Utf8JsonWriter json, Registry registry, ModelId id)
    {
        json.WriteString("id", id.ToString());
        json.ManifestFields(registry.Layout.Manifest(id));
        json.Strings("aliases", registry.GetFamily(id.Name).AliasesOf(id.Version));
        if (registry.GetYank(id) is null) json.WriteNull("yanked");
        else json.RegistryFile("yanked", registry.Layout.Yank(id));
        if (registry.GetVerification(id) is null) json.WriteNull("verification");
        else json.RegistryFile("verification", registry.Layout.Verification(id));
    }

    public static void Layers(Utf8JsonWriter json, LayerTree tree)
    {
        json.WriteString("format", tree.Format);
        json.Objects("tensors", tree.Tensors, tensor =>
        {
            json.WriteString("name", tensor.Name);
            json.WriteString("dtype", tensor.DType);
            json.WriteStartArray("shape");
            foreach (var length in tensor.Dimensions) json.WriteNumberValue(length);
            json.WriteEndArray();
            json.WriteNumber("bytes", tensor.Bytes);
        });
        json.WriteNumber("parameters", tree.Root.Parameters);
    }

    public static void Lineage(Utf8JsonWriter json, LineageNode lineage)
    {
        var depth = 0;
        for (var node = lineage; ; node = node.Parent)
        {
            json.IdFields(node.Id);
            json.WriteBoolean("yanked", node.Yanked);
            json.WriteString("problem", node.Problem);
            var facts = node.Manifest?.Lineage;
            json.WriteString("commit", facts?.Commit);
            json.WriteString("repository", facts?.Repository);
            json.WriteString("branch", facts?.Branch);
            if (facts?.Dirty is { } dirty) json.WriteBoolean("dirty", dirty);
            else json.WriteNull("dirty");
            json.WriteString("dataset", facts?.Dataset?.ToString());
            if (facts?.TrainedAt is { } trained) json.Time("trainedAt", trained);
            else json.WriteNull("trainedAt");
            json.WriteString("run", facts?.Run);
            if (node.Parent is null) break;
            json.WriteStartObject("parent");
            depth++;
        }

        json.WriteNull("parent");
        for (; depth > 0; depth--) json.WriteEndObject();
    }

    public static void Report(Utf8JsonWriter json, ModelId id, VerificationReport report)
    {
        json.WriteString("id", id.ToString());
        json.WriteString("engine", report.Engine);
        json.WriteBoolean("passed", report.Passed);
        json.Objects("checks", report.Checks, check =>
        {
            json.WriteString("name", check.Name);
            json.WriteBoolean("passed", check.Passed);
            json.WriteString("detail", check.Detail);
        });
        json.WriteStartObject("timings");
        foreach (var (step, milliseconds) in report.Timings) json.Figure(step, milliseconds);
        json.WriteEndObject();
        Top(json, report.Top);
    }

    public static void Top(Utf8JsonWriter json, IEnumerable<TopClass> classes) => json.Objects("top", classes, top =>
    {
        json.WriteNumber("index", top.Index);
        json.WriteString("label", top.Label);
        json.Figure("probability", top.Probability);
    });

    public static void Log(Utf8JsonWriter json, IEnumerable<Reading.AuditEvent> entries) => json.Objects("entries", entries, entry =>
    {
        json.WriteString("commit", entry.Commit);
        json.WriteString("author", entry.Author);
        json.Time("at", entry.At);
        json.WriteString("action", entry.Action);
        json.WriteString("subject", entry.Subject);
        json.WriteString("model", entry.Model);
        json.WriteString("version", entry.Version);
        json.WriteString("alias", entry.Alias);
        json.WriteString("reason", entry.Reason);
    });

    public static void Doctor(Utf8JsonWriter json, DoctorReport report)
    {
        json.WriteBoolean("healthy", report.Healthy);
        json.Objects("findings", report.Findings, finding =>
        {
            json.WriteString("code", finding.Diagnostic.Code);
            json.WriteString("severity", finding.Severity switch { DoctorSeverity.Error => "error", DoctorSeverity.Warning => "warning", _ => "info" });
            json.WriteString("what", finding.What);
            json.WriteString("where", finding.Where);
            json.WriteString("fix", finding.Fix);
            json.WriteBoolean("mended", finding.Mended);
        });
    }
}
