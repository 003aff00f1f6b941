using System.Text.Json;

namespace ModelRegistry.Tool.Tests.Support;

/// <summary>How a command ended.</summary>
internal sealed record Outcome(int ExitCode, string Output, string Errors)
{
    /// <summary>Standard output as one JSON document, with nothing on standard error.</summary>
    public JsonElement Json
    {
        get
        {
            Assert.True(ExitCode == 0, ToString());
            Assert.Equal("", Errors);
            using var document = JsonDocument.Parse(Output);
            return document.RootElement.Clone();
        }
    }

    /// <summary>Standard output without the end of its last line; the command succeeded.</summary>
    public string Text
    {
        get
        {
            Assert.True(ExitCode == 0, ToString());
            return Output.TrimEnd('\r', '\n');
        }
    }

    /// <summary>It failed with this code and exit code, in one line on standard error that says what to do, and printed nothing.</summary>
    public Outcome Fails(string code, int exitCode)
    {
        Assert.True(ExitCode == exitCode, $"expected exit code {exitCode}: {this}");
        Assert.Equal("", Output);
        Assert.StartsWith($"error {code}: ", Errors, StringComparison.Ordinal);
        Assert.Single(Errors.TrimEnd('\r', '\n').Split('\n'));
        Assert.Contains("; ", Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", Errors, StringComparison.Ordinal);
        return this;
    }

    public override string ToString() => $"exit code {ExitCode}\n{Output}\n{Errors}";
}
