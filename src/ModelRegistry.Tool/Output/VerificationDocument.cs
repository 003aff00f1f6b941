using System.Text.Json;
using ModelRegistry.Verification;

namespace ModelRegistry.Tool.Output;

/// <summary>What <c>verify</c> prints for scripts.</summary>
internal static class VerificationDocument
{
    public static void Verification(this Utf8JsonWriter json, ModelId id, VerificationReport report)
    {
        json.WriteString("id", id.ToString());
        json.Report(report);
    }

    public static void Report(this Utf8JsonWriter json, VerificationReport report)
    {
        json.WriteString("engine", report.Engine);
        json.WriteString("engineVersion", report.EngineVersion);
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
        json.Top(report.Top);
    }

    public static void Top(this Utf8JsonWriter json, IEnumerable<TopClass> classes) => json.Objects("top", classes, top =>
    {
        json.WriteNumber("index", top.Index);
        json.WriteString("label", top.Label);
        json.Figure("probability", top.Probability);
    });
}
