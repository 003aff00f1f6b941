using System.Collections.Immutable;

namespace ModelRegistry;

/// <summary>A version whose files are on this machine, verified, each under its own name. Nobody edits them: other processes read them too.</summary>
public sealed record LocalModel
{
    /// <summary>Name and version.</summary>
    public required ModelId Id { get; init; }

    /// <summary>The folder that holds them.</summary>
    public required string Folder { get; init; }

    /// <summary>The files; <see cref="ResolvedFile.LocalPath"/> is inside <see cref="Folder"/>.</summary>
    public required ImmutableArray<ResolvedFile> Files { get; init; }

    /// <summary>The weights; the folder where they are several files, since none of them alone is.</summary>
    public string WeightsPath => Files.Where(f => f.File.Role == FileRoles.Weights).Take(2).ToList() is [var only] ? only.LocalPath! : Folder;

    internal static LocalModel In(string folder, ModelId id, ImmutableArray<ModelFile> files) =>
        new() { Id = id, Folder = folder, Files = [.. files.Select(file => new ResolvedFile(file, file.Path.Under(folder)))] };

    /// <summary>The path of the first file of a role, such as <c>labels</c>; null where there is none.</summary>
    public string? FindFile(string role) => Files.FirstOrDefault(f => f.File.Role == role)?.LocalPath;
}
