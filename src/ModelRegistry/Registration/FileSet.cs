using System.Collections.Immutable;
using ModelRegistry.Diagnostics;
using ModelRegistry.Stores;

namespace ModelRegistry.Registration;

/// <summary>The files of a registration, checked: they exist, have roles, and their paths differ.</summary>
internal static class FileSet
{
    public sealed record Entry(string Source, string Role, RelativeFilePath Path);

    /// <returns>Weights first, then by path.</returns>
    public static ImmutableArray<Entry> Check(ImmutableArray<FileToRegister> files)
    {
        if (files.IsDefaultOrEmpty) throw Codes.InvalidFiles.Error("no file was given", "name the weights with --file PATH");
        var entries = new List<Entry>();
        foreach (var file in files)
        {
            SourceFile.Check(file.Source);
            StandIn.Refuse(file.Source);
            var fileName = Path.GetFileName(file.Source);
            var role = file.Role ?? FileRoles.ByFileName(fileName);
            if (!FileRoles.IsValid(role)) throw Codes.InvalidFiles.Error($"'{Printable.Quote(role)}' is not a role", "a role is a word of a-z 0-9 -, such as weights or labels");
            var entry = new Entry(Path.GetFullPath(file.Source), role, file.Path ?? RelativeFilePath.Parse(fileName));
            if (entries.FirstOrDefault(e => e.Path == entry.Path) is { } other)
                throw Codes.InvalidFiles.Error($"{other.Source} and {entry.Source} would both be {entry.Path} in the model", "give one of them another name");
            entries.Add(entry);
        }

        if (!entries.Any(e => e.Role == FileRoles.Weights))
            throw Codes.InvalidFiles.Error($"none of the files has the role weights: {string.Join(", ", entries.Select(e => $"{e.Path} is {e.Role}"))}", "write --file PATH:weights");
        return [.. entries.OrderBy(e => e.Role == FileRoles.Weights ? 0 : 1).ThenBy(e => e.Path)];
    }
}
