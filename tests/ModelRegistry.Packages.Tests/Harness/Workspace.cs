using System.Text.RegularExpressions;

namespace ModelRegistry.Packages.Tests.Harness;

/// <summary>A folder with a space, an umlaut and an apostrophe in its name that holds a git repository, a registry and the projects of one scenario.</summary>
internal sealed partial class Workspace : IDisposable
{
    private readonly PackedFeed _feed;
    private readonly string _container = Directory.CreateTempSubdirectory("mr-packages-").FullName;
    private int _logs;
    private bool _failed;

    public Workspace(PackedFeed feed, bool withRegistry = true)
    {
        _feed = feed;
        Root = Directory.CreateDirectory(Path.Combine(_container, "Ködér's work")).FullName;
        Write("NuGet.config", $"""
            <configuration>
              <packageSources><clear /><add key="packed" value="{feed.Feed}" /></packageSources>
              <config><add key="globalPackagesFolder" value="{feed.Packages}" /></config>
            </configuration>
            """);
        Write(".gitignore", "bin/\nobj/\n*.binlog\n");
        Write("Directory.Build.props", "<Project />");
        Write("Directory.Build.targets", "<Project />");
        Git("init", "--quiet", "--initial-branch=main");
        Git("config", "user.name", "Test");
        Git("config", "user.email", "test@example.org");
        Git("config", "commit.gpgsign", "false");
        if (withRegistry) Git("commit", "--quiet", "--allow-empty", "-m", "begin");
        if (withRegistry) Models = new RegistryFolder(Root, Cache);
    }

    public string Root { get; }

    /// <summary>The per-user cache of this scenario.</summary>
    public string Cache => Path.Combine(_container, "cache");

    /// <summary>A folder beside the repository.</summary>
    public string Beside(string name) => Path.Combine(_container, name);

    /// <summary>The registry in the root.</summary>
    public RegistryFolder Models { get; } = null!;

    public static string PackageReference => $"""<PackageReference Include="ModelRegistry.MSBuild" Version="{PackedFeed.Version}" PrivateAssets="all" />""";

    public string In(params string[] segments) => Path.Combine([Root, .. segments]);

    public string Read(params string[] segments) => File.ReadAllText(In(segments));

    /// <summary>Where a publish goes. No apostrophe here: the SDK's own publish targets cannot have one in <c>-o</c>.</summary>
    public string Published() => Beside("pübli shed");

    public string ReadPublished(params string[] segments) => File.ReadAllText(Path.Combine([Published(), .. segments]));

    public void Write(string path, string content)
    {
        var full = In(path.Split('/'));
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, content);
    }

    /// <summary>An SDK project with the package and the given items.</summary>
    public void WriteProject(string path, string items, string properties = "", string targetFrameworks = "<TargetFramework>net10.0</TargetFramework>") => Write(path, $"""
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            {targetFrameworks}
            <Nullable>enable</Nullable>
            <ImplicitUsings>enable</ImplicitUsings>
            <NoWarn>$(NoWarn);MR0707;MR0710</NoWarn>
            {properties}
          </PropertyGroup>
          <ItemGroup>
            {PackageReference}
            {items}
          </ItemGroup>
        </Project>
        """);

    /// <summary>A project without an SDK that only resolves: a second in place of five.</summary>
    public void WriteLight(string path, string items, string properties = "") => Write(path, $"""
        <Project DefaultTargets="AddModelFiles">
          <PropertyGroup>
            <IntermediateOutputPath>obj/$(MSBuildProjectName)/</IntermediateOutputPath>
            <Language>C#</Language>
            <RootNamespace>$(MSBuildProjectName)</RootNamespace>
            {properties}
          </PropertyGroup>
          <Import Project="{_feed.Package}/build/ModelRegistry.MSBuild.props" />
          <ItemGroup>
            {items}
          </ItemGroup>
          <Import Project="{_feed.Package}/build/ModelRegistry.MSBuild.targets" />
          <Target Name="Show" DependsOnTargets="AddModelFiles">
            <Message Importance="high" Text="item %(ResolvedModelFile.ModelName)/%(ResolvedModelFile.ModelVersion) %(ResolvedModelFile.Link)" />
          </Target>
        </Project>
        """);

    /// <summary>Runs <c>dotnet</c> and expects success; on failure the binary log is kept.</summary>
    public string Dotnet(params string[] arguments)
    {
        var (code, output) = TryDotnet(arguments);
        if (code == 0) return output;
        _failed = true;
        Assert.Fail($"dotnet {string.Join(' ', arguments)} failed:\n{output}\nBinary logs: {KeptLogs}");
        return output;
    }

    /// <summary>Runs <c>dotnet</c> and expects a failure.</summary>
    public string FailingDotnet(params string[] arguments)
    {
        var (code, output) = TryDotnet(arguments);
        Assert.True(code != 0, output);
        return output;
    }

    public (int Code, string Output) TryDotnet(string[] arguments, params (string Name, string? Value)[] environment)
    {
        var isBuild = arguments[0] is "build" or "publish" or "pack" or "msbuild" or "restore" or "test";
        string[] all = isBuild ? [.. arguments, "-nodeReuse:false", "-nologo", "-tl:off", $"-bl:{In($"{++_logs}.binlog")}"] : arguments;
        return TryRun(Harness.Dotnet.Host, all, environment);
    }

    /// <summary>Runs a program in the root.</summary>
    public (int Code, string Output) TryRun(string program, string[] arguments, params (string Name, string? Value)[] environment)
    {
        var variables = new Dictionary<string, string?>
        {
            ["MODELREG_CACHE"] = Cache,
            ["GIT_CONFIG_GLOBAL"] = Path.Combine(_container, "none"),
            ["GIT_CONFIG_NOSYSTEM"] = "1",
            ["DOTNET_CLI_UI_LANGUAGE"] = "en",
            ["NUGET_PACKAGES"] = _feed.Packages,
        };
        foreach (var (name, value) in environment) variables[name] = value;
        var result = Harness.Dotnet.Run(program, Root, arguments, variables);
        return (result.ExitCode, result.Output);
    }

    public string Git(params string[] arguments) => GitIn(Root, arguments);

    public string GitIn(string directory, params string[] arguments)
    {
        var result = Harness.Dotnet.Run("git", directory, arguments, new Dictionary<string, string?> { ["GIT_CONFIG_GLOBAL"] = Path.Combine(_container, "none"), ["GIT_CONFIG_NOSYSTEM"] = "1" });
        Assert.True(result.ExitCode == 0, result.Output);
        return result.Output.Trim();
    }

    /// <summary>Asserts that a build said a code at a line of a project.</summary>
    public static void AssertDiagnostic(string output, string severity, string code, string file, string text)
    {
        var line = output.Split('\n').FirstOrDefault(l => l.Contains($"{severity} {code}: ", StringComparison.Ordinal));
        Assert.True(line is not null, $"no {severity} {code} in:\n{output}");
        Assert.Matches($@"{Regex.Escape(file)}\(\d+,\d+\)", line);
        Assert.Contains(text, line, StringComparison.Ordinal);
    }

    public static bool Skipped(string detailedOutput) => SkippedTarget().IsMatch(detailedOutput);

    public void Dispose()
    {
        if (_failed) return;
        foreach (var file in Directory.EnumerateFiles(_container, "*", SearchOption.AllDirectories)) File.SetAttributes(file, FileAttributes.Normal);
        Directory.Delete(_container, recursive: true);
    }

    private string KeptLogs => Root;

    [GeneratedRegex("Skipping target \"ResolveModelReferences\" because all output files are up-to-date")]
    private static partial Regex SkippedTarget();
}
