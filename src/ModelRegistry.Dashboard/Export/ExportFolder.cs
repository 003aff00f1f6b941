namespace ModelRegistry.Dashboard.Export;

/// <summary>The folder of an export: written beside its target and swapped at the end. A folder that is not an export is left alone.</summary>
internal sealed class ExportFolder : IDisposable
{
    private const string Marker = ".modelreg-export";

    private readonly string _target;
    private readonly string _work;

    private ExportFolder(string target, string work)
    {
        _target = target;
        _work = work;
    }

    /// <exception cref="Diagnostics.ModelRegistryException">MR0903: the folder has other content.</exception>
    public static ExportFolder Begin(string folder)
    {
        var target = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        if (File.Exists(target) || (Directory.Exists(target) && !File.Exists(Path.Combine(target, Marker)) && Directory.EnumerateFileSystemEntries(target).Any()))
            throw DashboardCodes.NotAnExport.Error($"{target} is not empty and not an export", "name another folder, or empty it");
        var parent = Path.GetDirectoryName(target)!;
        Directory.CreateDirectory(parent);
        var work = Path.Combine(parent, $".{Path.GetFileName(target)}.{Path.GetRandomFileName()}");
        Directory.CreateDirectory(work);
        return new ExportFolder(target, work);
    }

    public void Write(string path, ReadOnlySpan<byte> content)
    {
        var file = PathOf(path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        using var stream = File.Create(file);
        stream.Write(content);
    }

    public void Copy(string path, string source)
    {
        var file = PathOf(path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.Copy(source, file, overwrite: true);
        File.SetAttributes(file, FileAttributes.Normal);
    }

    /// <summary>Puts the new site in the place of the old one.</summary>
    public void Complete()
    {
        File.WriteAllText(Path.Combine(_work, Marker), "written by modelreg serve --export\n");
        var old = _work + ".old";
        if (Directory.Exists(_target)) Directory.Move(_target, old);
        Directory.Move(_work, _target);
        if (Directory.Exists(old)) Directory.Delete(old, recursive: true);
    }

    public void Dispose()
    {
        if (Directory.Exists(_work)) Directory.Delete(_work, recursive: true);
    }

    private string PathOf(string path) => Path.Combine(_work, Path.Combine(path.TrimStart('/').Split('/')));
}
