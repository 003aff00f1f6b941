using System.Reflection;

namespace ModelRegistry.Weights.Tests;

public sealed class DiagnosticsPageTests
{
    public static TheoryData<string, string> All
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var diagnostic in WeightsCodes.All) data.Add(diagnostic.Code, diagnostic.Title);
            return data;
        }
    }

    [Fact]
    public void Codes_AreAllInTheListOnce()
    {
        Type[] declaring = [typeof(WeightsCodes), typeof(SafetensorsError), typeof(GgufError), typeof(OnnxError), typeof(NpyError), typeof(WritingError)];
        var declared = declaring.SelectMany(type => type.GetFields(BindingFlags.NonPublic | BindingFlags.Static))
            .Where(field => field.IsLiteral).Select(field => (string)field.GetRawConstantValue()!);

        Assert.Equal(declared.Order(StringComparer.Ordinal), WeightsCodes.All.Select(diagnostic => diagnostic.Code));
    }

    [Fact]
    public void Failure_TellsItsTitleAndExitCode()
    {
        var known = new WeightsFormatException(WritingError.Exists, "the destination exists");
        var foreign = new WeightsFormatException("MR9999", "a reader of somebody else's");

        Assert.Equal(("Destination exists", 2), (known.Title, known.ExitCode));
        Assert.Equal(("Weights refused", 2), (foreign.Title, foreign.ExitCode));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Code_HasItsPage(string code, string title)
    {
        var text = File.ReadAllText(Path.Combine(RepositoryRoot(), "docs", "diagnostics", $"{code}.md"));
        Assert.StartsWith($"# {code}: {title}\n", text, StringComparison.Ordinal);
        Assert.Contains(code == OnnxError.Sparse ? $"warning {code}: " : $"error {code}: ", text, StringComparison.Ordinal);
    }

    // From where the tests were built to: a reproducible build knows no path of a source file.
    private static string RepositoryRoot()
    {
        var directory = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(directory, "ModelRegistry.sln"))) directory = Path.GetDirectoryName(directory) ?? throw new InvalidOperationException("the tests do not run inside the repository");
        return directory;
    }
}
