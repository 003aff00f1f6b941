namespace ModelRegistry.CommandBench;

/// <summary>What every group of figures works with.</summary>
/// <param name="Modelreg">The command that is measured.</param>
/// <param name="Scratch">Registries and files that are thrown away.</param>
/// <param name="Repository">The top of this repository.</param>
/// <param name="Print">Writes a line beside the table.</param>
internal sealed record Bench(string Modelreg, Scratch Scratch, string Repository, Action<string> Print)
{
    /// <summary>Python with torch, as the tests find it.</summary>
    public static string Python => File.Exists("/usr/bin/python3") ? "/usr/bin/python3" : "python3";

    public static string FindRepository()
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "ModelRegistry.sln"))) return folder;
        }

        throw new InvalidOperationException("the benchmarks run from a clone of the repository");
    }

    /// <summary>The load of the last minute: figures count on a quiet machine only.</summary>
    public static string Load() => File.Exists("/proc/loadavg") ? File.ReadAllText("/proc/loadavg").Split(' ')[0] : "unknown";
}
