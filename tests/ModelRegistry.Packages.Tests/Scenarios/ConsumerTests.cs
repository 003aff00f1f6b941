using System.IO.Compression;
using ModelRegistry.Packages.Tests.Harness;

namespace ModelRegistry.Packages.Tests.Scenarios;

/// <summary>The package keeps out of the way of what its consumers have.</summary>
[Collection(PackedFeedCollection.Name)]
public sealed class ConsumerTests(PackedFeed feed) : IDisposable
{
    private const string Reference = """<ModelReference Include="digits" NoWarn="MR0707;MR0710" />""";
    private readonly Workspace _work = new(feed);

    public void Dispose() => _work.Dispose();

    [Fact]
    public void App_WithANamespaceModels_BuildsAndTheClassMakesWay()
    {
        _work.Models.Register("digits", "first", 0.5);
        _work.WriteProject("Shop/Shop.csproj", Reference, "<OutputType>Exe</OutputType>");
        _work.Write("Shop/Program.cs", "Console.WriteLine(Models.Digits.Id);");
        _work.Dotnet("build", "Shop");

        _work.Write("Shop/Models/Customer.cs", "namespace Shop.Models;\npublic class Customer;");
        _work.Write("Shop/Program.cs", "Console.WriteLine($\"{RegisteredModels.Digits.Id} {new Shop.Models.Customer()}\");");
        Assert.Contains("Shop.Models is a namespace", _work.Dotnet("build", "Shop", "--no-restore"), StringComparison.Ordinal);
        Assert.Equal("digits/1.0.0 Shop.Models.Customer", Run("Shop/bin/Debug/net10.0/Shop.dll"));

        _work.Write("Shop/Program.cs", "Console.WriteLine(Networks.Digits.Id);");
        _work.Dotnet("build", "Shop", "--no-restore", "-p:ModelCodeClass=Networks");

        Directory.Delete(_work.In("Shop", "Models"), recursive: true);
        _work.Write("Shop/Program.cs", "Console.WriteLine(Models.Digits.Id);");
        _work.Dotnet("build", "Shop", "--no-restore");
    }

    [Fact]
    public void App_ReferencingAProjectCalledAsTheClass_BuildsAndTheClassMakesWay()
    {
        _work.Models.Register("digits", "first", 0.5);
        _work.Write("Shop.Models/Shop.Models.csproj", """<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup></Project>""");
        _work.Write("Shop.Models/Customer.cs", "namespace Shop.Models;\npublic class Customer;");
        _work.WriteProject("Shop/Shop.csproj", Reference + """<ProjectReference Include="../Shop.Models/Shop.Models.csproj" />""", "<OutputType>Exe</OutputType><TreatWarningsAsErrors>true</TreatWarningsAsErrors>");
        _work.Write("Shop/Program.cs", "using Shop.Models;\nConsole.WriteLine($\"{RegisteredModels.Digits.Id} {new Customer()}\");");

        _work.Dotnet("build", "Shop");
    }

