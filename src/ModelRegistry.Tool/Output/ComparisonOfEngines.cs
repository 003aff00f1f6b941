using System.Globalization;
using System.Text.Json;
using ModelRegistry.Tool.Hosting;
using ModelRegistry.Verification;

namespace ModelRegistry.Tool.Output;

/// <summary>What several engines found of one version, side by side.</summary>
internal static class ComparisonOfEngines
{
    public static void Document(Utf8JsonWriter json, ModelId id, EngineComparison comparison)
    {
        json.WriteString("id", id.ToString());
        json.WriteBoolean("passed", comparison.Passed);
        json.Objects("engines", comparison.Reports, json.Report);
        if (comparison.Difference is not { } difference)
        {
            json.WriteNull("difference");
            return;
        }

        json.WriteStartObject("difference");
        json.WriteString("left", difference.Left);
        json.WriteString("right", difference.Right);
        json.Figure("relative", difference.Relative);
        json.WriteEndObject();
    }

    public static void Show(CommandContext context, ModelId id, EngineComparison comparison)
    {
        if (context.Quiet) return;
        var table = Screen.Table(["CHECK", .. comparison.Reports.Select(report => report.Engine)]);
        foreach (var name in comparison.Reports.SelectMany(report => report.Checks.Select(check => check.Name)).Distinct())
            table.AddRow([Screen.Cell(name), .. comparison.Reports.Select(report => Cell(report.Checks.FirstOrDefault(check => check.Name == name)))]);
        table.AddRow([Screen.Cell("total"), .. comparison.Reports.Select(report => Screen.Cell(report.Timings.TryGetValue("total", out var ms) ? string.Create(CultureInfo.InvariantCulture, $"{ms:0} ms") : ""))]);
        var screen = context.Screen;
        screen.Write(table);
        foreach (var report in comparison.Reports)
        {
            foreach (var check in report.Checks.Where(check => !check.Passed)) screen.Line($"{report.Engine}, {check.Name}: {check.Detail}", Screen.Bad);
        }

        if (comparison.Agreement is { } agreement) screen.Line(agreement.Detail, agreement.Passed ? Screen.Good : Screen.Bad);
        var engines = string.Join(" and ", comparison.Reports.Select(report => $"{report.Engine} {report.EngineVersion}"));
        var recorded = comparison.Recorded?.Commit is { } commit ? $", recorded in commit {Humanise.Commit(commit)}" : "";
        screen.Line($"{id} {(comparison.Passed ? "passed" : "failed")} ({engines}){recorded}", comparison.Passed ? Screen.Good : Screen.Bad);
    }

    private static Cell Cell(CheckResult? check) =>
        check is null ? Screen.Cell("") : Screen.Cell(check.Passed ? "passed" : "FAILED", check.Passed ? Screen.Good : Screen.Bad);
}
