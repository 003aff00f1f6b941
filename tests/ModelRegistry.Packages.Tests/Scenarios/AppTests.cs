using ModelRegistry.Packages.Tests.Harness;

namespace ModelRegistry.Packages.Tests.Scenarios;

[Collection(PackedFeedCollection.Name)]
public sealed class AppTests(PackedFeed feed) : IDisposable
{
    private const string Program = """
        using App;
        const int Fits = 1 / (Models.Constants.Digits.Inputs.X.Dim2 == 8 ? 1 : 0);
        Console.WriteLine($"{Models.Digits.Id} {Fits} {string.Join(',', Models.Digits.Labels)} {File.ReadAllText(Models.Digits.WeightsPath)}");
        """;

    private readonly Workspace _work = new(feed);

    public void Dispose() => _work.Dispose();

    [Fact]
    public void App_LivesThroughBuildUpgradeRollbackPublishAndClean()
    {
        _work.Models.Register("digits", "first", 0.5);
        _work.WriteProject("App/App.csproj", """<ModelReference Include="digits" Version="$(Asked)" />""", "<OutputType>Exe</OutputType><Asked Condition=\"'$(Asked)' == ''\">best</Asked>");
        _work.Write("App/Program.cs", Program);

        _work.Dotnet("build", "App");
        Assert.Equal("digits/1.0.0 1 zero,one first", Run("App/bin/Debug/net10.0/App.dll"));

        var again = _work.Dotnet("build", "App", "--no-restore", "-v:detailed");
        Assert.True(Workspace.Skipped(again));
        Assert.DoesNotContain("Task \"ResolveModelReferences\"", again, StringComparison.Ordinal);
        Assert.DoesNotContain("model.pth\" to \"", again, StringComparison.Ordinal);

        _work.Models.Register("digits", "2nd", 0.9);
        _work.Dotnet("build", "App", "--no-restore", "-p:ModelForceEvaluate=true");
        Assert.Equal("digits/1.1.0 1 zero,one 2nd", Run("App/bin/Debug/net10.0/App.dll"));

        _work.Dotnet("build", "App", "--no-restore", "-p:Asked=1.0.0");
        Assert.Equal("digits/1.0.0 1 zero,one first", Run("App/bin/Debug/net10.0/App.dll"));

        _work.Dotnet("publish", "App", "--no-restore", "-p:Asked=1.0.0", "-c", "Debug", "-o", _work.Published());
        Assert.Equal("digits/1.0.0 1 zero,one first", Run(Path.Combine(_work.Published(), "App.dll")));
        Directory.Delete(_work.Published(), recursive: true);
        _work.Dotnet("publish", "App", "--no-build", "-p:Asked=1.0.0", "-c", "Debug", "-o", _work.Published());
        Assert.Equal("first", _work.ReadPublished("models", "digits", "model.pth"));

        _work.Dotnet("build", "App", "--no-restore", "-t:Rebuild", "-p:Asked=1.0.0");
        Assert.Equal("digits/1.0.0 1 zero,one first", Run("App/bin/Debug/net10.0/App.dll"));

        _work.Dotnet("build", "App", "--no-restore", "-t:Clean", "-p:Asked=1.0.0");
        Assert.Empty(Directory.EnumerateFiles(_work.In("App"), "*.pth", SearchOption.AllDirectories));
        Assert.Empty(Directory.EnumerateFiles(_work.In("App"), "Models.g.cs", SearchOption.AllDirectories));
    }

    [Fact]
    public void ResolveModelTask_InATargetOfTheProject_CarriesTheModelToPublish()
    {
        _work.Models.Register("digits", "first", 0.5);
        _work.Write("App/App.csproj", $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup><TargetFramework>net10.0</TargetFramework><OutputType>Exe</OutputType></PropertyGroup>
              <ItemGroup>{Workspace.PackageReference}</ItemGroup>
              <Target Name="AddModel" BeforeTargets="AssignTargetPaths">
                <ResolveModel Name="digits" Version="best" DestinationFolder="$(IntermediateOutputPath)models/">
                  <Output TaskParameter="Files" ItemName="None" />
                  <Output TaskParameter="Id" PropertyName="DigitsId" />
                </ResolveModel>
                <Message Importance="high" Text="resolved $(DigitsId)" />
              </Target>
            </Project>
            """);
        _work.Write("App/Program.cs", "System.Console.WriteLine(System.IO.File.ReadAllText(System.IO.Path.Combine(System.AppContext.BaseDirectory, \"models/digits/model.pth\")));");

        Assert.Contains("resolved digits/1.0.0", _work.Dotnet("publish", "App", "-c", "Debug", "-o", _work.Published()), StringComparison.Ordinal);
        Assert.Equal("first", Run(Path.Combine(_work.Published(), "App.dll")));
        var time = File.GetLastWriteTimeUtc(_work.In("App", "bin", "Debug", "net10.0", "models", "digits", "model.pth"));
        _work.Dotnet("build", "App", "--no-restore");
        Assert.Equal(time, File.GetLastWriteTimeUtc(_work.In("App", "bin", "Debug", "net10.0", "models", "digits", "model.pth")));
    }

    [Fact]
    public void CentralPackageManagement_WarningsAsErrorsAndOtherNuGetVersioning_BuildsAndRuns()
    {
        _work.Models.Register("digits", "first", 0.5);
        _work.Write("NuGet.Versioning/NuGet.Versioning.csproj", """
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup><TargetFramework>net10.0</TargetFramework><Version>99.0.0</Version><ManagePackageVersionsCentrally>false</ManagePackageVersionsCentrally></PropertyGroup>
            </Project>
            """);
        _work.Write("NuGet.Versioning/Other.cs", "namespace NuGet.Versioning; public static class Other { public const string Text = \"other\"; public static string Get() => Text; }");
        _work.Write("Directory.Packages.props", $"""
            <Project>
              <PropertyGroup><ManagePackageVersionsCentrally>true</ManagePackageVersionsCentrally></PropertyGroup>
              <ItemGroup><PackageVersion Include="ModelRegistry.MSBuild" Version="{PackedFeed.Version}" /></ItemGroup>
            </Project>
            """);
        _work.Write("App/App.csproj", """
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework><OutputType>Exe</OutputType><Nullable>enable</Nullable><ImplicitUsings>enable</ImplicitUsings>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors><MSBuildTreatWarningsAsErrors>true</MSBuildTreatWarningsAsErrors>
                <AnalysisMode>All</AnalysisMode><GenerateDocumentationFile>true</GenerateDocumentationFile><EnforceCodeStyleInBuild>true</EnforceCodeStyleInBuild>
                <ModelCodeVisibility>public</ModelCodeVisibility>
                <NoWarn>$(NoWarn);MR0707;MR0710;CA1852;CA1303</NoWarn>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="ModelRegistry.MSBuild" PrivateAssets="all" />
                <ProjectReference Include="../NuGet.Versioning/NuGet.Versioning.csproj" />
                <ModelReference Include="digits" Version="best" />
              </ItemGroup>
            </Project>
            """);
        _work.Write("App/Program.cs", "Console.WriteLine($\"{NuGet.Versioning.Other.Get()} {App.Models.Digits.Id}\");\n");

        _work.Dotnet("build", "App");

        Assert.Equal("other digits/1.0.0", Run("App/bin/Debug/net10.0/App.dll"));
        Assert.False(File.Exists(_work.In("App", "bin", "Debug", "net10.0", "ModelRegistry.dll")));
    }

    private string Run(string assembly)
    {
        var (code, output) = _work.TryDotnet([assembly]);
        Assert.True(code == 0, output);
        return output.Trim();
    }
}
