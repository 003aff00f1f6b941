using System.Globalization;

namespace ModelRegistry.CommandBench.Groups;

/// <summary>Commands that only read.</summary>
internal static class Reading
{
    public static IEnumerable<Measured.Figure> Start(Bench bench) =>
        Measured.InTurn(
            21,
            new Timed("`modelreg --version`", bench.Scratch.Root, bench.Modelreg, "--version") { Budget = "15" },
            new Timed("`git --version`", bench.Scratch.Root, "git", "--version"));

    public static IEnumerable<Measured.Figure> Resolve(Bench bench)
    {
        foreach (var (families, versions) in new[] { (1, 10), (1000, 10), (1, 1000), (1, 10_000) })
        {
            var root = bench.Scratch.Registry(families, versions);
            var size = string.Create(CultureInfo.InvariantCulture, $"{families} × {versions}");
            Timed Of(string selector, string budget) => new($"`modelreg resolve resnet18 {selector}`, {size}", root, bench.Modelreg, "resolve", "resnet18", selector) { Budget = budget };
            var scan = versions == 10_000 ? "80" : "30";
            foreach (var figure in Measured.InTurn(15, Of("1.5.0", "30"), Of("latest", scan), Of("best", scan), Of("1.*", scan))) yield return figure;
        }
    }

    public static IEnumerable<Measured.Figure> List(Bench bench) =>
        Measured.InTurn(15, new Timed("`modelreg list`, 1000 × 10", bench.Scratch.Registry(1000, 10), bench.Modelreg, "list") { Budget = "100" });

    public static IEnumerable<Measured.Figure> Doctor(Bench bench) =>
        Measured.InTurn(9, new Timed("`modelreg doctor`, nothing changed, 1 × 1000", bench.Scratch.Committed(1, 1000), bench.Modelreg, "doctor") { Budget = "200" });
}
