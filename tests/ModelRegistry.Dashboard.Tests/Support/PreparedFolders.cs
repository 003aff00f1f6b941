using ModelRegistry.Dashboard.Demo;

namespace ModelRegistry.Dashboard.Tests.Support;

/// <summary>Repositories that many tests begin with: made once in a run, and copied for each.</summary>
internal static class PreparedFolders
{
    private static readonly Lazy<string> Empty = new(() => Made(_ => { }));
    private static readonly Lazy<string> Demo = new(() => Made(registry => DemoModels.Register(registry.Open(), CancellationToken.None)));

    /// <summary>A registry without models.</summary>
    public static void CopyEmpty(string folder) => Copy(Empty.Value, folder);

    /// <summary>A registry with the demo data.</summary>
    public static void CopyDemo(string folder) => Copy(Demo.Value, folder);

    private static string Made(Action<TestRegistry> fill)
    {
        var registry = new TestRegistry(TestRegistry.Start.Made);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => registry.Dispose();
        fill(registry);
        return registry.Folder;
    }

    private static void Copy(string from, string to)
    {
        foreach (var folder in Directory.EnumerateDirectories(from, "*", SearchOption.AllDirectories)) Directory.CreateDirectory(Path.Combine(to, Path.GetRelativePath(from, folder)));
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories)) File.Copy(file, Path.Combine(to, Path.GetRelativePath(from, file)));
    }
}
