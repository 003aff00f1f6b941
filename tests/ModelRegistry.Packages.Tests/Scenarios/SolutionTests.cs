using System.IO.Compression;
using ModelRegistry.Packages.Tests.Harness;

namespace ModelRegistry.Packages.Tests.Scenarios;

[Collection(PackedFeedCollection.Name)]
public sealed class SolutionTests(PackedFeed feed) : IDisposable
{
    private const string Reference = """<ModelReference Include="digits" Version="best" />""";
    private readonly Workspace _work = new(feed);

    public void Dispose() => _work.Dispose();

    [Fact]
    public void LibraryAppAndTests_ModelArrivesOnceEverywhere()
    {
        _work.Models.Register("digits", "first", 0.5);
        _work.WriteProject("Library/Library.csproj", Reference, "<ModelCodeVisibility>public</ModelCodeVisibility>");
        _work.Write("Library/Classifier.cs", "namespace Library; public static class Classifier { public static string Weights => File.ReadAllText(Models.Digits.WeightsPath); }");
        _work.WriteProject("Api/Api.csproj", $"""<ProjectReference Include="../Library/Library.csproj" />{Reference}""", "<OutputType>Exe</OutputType>");
        _work.Write("Api/Program.cs", "Console.WriteLine(Library.Classifier.Weights);");
        _work.Write("Tests/Tests.csproj", """
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup><TargetFramework>net10.0</TargetFramework><OutputType>Exe</OutputType><IsTestProject>true</IsTestProject><ImplicitUsings>enable</ImplicitUsings></PropertyGroup>
              <ItemGroup><ProjectReference Include="../Library/Library.csproj" /><ProjectReference Include="../Api/Api.csproj" /></ItemGroup>
            </Project>
            """);
        _work.Write("Tests/Program.cs", "Console.WriteLine(Library.Classifier.Weights);");
        _work.Dotnet("build", "Tests", "-m:2", "-graph");
        foreach (var project in new[] { "Api", "Tests" })
        {
            Assert.Equal("first", _work.Read(project, "bin", "Debug", "net10.0", "models", "digits", "model.pth"));
            Assert.Single(Directory.EnumerateFiles(_work.In(project, "bin"), "*.pth", SearchOption.AllDirectories));
            Assert.Equal("first", _work.TryDotnet([$"{project}/bin/Debug/net10.0/{project}.dll"]).Output.Trim());
        }

        // The library's file and the app's own meet in one place of the publish folder.
        _work.Dotnet("publish", "Api", "--no-restore", "-c", "Debug", "-o", _work.Published());
        Assert.Equal("first", _work.ReadPublished("models", "digits", "model.pth"));

        // An upgrade of the library alone reaches those who reference it.
        _work.Models.Register("digits", "second", 0.9);
        _work.Dotnet("build", "Tests", "--no-restore", "-p:ModelForceEvaluate=true");
        Assert.Equal("second", _work.Read("Tests", "bin", "Debug", "net10.0", "models", "digits", "model.pth"));
        Assert.Equal("second", _work.Read("Api", "bin", "Debug", "net10.0", "models", "digits", "model.pth"));
    }

    [Fact]
    public void Pack_Asked_PutsFilesWhereUsersGetThemInTheirOutput()
    {
        _work.Models.Register("digits", "first", 0.5);
        _work.Models.Register("private", "secret", 0.5);
        _work.WriteProject("Library/Library.csproj", """<ModelReference Include="digits" Version="best" Pack="true" /><ModelReference Include="private" />""");
        _work.Write("Library/Class.cs", "namespace Library; public static class Class { public static string Weights => Models.Digits.WeightsPath; }");

        _work.Dotnet("pack", "Library", "-c", "Debug", "-o", feed.Feed);

        var package = Directory.EnumerateFiles(feed.Feed, "Library.*.nupkg").Single();
        using (var zip = ZipFile.OpenRead(package))
        {
            Assert.Contains(zip.Entries, e => e.FullName == "buildTransitive/net10.0/modelfiles/models/digits/model.pth");
            Assert.DoesNotContain(zip.Entries, e => e.FullName.Contains("private", StringComparison.Ordinal) || e.FullName.StartsWith("content/", StringComparison.Ordinal));
            using var nuspec = new StreamReader(zip.GetEntry("Library.nuspec")!.Open());
            Assert.DoesNotContain("ModelRegistry.MSBuild", nuspec.ReadToEnd(), StringComparison.Ordinal);
        }

        _work.Write("User/User.csproj", """
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup><TargetFramework>net10.0</TargetFramework><OutputType>Exe</OutputType></PropertyGroup>
              <ItemGroup><PackageReference Include="Library" Version="1.0.0" /></ItemGroup>
            </Project>
            """);
        _work.Write("User/Program.cs", "System.Console.WriteLine(System.IO.File.ReadAllText(Library.Class.Weights));");
        _work.Dotnet("build", "User");
        Assert.Equal("first", _work.TryDotnet(["User/bin/Debug/net10.0/User.dll"]).Output.Trim());
        File.Delete(package);
    }

    [Fact]
    public void MultiTarget_InnerBuildsShareOneLock()
    {
        _work.Models.Register("digits", "first", 0.5);
        _work.WriteProject(
            "Library/Library.csproj", $"""{Reference}<ModelReference Include="digits" Version="1.*" Alias="Pinned" LinkBase="pinned" Condition="'$(Flavour)' == 'b'" />""",
            "<Flavour Condition=\"$(TargetFramework.EndsWith('browser'))\">b</Flavour><ProduceReferenceAssembly>false</ProduceReferenceAssembly>", "<TargetFrameworks>net10.0;net10.0-browser</TargetFrameworks>");
        _work.Write("Library/Class.cs", "namespace Library; public static class Class { public static string Id => Models.Digits.Id; }");

        _work.Dotnet("build", "Library", "-m:2");
        var locked = _work.Read("Library", "models.lock.json");
        Assert.Contains("\"1.*\"", locked, StringComparison.Ordinal);
        Assert.Contains("\"best\"", locked, StringComparison.Ordinal);
        Assert.True(File.Exists(_work.In("Library", "bin", "Debug", "net10.0-browser", "pinned", "model.pth")));
        Assert.False(Directory.Exists(_work.In("Library", "bin", "Debug", "net10.0", "pinned")));

        _work.Dotnet("build", "Library", "--no-restore", "-p:ModelLockedMode=true");
        Assert.Equal(locked, _work.Read("Library", "models.lock.json"));
    }
}
