using ModelRegistry.Packages.Tests.Harness;

namespace ModelRegistry.Packages.Tests.Scenarios;

[Collection(PackedFeedCollection.Name)]
public sealed class AdvisoryTests(PackedFeed feed) : IDisposable
{
    private readonly Workspace _work = new(feed);

    public void Dispose() => _work.Dispose();

    [Fact]
    public void Build_YankedUnverifiedUnsafeUnlicensed_WarnsOfEach()
    {
        _work.Models.Register("digits", "first", 0.5, scan: "dangerous");
        _work.Models.Register("digits", "second", 0.6);
        _work.Models.Yank("digits/1.0.0", replacement: "1.1.0");
        _work.WriteLight("App.proj", """<ModelReference Include="digits" Version="1.0.0" />""");

        var output = Show();

        Workspace.AssertDiagnostic(output, "warning", "MR0222", "App.proj", "digits/1.0.0 is yanked: trained on the test split; use 1.1.0 instead");
        Workspace.AssertDiagnostic(output, "warning", "MR0707", "App.proj", "has no verification that passed");
        Workspace.AssertDiagnostic(output, "warning", "MR0708", "App.proj", "model.pth of digits/1.0.0 was found dangerous");
        Workspace.AssertDiagnostic(output, "warning", "MR0710", "App.proj", "names no licence");
    }

    [Fact]
    public void Build_NoWarnOnItem_SilencesIt()
    {
        _work.Models.Register("digits", "first", 0.5);
        _work.WriteLight("App.proj", """<ModelReference Include="digits" NoWarn="MR0707;MR0710" />""");

        Assert.DoesNotContain("warning", Show(), StringComparison.Ordinal);
    }

    [Fact]
    public void Build_WarningsAsErrors_FailsEveryTimeUntilSeenTo()
    {
        _work.Models.Register("digits", "first", 0.5);
        _work.WriteLight("App.proj", """<ModelReference Include="digits" NoWarn="MR0710" />""");

        foreach (var _ in Enumerable.Range(0, 2))
            Workspace.AssertDiagnostic(_work.FailingDotnet("msbuild", "App.proj", "-t:Show", "-warnAsError:MR0707"), "error", "MR0707", "App.proj", "verification");
    }

    [Fact]
    public void Build_AliasMoved_WarnsAndHolds()
    {
        _work.Models.Register("digits", "first", 0.5);
        _work.Models.Register("digits", "second", 0.6);
        _work.Models.Promote("digits", "1.0.0", "production");
        _work.WriteLight("App.proj", """<ModelReference Include="digits" Version="@production" NoWarn="MR0707;MR0710" />""");
        Show();
        _work.Models.Promote("digits", "1.1.0", "production");

        var output = Show();

        Workspace.AssertDiagnostic(output, "warning", "MR0711", "App.proj", "@production of digits points at 1.1.0 now, and is locked at 1.0.0");
        Assert.Contains("item digits/1.0.0", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Build_SameWeightsAsYankedVersion_Warns()
    {
        _work.Models.Register("digits", "same bytes", 0.5);
        _work.Models.Register("digits", "same bytes", 0.6);
        _work.Models.Yank("digits/1.0.0");
        _work.WriteLight("App.proj", """<ModelReference Include="digits" Version="1.1.0" NoWarn="MR0707;MR0710" />""");

        Workspace.AssertDiagnostic(Show(), "warning", "MR0709", "App.proj", "same weights as digits/1.0.0, which is yanked");
    }

    private string Show() => _work.Dotnet("msbuild", "App.proj", "-t:Show");
}
