using System.Diagnostics;
using ModelRegistry.Diagnostics;
using ModelRegistry.Verification;

namespace ModelRegistry.Dashboard.Demo;

/// <summary>A scratch registry in a temporary folder, for <c>--demo</c>. It goes when the dashboard ends.</summary>
internal sealed class DemoFolder : IDisposable
{
    private const string Prefix = "modelreg-demo-";

    // Held for as long as the folder is used: one whose lock is free is a killed process's.
    private FileStream? _lock;

    private DemoFolder(string path) => Path = path;

    public string Path { get; }

    public static DemoFolder Make()
    {
        RemoveAbandoned();
        var made = new DemoFolder(Directory.CreateTempSubdirectory(Prefix).FullName);
        try
        {
            Git(made.Path, "init", "--quiet", "--initial-branch=main");
            made._lock = Lock(made.Path);
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
        _lock?.Dispose();
        Remove(Path);
    }

    private static FileStream Lock(string folder) => new(System.IO.Path.Combine(folder, ".git", "modelreg-demo.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);

    private static void RemoveAbandoned()
    {
        foreach (var folder in Directory.EnumerateDirectories(System.IO.Path.GetTempPath(), Prefix + "*"))
        {
            try
            {
                // One that has no lock yet is being made.
                if (!File.Exists(System.IO.Path.Combine(folder, ".git", "modelreg-demo.lock"))) continue;
                Lock(folder).Dispose();
                Remove(folder);
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                // It is in use, or another user's.
            }
        }
    }

    private static void Remove(string folder)
    {
        foreach (var file in new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories)) file.Attributes = FileAttributes.Normal;
        Directory.Delete(folder, recursive: true);
    }

    private static void Git(string folder, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("git", arguments) { WorkingDirectory = folder, RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0) throw Codes.GitFailed.Error($"git {arguments[0]} failed in {folder}: {errors}", "check that git is installed");
    }
}
