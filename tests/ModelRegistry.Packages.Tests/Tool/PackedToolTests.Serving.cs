using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using ModelRegistry.Packages.Tests.Harness;

namespace ModelRegistry.Packages.Tests.Tool;

/// <summary>The dashboard that both packages carry, away from the repository.</summary>
public sealed partial class PackedToolTests
{
    [NativeToolFact]
    public Task Serve_ByTheNativeCommandInAnEmptyFolder_ShowsAPageWithItsStyle_AndInitialisesDemoData() => ServesAndInitialises(native: true);

    [Fact]
    public async Task Serve_ByThePortableCommandInAnEmptyFolder_ShowsAPage_InitialisesDemoData_AndExports()
    {
        await ServesAndInitialises(native: false);

        // The program that exports is the same in both packages.
        var site = Portable("serve", "--export", "site");
        Assert.True(site.ExitCode == 0, site.Output);
        Assert.Contains("digits-resnet18", await File.ReadAllTextAsync(Path.Combine(Root, "site", "index.html")), StringComparison.Ordinal);
    }

    [Fact]
    public void Resolve_WhereAspNetIsAbsent_Runs_AndServeSaysWhatIsMissing()
    {
        if (OperatingSystem.IsWindows()) return;
        Write(portable: true);
        // A .NET of the plain runtime alone: the same files, without the other framework.
        var runtime = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "..", "..", ".."));
        var plain = Directory.CreateDirectory(Path.Combine(_home, "plain", "shared")).Parent!.FullName;
        var host = Path.Combine(plain, "dotnet");
        File.Copy(Path.Combine(runtime, "dotnet"), host);
        Directory.CreateSymbolicLink(Path.Combine(plain, "host"), Path.Combine(runtime, "host"));
        Directory.CreateSymbolicLink(Path.Combine(plain, "shared", "Microsoft.NETCore.App"), Path.Combine(runtime, "shared", "Microsoft.NETCore.App"));
        var environment = new Dictionary<string, string?>(Environment_) { ["DOTNET_ROOT"] = plain, ["DOTNET_HOST_PATH"] = host };
        ProcessResult Run(params string[] arguments) => Dotnet.Run(host, Root, [Path.Combine(tool.Portable, "modelreg.dll"), .. arguments], environment);

        var runtimes = Dotnet.Run(host, Root, ["--list-runtimes"], environment).Output;
        var resolved = Run("resolve", "digits", "best", "--json");
        var serve = Run("serve", "--port", "0");

        Assert.Contains("Microsoft.NETCore.App", runtimes, StringComparison.Ordinal);
        Assert.DoesNotContain("AspNetCore", runtimes, StringComparison.Ordinal);
        Assert.True(resolved.ExitCode == 0, resolved.Output);
        Assert.Contains("1.1.0", resolved.Output, StringComparison.Ordinal);
        Assert.NotEqual(0, serve.ExitCode);
        Assert.Contains("Microsoft.AspNetCore.App", serve.Output, StringComparison.Ordinal);
    }

    private async Task ServesAndInitialises(bool native)
    {
        Assert.Equal(0, Dotnet.Run("git", Root, ["init", "-q", "-b", "main"], Environment_).ExitCode);
        Assert.Equal(0, Command(native, "init").ExitCode);
        using var serving = Serve(native);
        try
        {
            using var told = JsonDocument.Parse(await serving.StandardOutput.ReadLineAsync() ?? "");
            using var client = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = new Uri(told.RootElement.GetProperty("address").GetString()!), Timeout = TimeSpan.FromMinutes(5) };
            var page = await client.GetStringAsync(new Uri("/", UriKind.Relative));
            using var style = await client.GetAsync(new Uri(StyleSheet().Match(page).Groups[1].Value, UriKind.Relative));
            using var demo = await client.PostAsync(new Uri("/demo", UriKind.Relative), new FormUrlEncodedContent([new("form", FormSecret().Match(page).Groups[1].Value)]));

            Assert.Equal("text/css", style.Content.Headers.ContentType!.MediaType);
            Assert.Contains(".brand", await style.Content.ReadAsStringAsync(), StringComparison.Ordinal);
            Assert.Equal(System.Net.HttpStatusCode.Redirect, demo.StatusCode);
            Assert.Contains("/models/digits-unet", await client.GetStringAsync(new Uri("/", UriKind.Relative)), StringComparison.Ordinal);
        }
        finally
        {
            serving.Kill(entireProcessTree: true);
            await serving.WaitForExitAsync();
        }
    }

    private ProcessResult Command(bool native, params string[] arguments) => native ? Native(arguments) : Portable(arguments);

    private Process Serve(bool native)
    {
        var start = new ProcessStartInfo(native ? Path.Combine(tool.Native!, "modelreg") : Dotnet.Host) { WorkingDirectory = Root, RedirectStandardOutput = true };
        foreach (var argument in (string[])[.. native ? Array.Empty<string>() : [Path.Combine(tool.Portable, "modelreg.dll")], "serve", "--port", "0", "--json"]) start.ArgumentList.Add(argument);
        foreach (var (name, value) in Environment_) start.Environment[name] = value;
        // The dashboard is for the runtime of .NET that the tests run on.
        start.Environment["DOTNET_HOST_PATH"] = Path.GetFullPath(Dotnet.Host);
        return Process.Start(start)!;
    }

    [GeneratedRegex("<link rel=\"stylesheet\" href=\"([^\"]+)\"")]
    private static partial Regex StyleSheet();

    [GeneratedRegex("name=\"form\" value=\"([0-9a-f]+)\"")]
    private static partial Regex FormSecret();
}
