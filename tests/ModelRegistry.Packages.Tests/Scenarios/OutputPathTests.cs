using ModelRegistry.Packages.Tests.Harness;

namespace ModelRegistry.Packages.Tests.Scenarios;

[Collection(PackedFeedCollection.Name)]
public sealed class OutputPathTests(PackedFeed feed) : IDisposable
{
    private readonly Workspace _work = new(feed);

    public void Dispose() => _work.Dispose();

    [Fact]
    public void Build_TwoModelsAtOnePath_IsAnErrorThatNamesBoth()
    {
        _work.Models.Register("one", "first", 0.5);
        _work.Models.Register("two", "second", 0.5);
        _work.WriteLight("App.proj", """
            <ModelReference Include="one" LinkBase="models" Files="weights" />
            <ModelReference Include="two" LinkBase="Models" Files="weights" />
            """);

        var output = _work.FailingDotnet("msbuild", "App.proj", "-t:Show");

        Workspace.AssertDiagnostic(output, "error", "MR0717", "App.proj", "one/1.0.0 (ModelReference one 'latest', Alias One) and two/1.0.0 (ModelReference two 'latest', Alias Two) would both write Models/model.pth");
        Assert.False(File.Exists(_work.In("obj", "App", "models", "one", "model.pth")));
    }

    [Fact]
    public void Build_OneFolderForFilesThatDoNotMeet_IsFine()
    {
        _work.Models.Register("digits", "first", 0.5);
        _work.Models.Register("digits", "second", 0.5);
        _work.WriteLight("App.proj", """
            <ModelReference Include="digits" Version="1.0.0" Files="weights" NoWarn="MR0707;MR0710" />
            <ModelReference Include="digits" Version="1.1.0" Files="labels" Alias="Newer" NoWarn="MR0707;MR0710" />
            """);

        var shown = _work.Dotnet("msbuild", "App.proj", "-t:Show");

        Assert.Contains("item digits/1.0.0 models/digits/model.pth", shown, StringComparison.Ordinal);
        Assert.Contains("item digits/1.1.0 models/digits/labels.txt", shown, StringComparison.Ordinal);
    }

    [Fact]
    public void BuildAndPublish_ContentOfTheProjectAtThePathOfAModel_IsAnError()
    {
        _work.Models.Register("digits", "first", 0.5);
        _work.WriteProject("App/App.csproj", """
            <ModelReference Include="digits" />
            <None Include="other.bin" Link="models\digits\model.pth" CopyToOutputDirectory="$(Copied)" CopyToPublishDirectory="Always" Condition="'$(Copied)' != ''" />
            """, "<OutputType>Exe</OutputType>");
        _work.Write("App/Program.cs", "Console.WriteLine(Models.Digits.Id);");
        _work.Write("App/other.bin", "other bytes");

        Workspace.AssertDiagnostic(_work.FailingDotnet("build", "App", "-p:Copied=PreserveNewest"), "error", "MR0717", "App.csproj", "digits/1.0.0 (ModelReference digits) and");
        Assert.Contains("other.bin would both write models/digits/model.pth", _work.FailingDotnet("build", "App", "--no-restore", "-p:Copied=Always"), StringComparison.Ordinal);
        _work.Dotnet("build", "App", "--no-restore", "-p:Copied=Never");
        Workspace.AssertDiagnostic(_work.FailingDotnet("publish", "App", "--no-restore", "-c", "Debug", "-p:Copied=Never", "-o", _work.Published()), "error", "MR0717", "App.csproj", "models/digits/model.pth");
    }

    [Fact]
    public void Build_LibraryWithAnotherVersionAtThePath_IsAnErrorUntilBothTakeOne()
    {
        _work.Models.Register("digits", "first", 0.5);
        _work.Models.Register("digits", "second", 0.9);
        _work.WriteProject("Library/Library.csproj", """<ModelReference Include="digits" Version="1.0.0" />""");
        _work.WriteProject("App/App.csproj", """<ProjectReference Include="../Library/Library.csproj" /><ModelReference Include="digits" Version="$(Asked)" />""", "<OutputType>Exe</OutputType>");
        _work.Write("App/Program.cs", "Console.WriteLine(File.ReadAllText(Models.Digits.WeightsPath));");

        Workspace.AssertDiagnostic(_work.FailingDotnet("build", "App", "-p:Asked=1.1.0"), "error", "MR0717", "App.csproj", "digits/1.1.0 (ModelReference digits) and");
        _work.Dotnet("build", "App", "--no-restore", "-p:Asked=1.0.0");
        Assert.Equal("first", _work.Read("App", "bin", "Debug", "net10.0", "models", "digits", "model.pth"));
    }
}
