// Reads the logs that 'dotnet test' writes. Plain C#, so that the tests of the build compile it as well.
using System.Xml.Linq;

/// <summary>The sum over test projects.</summary>
public sealed class TestTotal
{
    private static readonly XNamespace Trx = "http://microsoft.com/schemas/VisualStudio/TeamTest/2010";

    /// <summary>Tests that passed.</summary>
    public int Passed { get; private set; }

    /// <summary>Tests that failed, and projects that broke off or ran nothing.</summary>
    public int Failed { get; private set; }

    /// <summary>Tests that were skipped.</summary>
    public int Skipped { get; private set; }

    /// <summary>The names of the skipped tests, each with its reason.</summary>
    public List<string> SkippedTests { get; } = [];

    /// <summary>What failed, one line each.</summary>
    public List<string> Problems { get; } = [];

    /// <summary>The sum, as the last line of a run.</summary>
    public string Line => $"{Passed} passed, {Failed} failed, {Skipped} skipped";

    /// <summary>Adds a project.</summary>
    /// <param name="project">Its name.</param>
    /// <param name="log">Its log; may be missing where the run broke off.</param>
    /// <param name="exitCode">The exit code of 'dotnet test'.</param>
    /// <param name="mayBeEmpty">Whether a filter may have left nothing to run.</param>
    public void Add(string project, string log, int exitCode, bool mayBeEmpty = false)
    {
        var results = System.IO.File.Exists(log) ? XDocument.Load(log).Descendants(Trx + "UnitTestResult").ToList() : [];
        var failed = 0;
        foreach (var result in results)
        {
            var name = result.Attribute("testName")?.Value ?? "a test without a name";
            switch (result.Attribute("outcome")?.Value)
            {
                case "Passed":
                    Passed++;
                    break;
                case "NotExecuted":
                    Skipped++;
                    SkippedTests.Add($"{name}: {Reason(result)}");
                    break;
                default:
                    failed++;
                    Problems.Add($"failed {name}: {Reason(result)}");
                    break;
            }
        }

        Failed += failed;
        if (failed > 0 || (results.Count > 0 && exitCode == 0) || (results.Count == 0 && exitCode == 0 && mayBeEmpty)) return;
        // A host that dies takes the tests with it that had not run yet: no result is not a good one.
        Fail(exitCode == 0 ? $"{project} ran no tests" : $"{project} broke off with exit code {exitCode} after {results.Count} results");
    }

    /// <summary>Counts something as failed that has no test of its own: a build, a project that broke off.</summary>
    /// <param name="problem">What, in one line.</param>
    public void Fail(string problem)
    {
        Failed++;
        Problems.Add(problem);
    }

    private static string Reason(XElement result)
    {
        var output = result.Element(Trx + "Output");
        var text = output?.Element(Trx + "ErrorInfo")?.Element(Trx + "Message")?.Value ?? output?.Element(Trx + "StdOut")?.Value ?? "no reason given";
        return text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).FirstOrDefault() ?? "no reason given";
    }
}