    [Theory]
    [InlineData("6", "")]
    [InlineData("7.3", "")]
    [InlineData("latest", "<ImplicitUsings>enable</ImplicitUsings><Nullable>enable</Nullable>")]
    public void App_OldAndNewLanguage_Compiles(string language, string properties)
    {
        _work.Models.Register("digits", "first", 0.5);
        _work.Write("App/App.csproj", $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup><TargetFramework>net10.0</TargetFramework><OutputType>Exe</OutputType><LangVersion>{language}</LangVersion>
                <GenerateAssemblyInfo>false</GenerateAssemblyInfo><TreatWarningsAsErrors>true</TreatWarningsAsErrors>{properties}</PropertyGroup>
              <ItemGroup>{Workspace.PackageReference}{Reference}</ItemGroup>
            </Project>
            """);
        _work.Write("App/Program.cs", "namespace App { class Program { static void Main() { System.Console.WriteLine(Models.Digits.Id + Models.Digits.Labels[0]); } } }");

        _work.Dotnet("build", "App");

        Assert.Equal("digits/1.0.0zero", Run("App/bin/Debug/net10.0/App.dll"));
    }

    [Fact]
    public void WebApp_AtTheRootOfItsRegistry_PublishesTheModelAndNothingOfTheRegistry()
    {
        _work.Models.Register("digits", "first", 0.5);
        File.WriteAllText(Path.Combine(_work.Models.Store, "index.json"), "{}");
        _work.WriteProject("Web.csproj", Reference);
        _work.Write("Web.csproj", _work.Read("Web.csproj").Replace("Microsoft.NET.Sdk\"", "Microsoft.NET.Sdk.Web\"", StringComparison.Ordinal));
        _work.Write("Program.cs", "Console.WriteLine(Models.Digits.Id);");
        _work.Write("appsettings.json", "{}");

        foreach (var _ in Enumerable.Range(0, 2)) _work.Dotnet("publish", "Web.csproj", "-c", "Debug", "-o", _work.Published());

        Assert.Equal(["appsettings.json", "models/digits/labels.txt", "models/digits/model.pth"], [.. Directory.EnumerateFiles(_work.Published(), "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(_work.Published(), file).Replace('\\', '/')).Where(file => !file.StartsWith("Web", StringComparison.Ordinal) && !file.EndsWith(".config", StringComparison.Ordinal)).Order(StringComparer.Ordinal)]);
    }

    [Fact]
    public void Pack_Asked_ReachesAnAppThroughASecondPackage()
    {
        _work.Models.Register("digits", "first", 0.5);
        _work.WriteProject("Carrier/Carrier.csproj", """<ModelReference Include="digits" Version="best" Pack="true" />""");
        _work.Write("Carrier/Class.cs", "namespace Carrier; public static class Class { public static string Weights => Models.Digits.WeightsPath; }");
        _work.Dotnet("pack", "Carrier", "-c", "Debug", "-o", feed.Feed);
        _work.Write("Middle/Middle.csproj", """
            <Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup>
              <ItemGroup><PackageReference Include="Carrier" Version="1.0.0" /></ItemGroup></Project>
            """);
        _work.Write("Middle/Class.cs", "namespace Middle; public static class Class { public static string Weights => Carrier.Class.Weights; }");
        _work.Dotnet("pack", "Middle", "-c", "Debug", "-o", feed.Feed);
        using (var zip = ZipFile.OpenRead(Path.Combine(feed.Feed, "Middle.1.0.0.nupkg")))
            Assert.DoesNotContain(zip.Entries, e => e.FullName.EndsWith("model.pth", StringComparison.Ordinal));
        _work.Write("User/User.csproj", """
            <Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><TargetFramework>net10.0</TargetFramework><OutputType>Exe</OutputType></PropertyGroup>
              <ItemGroup><PackageReference Include="Middle" Version="1.0.0" /></ItemGroup></Project>
            """);
        _work.Write("User/Program.cs", "System.Console.WriteLine(System.IO.File.ReadAllText(Middle.Class.Weights));");

        _work.Dotnet("publish", "User", "-c", "Debug", "-o", _work.Published());

        Assert.Equal("first", Run("User/bin/Debug/net10.0/User.dll"));
        Assert.Equal("first", Run(Path.Combine(_work.Published(), "User.dll")));
        File.Delete(Path.Combine(feed.Feed, "Carrier.1.0.0.nupkg"));
        File.Delete(Path.Combine(feed.Feed, "Middle.1.0.0.nupkg"));
    }

    [Fact]
    public void Pack_WithTargetsOfItsOwn_SaysHowBothCanBe()
    {
        _work.Models.Register("digits", "first", 0.5);
        _work.WriteProject("Own/Own.csproj", """<ModelReference Include="digits" Pack="true" /><None Include="Own.targets" Pack="true" PackagePath="build/" />""");
        _work.Write("Own/Own.targets", "<Project />");

        Assert.Contains("Own.csproj : error MR0718: the package has targets of its own (Own.targets), and a ModelReference with Pack=\"true\" needs a file of that name; set ModelPackTargets to Own.Models.targets", _work.FailingDotnet("pack", "Own", "-c", "Debug", "-o", _work.Beside("packed")), StringComparison.Ordinal);
        _work.Dotnet("pack", "Own", "-c", "Debug", "-p:ModelPackTargets=Own.Models.targets", "-o", _work.Beside("packed"));
    }

    [Theory]
    [InlineData("CI", "true")]
    [InlineData("CI", "1")]
    [InlineData("TF_BUILD", "True")]
    public void Build_OnABuildServer_IsLockedAndSaysHowToUpdate(string variable, string value)
    {
        _work.Models.Register("digits", "first", 0.5);
        _work.WriteLight("App.proj", Reference);

        var (code, output) = _work.TryDotnet(["msbuild", "App.proj", "-t:Show"], (variable, value));

        Assert.True(code != 0, output);
        Workspace.AssertDiagnostic(output, "error", "MR0701", "App.proj", "build once with -p:ModelLockedMode=false");
        Assert.False(File.Exists(_work.In("models.lock.json")));
        Assert.Equal(0, _work.TryDotnet(["msbuild", "App.proj", "-t:Show", "-p:ModelLockedMode=false"], (variable, value)).Code);
    }

    [Fact]
    public void Build_TreatWarningsAsErrors_BadModelFailsEveryTime_AndWhatIsToBeDoneStaysAWarning()
    {
        _work.Models.Register("digits", "first", 0.5);
        _work.WriteLight("App.proj", """<ModelReference Include="digits" Version="1.0.0" NoWarn="MR0710" />""", "<TreatWarningsAsErrors>true</TreatWarningsAsErrors>");
        Workspace.AssertDiagnostic(_work.Dotnet("msbuild", "App.proj", "-t:Show"), "warning", "MR0707", "App.proj", "verification");

        _work.Models.Yank("digits/1.0.0");
        foreach (var _ in Enumerable.Range(0, 2))
            Workspace.AssertDiagnostic(_work.FailingDotnet("msbuild", "App.proj", "-t:Show"), "error", "MR0222", "App.proj", "trained on the test split");
        Workspace.AssertDiagnostic(_work.Dotnet("msbuild", "App.proj", "-t:Show", "-p:WarningsNotAsErrors=MR0222"), "warning", "MR0222", "App.proj", "trained on the test split");
    }

    [Fact]
    public void Build_SampleAndExpectedOutput_StayOutUnlessAskedFor()
    {
        _work.Models.Register("digits", "first", 0.5, withSample: true);
        _work.WriteLight("App.proj", Reference);
        Assert.DoesNotContain(".npy", _work.Dotnet("msbuild", "App.proj", "-t:Show"), StringComparison.Ordinal);

        _work.WriteLight("App.proj", """<ModelReference Include="digits" Files="weights;sample-input" NoWarn="MR0707;MR0710" />""");
        var shown = _work.Dotnet("msbuild", "App.proj", "-t:Show");
        Assert.Contains("models/digits/sample-input.npy", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("expected-output.npy", shown, StringComparison.Ordinal);
    }

    [Fact]
    public void Build_ResolvesAgain_SaysWhy()
    {
        _work.Models.Register("digits", "first", 0.5);
        _work.WriteLight("App.proj", Reference);
        Assert.Contains("resolving models: nothing was resolved before", Verbose(), StringComparison.Ordinal);

        _work.WriteLight("App.proj", """<ModelReference Include="digits" Version="1.*" NoWarn="MR0707;MR0710" />""");
        var changed = Verbose();
        Assert.Contains("resolving models: ModelReference digits was 'Version= ", changed, StringComparison.Ordinal);
        Assert.Contains("is 'Version=1.* ", changed, StringComparison.Ordinal);

        _work.Models.Register("digits", "second", 0.4);
        Assert.Contains("resolving models: registry folders of digits changed", Verbose(), StringComparison.Ordinal);
        Assert.DoesNotContain("resolving models", Verbose(), StringComparison.Ordinal);
    }

    private string Verbose() => _work.Dotnet("msbuild", "App.proj", "-t:Show", "-v:normal");

    private string Run(string assembly)
    {
        var (code, output) = _work.TryDotnet([assembly]);
        Assert.True(code == 0, output);
        return output.Trim();
    }
}
