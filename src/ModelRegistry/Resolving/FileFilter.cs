using System.Collections.Immutable;
using System.IO.Enumeration;
using ModelRegistry.Diagnostics;
using ModelRegistry.Names;

namespace ModelRegistry.Resolving;

/// <summary>Chooses files of a version by role (<c>weights</c>) or glob (<c>*.txt</c>).</summary>
internal static class FileFilter
{
    /// <exception cref="ModelRegistryException">MR0216: a filter matches no file.</exception>
    public static ImmutableArray<ModelFile> Apply(ModelId id, ImmutableArray<ModelFile> files, ImmutableArray<string> filters)
    {
        if (filters.IsDefaultOrEmpty) return files;
        foreach (var filter in filters)
        {
            if (!files.Any(file => Matches(file, filter)))
            {
                throw Codes.FileNotInVersion.Error(
                    $"{id} has no file '{Printable.Quote(filter)}'",
                    $"it has {string.Join(", ", files.Select(f => $"{f.Path} ({f.Role})"))}");
            }
        }

        return [.. files.Where(file => filters.Any(filter => Matches(file, filter)))];
    }

    /// <summary>The files for an app: those it asks for; where it names none, all but what only proves that the model works.</summary>
    /// <exception cref="ModelRegistryException">MR0216: a filter matches no file.</exception>
    public static ImmutableArray<ModelFile> ForApp(ModelId id, ImmutableArray<ModelFile> files, ImmutableArray<string> filters) =>
        filters.IsDefaultOrEmpty ? [.. files.Where(file => !FileRoles.IsEvidence(file.Role))] : Apply(id, files, filters);

    private static bool Matches(ModelFile file, string filter) =>
        file.Role == filter || FileSystemName.MatchesSimpleExpression(filter.Replace('\\', '/'), file.Path.Value, ignoreCase: true);
}
