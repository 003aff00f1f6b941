using System.Collections.Immutable;
using ModelRegistry.Diagnostics;
using ModelRegistry.Names;
using ModelRegistry.Stores;

namespace ModelRegistry.Registration;

/// <summary>The files of a registration, checked: they exist, have roles, and their paths differ. Folders are opened, and parts that weights name come along.</summary>
internal sealed class FileSet
{
    /// <summary>Files of one version: more is a folder named by mistake.</summary>
    public const int MaxFiles = 20_000;

    private readonly Dictionary<RelativeFilePath, Entry> _entries = [];

    private FileSet()
    {
    }

    public sealed record Entry(string Source, string Role, RelativeFilePath Path);

    /// <returns>Weights first, those of the model's own folder before those in folders below, then by path.</returns>
    /// <param name="request">What is registered.</param>
    /// <param name="own">Folders of the registry and its stores, which are no part of a model.</param>
    /// <param name="examiner">Says which parts belong to weights.</param>
    /// <param name="log">Told what is left out.</param>
    /// <param name="cancellation">Stops it.</param>
    public static ImmutableArray<Entry> Check(RegistrationRequest request, ImmutableArray<string> own, IFileExaminer? examiner, IRegistryLog log, CancellationToken cancellation)
    {
        if (request.Files.IsDefaultOrEmpty) throw Codes.InvalidFiles.Error("no file was given", "name the weights with --file PATH");
        var set = new FileSet();
        foreach (var file in request.Files)
        {
            if (Directory.Exists(file.Source)) set.AddFolder(file, own, request.Exclude, log, cancellation);
            else set.AddFile(file);
        }

        if (examiner is not null) set.AddParts(examiner, cancellation);
        var entries = set._entries.Values;
        if (!entries.Any(e => e.Role == FileRoles.Weights))
        {
            const int Shown = 10;
            var roles = string.Join(", ", entries.Take(Shown).Select(e => $"{e.Path} is {e.Role}"));
            throw Codes.InvalidFiles.Error($"none of the files has the role weights: {roles}{(entries.Count > Shown ? $" and {entries.Count - Shown} more" : "")}", "write --file PATH:weights");
        }

        return [.. entries.OrderBy(e => e.Role == FileRoles.Weights ? 0 : 1).ThenBy(e => e.Path.Value.Count(c => c == '/')).ThenBy(e => e.Path)];
    }

    private void AddFile(FileToRegister file)
    {
        SourceFile.Check(file.Source);
        StandIn.Refuse(file.Source);
        var name = Path.GetFileName(file.Source);
        Add(Path.GetFullPath(file.Source), file.Role ?? FileRoles.ByFileName((file.Path ?? RelativeFilePath.Parse(name)).FileName), file.Path ?? RelativeFilePath.Parse(name));
    }

    private void AddFolder(FileToRegister folder, ImmutableArray<string> own, ImmutableArray<string> exclude, IRegistryLog log, CancellationToken cancellation)
    {
        var before = _entries.Count;
        foreach (var (source, relative) in SourceFolder.Files(folder.Source, own, exclude, log, cancellation))
        {
            StandIn.Refuse(source);
            var path = RelativeFilePath.Parse(folder.Path is null ? relative : $"{folder.Path}/{relative}");
            Add(source, folder.Role ?? FileRoles.ByFileName(path.FileName), path);
        }

        if (_entries.Count == before) throw Codes.InvalidFiles.Error($"{folder.Source} holds no file to register", "name the folder that the model is in");
    }

    private void Add(string source, string role, RelativeFilePath path)
    {
        if (!FileRoles.IsValid(role)) throw Codes.InvalidFiles.Error($"'{Printable.Quote(role)}' is not a role", "a role is a word of a-z 0-9 -, such as weights or labels");
        if (_entries.Count >= MaxFiles) throw Codes.InvalidFiles.Error($"there are more than {MaxFiles} files", "name the folder that the model is in, or leave some out with --exclude");
        var entry = new Entry(source, role, path);
        if (!_entries.TryAdd(path, entry))
        {
            var other = _entries[path];
            throw Codes.InvalidFiles.Error($"{other.Source} and {source} would both be {other.Path} in the model", "give one of them another name: --file PATH=PATH-IN-MODEL");
        }
    }

    private void AddParts(IFileExaminer examiner, CancellationToken cancellation)
    {
        foreach (var entry in _entries.Values.Where(e => e.Role is FileRoles.Weights or FileRoles.WeightsIndex).ToList())
        {
            cancellation.ThrowIfCancellationRequested();
            var slash = entry.Path.Value.LastIndexOf('/');
            foreach (var part in examiner.PartsOf(entry.Source))
            {
                var path = RelativeFilePath.Parse(entry.Path.Value[..(slash + 1)] + part);
                if (_entries.ContainsKey(path)) continue;
                var source = Path.Combine(Path.GetDirectoryName(entry.Source)!, part.Replace('/', Path.DirectorySeparatorChar));
                SourceFile.Check(source);
                StandIn.Refuse(source);
                var role = FileRoles.ByFileName(path.FileName);
                Add(source, role is FileRoles.Weights or FileRoles.WeightsIndex ? role : FileRoles.WeightsData, path);
            }
        }
    }
}
