namespace Cake.ModelRegistry.Tests.Build;

public sealed class TestTotalTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("total").FullName;
    private readonly TestTotal _total = new();

    [Fact]
    public void Add_SumsProjectsAndNamesWhatWasSkipped()
    {
        _total.Add("One", Log(("A", "Passed", ""), ("B", "Failed", "expected 1\nwas 2")), exitCode: 1);
        _total.Add("Two", Log(("C", "NotExecuted", "no git-lfs"), ("D", "Passed", "")), exitCode: 0);

        Assert.Equal("2 passed, 1 failed, 1 skipped", _total.Line);
        Assert.Equal(["C: no git-lfs"], _total.SkippedTests);
        Assert.Equal(["failed B: expected 1"], _total.Problems);
    }

    [Theory]
    [InlineData(134, "Dead broke off with exit code 134 after 1 results")]
    [InlineData(1, "Dead broke off with exit code 1 after 1 results")]
    public void Add_HostThatDiesAmongPassingTests_CountsAsAFailure(int exitCode, string problem)
    {
        _total.Add("Dead", Log(("A", "Passed", "")), exitCode);

        Assert.Equal("1 passed, 1 failed, 0 skipped", _total.Line);
        Assert.Equal([problem], _total.Problems);
    }

    [Fact]
    public void Add_NoLogOrNoTests_CountsAsAFailureUnlessFiltered()
    {
        _total.Add("Gone", Path.Combine(_folder, "none.trx"), exitCode: 1);
        _total.Add("Empty", Log(), exitCode: 0);
        _total.Add("Filtered", Log(), exitCode: 0, mayBeEmpty: true);

        Assert.Equal("0 passed, 2 failed, 0 skipped", _total.Line);
        Assert.Equal(["Gone broke off with exit code 1 after 0 results", "Empty ran no tests"], _total.Problems);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Log(params (string Name, string Outcome, string Message)[] results)
    {
        var path = Path.Combine(_folder, $"{Guid.NewGuid():N}.trx");
        var rows = results.Select(r => $"<UnitTestResult testName=\"{r.Name}\" outcome=\"{r.Outcome}\"><Output><ErrorInfo><Message>{r.Message}</Message></ErrorInfo></Output></UnitTestResult>");
        File.WriteAllText(path, $"<TestRun xmlns=\"http://microsoft.com/schemas/VisualStudio/TeamTest/2010\"><Results>{string.Concat(rows)}</Results></TestRun>");
        return path;
    }
}
