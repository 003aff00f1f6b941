using System.Diagnostics;
using ModelRegistry.Diagnostics;
using ModelRegistry.Verification;

namespace ModelRegistry.Dashboard.Demo;

/// <summary>A scratch registry in a temporary folder, for <c>--demo</c>. It goes when the dashboard ends.</summary>
internal sealed class DemoFolder : IDisposable
{
    private DemoFolder(string path) => Path = path;

    public string Path { get; }

    public static DemoFolder Make()
    {
        var made = new DemoFolder(Directory.CreateTempSubdirectory("modelreg-demo-").FullName);
        try
        {
            Git(made.Path, "init", "--quiet", "--initial-branch=main");
            // The machine may have no git identity, or one that signs; the demo is not about that.
            foreach (var (key, value) in new[] { ("user.name", "Demo"), ("user.email", "demo@example.org"), ("commit.gpgsign", "false") }) Git(made.Path, "config", key, value);
            var options = new RegistryOptions { Examiner = new WeightsExaminer() };
            Registry.Initialise(made.Path, options: options);
            using var session = RegistrySession.OpenWorkingCopy(made.Path, options);
            DemoModels.Register(session.Registry, CancellationToken.None);
            return made;
        }
        catch
        {
            made.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        foreach (var file in new DirectoryInfo(Path).EnumerateFiles("*", SearchOption.AllDirectories)) file.Attributes = FileAttributes.Normal;
        Directory.Delete(Path, recursive: true);
    }

    private static void Git(string folder, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("git", arguments) { WorkingDirectory = folder, RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0) throw Codes.GitFailed.Error($"git {arguments[0]} failed in {folder}: {errors}", "check that git is installed");
    }
}
