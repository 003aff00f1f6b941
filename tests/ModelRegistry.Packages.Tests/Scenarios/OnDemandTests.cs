using System.Runtime.InteropServices;
using ModelRegistry.Packages.Tests.Harness;

namespace ModelRegistry.Packages.Tests.Scenarios;

/// <summary>An app that carries no model, fetches it once, and can be published with it after all.</summary>
[Collection(PackedFeedCollection.Name)]
public sealed class OnDemandTests : IDisposable
{
    private readonly Workspace _work;

    public OnDemandTests(PackedFeed feed)
    {
        _work = new Workspace(feed);
        _work.Models.Register("digits", "first", 0.5);
    }

    public void Dispose() => _work.Dispose();

    [Fact]
    public void AppWithoutTheModel_FetchesItOnce_RunsOffline_RefusesOtherBytes_AndIsBundledOnRequest()
    {
        using var server = new FolderServer(_work.Models.Store);
        _work.Write("registry/registry.json", $$"""{ "schemaVersion": 1, "stores": [ { "name": "local", "path": "../models" }, { "name": "hub", "url": "{{server.Address}}" } ] }""");
        _work.WriteLight("Bare.proj", """<ModelReference Include="digits" Delivery="OnDemand" NoWarn="MR0707;MR0710" />""");
        Assert.Contains("MR0720", _work.FailingDotnet("msbuild", "Bare.proj", "-t:_ModelRegistryDefineSymbols"), StringComparison.Ordinal);
        WriteApp();

        // Ahead of time takes half a minute more; CI asks for it.
        string[] ahead = Environment.GetEnvironmentVariable("MODELREG_AOT_TESTS") == "1" ? ["-p:PublishAot=true", "-r", Rid()] : [];
        Assert.DoesNotContain("warning IL", _work.Dotnet(["publish", "App", "-o", _work.Published(), .. ahead]), StringComparison.Ordinal);

        Assert.False(Directory.Exists(Path.Combine(_work.Published(), "models")));
        Assert.Contains("\"name\": \"hub\"", _work.Read("App", "models.lock.json"), StringComparison.Ordinal);
        Assert.Equal("False: digits/1.0.0 2 first", Run(_work.Published()));
        Assert.Equal(2, server.Sent);
        server.Dispose();
        Assert.Equal("True: digits/1.0.0 2 first", Run(_work.Published()));
        Assert.Equal(2, server.Sent);

        Alter();
        Assert.Contains("False: error MR03", Run(_work.Published()), StringComparison.Ordinal);

        var bundled = _work.Beside("bundled");
        _work.Dotnet("publish", "App", "-o", bundled, "-p:ModelDelivery=Bundled");
        Assert.Equal("first", File.ReadAllText(Path.Combine(bundled, "models", "digits", "model.pth")));
        Assert.Equal("True: digits/1.0.0 2 first", Run(bundled));
    }

    private void WriteApp()
    {
        _work.WriteProject("App/App.csproj", $"""
            <ModelReference Include="digits" Version="best" Delivery="OnDemand" />
            <PackageReference Include="ModelRegistry" Version="{PackedFeed.Version}" />
            """, $"<OutputType>Exe</OutputType><RestoreFallbackFolders>{PackedFeed.MachinePackages}</RestoreFallbackFolders>");
        _work.Write("App/Program.cs", """
            using ModelRegistry.Diagnostics;
            var there = Models.Digits.IsAvailable;
            try
            {
                await Models.Digits.EnsureAsync(new Progress<ModelRegistry.TransferProgress>(_ => { }), CancellationToken.None);
                Console.WriteLine($"{there}: {Models.Digits.Id} {Models.Digits.Labels.Count} {File.ReadAllText(Models.Digits.WeightsPath)}");
            }
            catch (ModelRegistryException failure)
            {
                Console.WriteLine($"{there}: {failure.ToLine()}");
            }
            """);
    }

    private string UsersCache => _work.Beside("user");

    private string Run(string folder)
    {
        var native = Path.Combine(folder, OperatingSystem.IsWindows() ? "App.exe" : "App");
        var cache = ("MODELREG_CACHE", (string?)UsersCache);
        var (_, output) = File.Exists(Path.Combine(folder, "App.dll")) ? _work.TryDotnet([Path.Combine(folder, "App.dll")], cache) : _work.TryRun(native, [], cache);
        return output.Trim();
    }

    private void Alter()
    {
        foreach (var file in Directory.EnumerateFiles(UsersCache, "*", SearchOption.AllDirectories).Where(file => File.ReadAllText(file) == "first"))
        {
            if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            File.WriteAllText(file, "other");
        }
    }

    private static string Rid() => (OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx" : "linux") + (RuntimeInformation.OSArchitecture == Architecture.Arm64 ? "-arm64" : "-x64");
}
