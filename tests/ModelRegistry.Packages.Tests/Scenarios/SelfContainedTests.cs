using System.Runtime.InteropServices;
using ModelRegistry.Packages.Tests.Harness;

namespace ModelRegistry.Packages.Tests.Scenarios;

/// <summary>Publishing for one platform needs packs of the SDK's own; they come from the machine's feeds and package folder.</summary>
[Collection(PackedFeedCollection.Name)]
public sealed class SelfContainedTests : IDisposable
{
    private readonly Workspace _work;

    public SelfContainedTests(PackedFeed feed)
    {
        _work = new Workspace(feed);
        var machine = Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } packages
            ? packages
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        _work.Write("NuGet.config", $"""
            <configuration>
              <packageSources><add key="packed" value="{feed.Feed}" /></packageSources>
              <fallbackPackageFolders><add key="machine" value="{machine}" /></fallbackPackageFolders>
              <config><add key="globalPackagesFolder" value="{feed.Packages}" /></config>
            </configuration>
            """);
        Directory.CreateDirectory(machine);
        _work.Models.Register("digits", "first", 0.5);
        _work.WriteProject("App/App.csproj", """<ModelReference Include="digits" Version="best" />""", "<OutputType>Exe</OutputType><DebugType>none</DebugType>");
        _work.Write("App/Program.cs", "Console.WriteLine($\"{App.Models.Digits.Id} {App.Models.Digits.Labels.Count} {File.ReadAllText(App.Models.Digits.WeightsPath)}\");");
    }

    public void Dispose() => _work.Dispose();

    [Theory]
    [InlineData("-p:PublishSingleFile=true", "--no-self-contained")]
    [InlineData("-p:PublishTrimmed=true", "--self-contained")]
    public void Publish_ForOnePlatform_CarriesTheModel(string mode, string contained)
    {
        _work.Dotnet("publish", "App", "-o", _work.Published(), "-r", Rid(), mode, contained);

        var app = Path.Combine(_work.Published(), OperatingSystem.IsWindows() ? "App.exe" : "App");
        var result = Harness.Dotnet.Run(app, _work.Root, [], new Dictionary<string, string?> { ["DOTNET_ROOT"] = Path.GetDirectoryName(Path.GetFullPath(Harness.Dotnet.Host)) });
        Assert.Equal("digits/1.0.0 2 first", result.Output.Trim());
        Assert.Equal("first", _work.ReadPublished("models", "digits", "model.pth"));
        if (mode.Contains("SingleFile", StringComparison.Ordinal)) Assert.Empty(Directory.EnumerateFiles(_work.Published(), "*.dll"));
    }

    private static string Rid() => (OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx" : "linux") + (RuntimeInformation.OSArchitecture == Architecture.Arm64 ? "-arm64" : "-x64");
}
