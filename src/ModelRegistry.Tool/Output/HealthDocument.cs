using System.Text.Json;

namespace ModelRegistry.Tool.Output;

/// <summary>What <c>doctor</c> prints for scripts.</summary>
internal static class HealthDocument
{
    public static void Health(this Utf8JsonWriter json, DoctorReport report)
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
