using ModelRegistry.Tool.Tests.Support;

namespace ModelRegistry.Tool.Tests;

public sealed class UsageTests : IDisposable
{
    private readonly Scratch _scratch = new(git: false, registry: false, hostile: true);

    public void Dispose() => _scratch.Dispose();

    [Theory]
    [InlineData("did you mean list?", "lst")]
    [InlineData("did you mean --json?", "list", "--jsn")]
    [InlineData("did you mean --json?", "resolve", "m", "--jsn")]
    [InlineData("did you mean --metrics?", "register", "--metrcs", "x")]
    [InlineData("--name", "register", "--file", "x")]
    [InlineData("--name", "register", "--name")]
    [InlineData("1 to 86400", "list", "--registry", ".")]
    [InlineData("it takes auto|major|minor|patch", "register", "--name", "m", "--file", "f", "--bump", "huge")]
    [InlineData("whole number", "log", "--limit", "0")]
    [InlineData("'c' is not an argument", "show", "a", "b", "c")]
    [InlineData("promote m SELECTOR ALIAS", "promote", "m", "production")]
    [InlineData("compare m SELECTOR SELECTOR", "compare", "m", "1.0.0")]
    [InlineData("bash, zsh, fish or pwsh", "completion", "tcsh")]
    public void WrongUsage_IsOneLineThatHelps(string help, params string[] arguments)
    {
        if (help == "1 to 86400") _scratch.Set("MODELREG_GIT_TIMEOUT", "soon");
        Assert.Contains(help, _scratch.Run(arguments).Fails("MR0115", 2).Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Import_OfAnAddress_AndOfAnArchive_AreToldApart()
    {
        using var scratch = new Scratch();
        scratch.Run("import", "hf://resnet").Fails("MR0816", 2);
        scratch.Run("import", "https://example.org/m.onnx").Fails("MR0115", 2);
        Assert.Contains("--name says nothing of an archive", scratch.Run("import", "m.tar", "--name", "m").Fails("MR0115", 2).Errors, StringComparison.Ordinal);
        Assert.Equal("no model was imported", scratch.Run("outdated").Text);
        Assert.Empty(scratch.Run("outdated", "--json").Json.GetProperty("models").EnumerateArray());
    }

    [Fact]
    public void AnErrorUnderJson_StaysOneLineOnStandardError() => _scratch.Run("list", "--json").Fails("MR0201", 3);

    [Fact]
    public void Registry_ThatIsAnAddress_IsForReading()
    {
        using var origin = new Scratch(trackStore: true);
        origin.Register("m", "one").Text.ToString();
        var url = new Uri(origin.Root).AbsoluteUri;
        Assert.Equal(Scratch.Weights("one"u8.ToArray()), File.ReadAllBytes(_scratch.Run("resolve", "m", "--registry", url).Text));
        _scratch.Set("MODELREG_REGISTRY", url);
        Assert.Equal("1.0.0", _scratch.Run("show", "m", "--json").Json.GetProperty("version").GetString());
        Assert.Equal(0, _scratch.Run("resolve", "m").ExitCode);
        _scratch.Register("m", "two").Fails("MR0115", 2);
        _scratch.Run("list", "--registry", new Uri(Path.Combine(origin.Root, "nowhere")).AbsoluteUri).Fails("MR0714", 6);
    }

    [Fact]
    public void Verbose_AddsTheStackTrace()
    {
        var outcome = _scratch.Run("list", "--verbose");
        Assert.Equal(3, outcome.ExitCode);
        Assert.Contains("   at ModelRegistry.", outcome.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("init")]
    [InlineData("register")]
    [InlineData("list")]
    [InlineData("show")]
    [InlineData("resolve")]
    [InlineData("pull")]
    [InlineData("scan")]
    [InlineData("inspect")]
    [InlineData("convert")]
    [InlineData("compare")]
    [InlineData("promote")]
    [InlineData("yank")]
    [InlineData("log")]
    [InlineData("lineage")]
    [InlineData("doctor")]
    [InlineData("completion")]
    public void Help_OfEachCommand_HasExamples(string command)
    {
        var help = _scratch.Run(command, "--help").Text;
        Assert.Contains("Examples:", help, StringComparison.Ordinal);
        Assert.Contains($"modelreg {command}", help, StringComparison.Ordinal);
        Assert.Contains(command, _scratch.Run().Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bash")]
    [InlineData("zsh")]
    [InlineData("fish")]
    [InlineData("pwsh")]
    public void Completion_EachShell_AsksTheCommandItself(string shell) =>
        Assert.Contains("[suggest:", _scratch.Run("completion", shell).Text, StringComparison.Ordinal);

    [Fact]
    public void Suggest_CompletesCommandsOptionsAndModelNames()
    {
        using var scratch = new Scratch();
        scratch.Register("resnet18", "w").Text.ToString();
        Assert.Contains("resolve", Suggest(scratch, "modelreg res"));
        Assert.Contains("--metrics", Suggest(scratch, "modelreg register --met"));
        Assert.Contains("resnet18", Suggest(scratch, "modelreg resolve res"));
        Assert.Contains("resnet18", Suggest(scratch, "modelreg list "));
    }

    [Fact]
    public void Output_IntoAPipe_HasNoControlCodes_AndNothingFromARegistryCanAddAny()
    {
        using var scratch = new Scratch();
        scratch.Register("m", "w", "--notes", "\u001b[31mred [bold]x[/]", "--description", "[red]d[/]").Text.ToString();
        Assert.DoesNotContain('\u001b', scratch.Run("show", "m").Text);
        Assert.Contains("[bold]x[/]", scratch.Run("show", "m").Text, StringComparison.Ordinal);
        Assert.Contains("[red]d[/]", scratch.Run("list").Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Quiet_PrintsNoConfirmation()
    {
        using var scratch = new Scratch();
        Assert.Equal("", scratch.Register("m", "w", "--quiet").Text);
    }

    [Fact]
    public void AReaderThatGoesAway_IsNoFailure()
    {
        using var scratch = new Scratch();
        scratch.Register("m", "w").Text.ToString();
        using var process = scratch.Start("show", "m", "--json");
        process.StandardOutput.Close();
        var errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.Equal("", errors);
        Assert.Equal(0, process.ExitCode);
    }

    [Theory]
    [InlineData("/dev/full")]
    [InlineData("&-")]
    public void StandardErrorThatTakesNothing_ChangesNoExitCode_AndStopsNoRegistration(string error)
    {
        if (!OperatingSystem.IsLinux()) return;
        using var scratch = new Scratch();
        Assert.Equal(3, scratch.InShell($"exec \"$0\" \"$@\" 2>{error}", "resolve", "nowhere").ExitCode);

        // A commit that is on no branch is a warning.
        scratch.Git("checkout", "--quiet", "--detach");
        var registered = scratch.InShell($"exec \"$0\" \"$@\" 2>{error}", "register", "--name", "m", "--file", scratch.WeightsFile("m.safetensors", "m"));

        Assert.Equal(0, registered.ExitCode);
        Assert.StartsWith("registered m/1.0.0", registered.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void DirectoryThatIsGone_IsCalledSo()
    {
        if (!OperatingSystem.IsLinux()) return;
        Assert.Contains("the current directory does not exist any more", _scratch.InShell("mkdir gone && cd gone && rmdir ../gone && exec \"$0\" list").Errors, StringComparison.Ordinal);
    }

    private static string[] Suggest(Scratch scratch, string line) => scratch.Run($"[suggest:{line.Length}]", line).Text.Split('\n', StringSplitOptions.TrimEntries);
}
