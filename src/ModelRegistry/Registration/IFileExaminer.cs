using System.Collections.Immutable;
using ModelRegistry.Diagnostics;

namespace ModelRegistry;

/// <summary>Looks into the files of a registration before they are registered, without executing anything of them.</summary>
public interface IFileExaminer
{
    /// <summary>Says what the files hold.</summary>
    /// <param name="files">All files of the registration as they were staged: what is judged is what will be stored. Each stands at its path inside the model below one folder.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>What was found in each file, in the same order; null for one that is not looked into.</returns>
    IReadOnlyList<FileExamination?> Examine(IReadOnlyList<StagedFile> files, CancellationToken cancellation);

    /// <summary>
    /// Files that stand beside a file and belong to the model with it: the further shards and their index, external data.
    /// </summary>
    /// <param name="path">A weights file, or an index of several.</param>
    /// <returns>Paths relative to the file's folder, <c>/</c>-separated.</returns>
    /// <exception cref="ModelRegistryException">One is missing, or stands outside the folder.</exception>
    IReadOnlyList<string> PartsOf(string path) => [];
}

/// <summary>A file on its way into the store.</summary>
/// <param name="Path">Its path inside the model.</param>
/// <param name="Role">Its role in the model.</param>
/// <param name="Source">The file that the user named, for messages.</param>
/// <param name="Location">Where the bytes stand that will be stored.</param>
public sealed record StagedFile(RelativeFilePath Path, string Role, string Source, string Location);

/// <summary>What a file holds.</summary>
public sealed record FileExamination
{
    /// <summary>The format, such as <c>safetensors</c>; null where it is not known.</summary>
    public string? Format { get; init; }

    /// <summary>The number of values in all tensors.</summary>
    public long? Parameters { get; init; }

    /// <summary>The number of tensors.</summary>
    public int? Tensors { get; init; }

    /// <summary>The inputs that the file declares.</summary>
    public ImmutableArray<TensorSpec> Inputs { get; init; } = [];

    /// <summary>The outputs that the file declares.</summary>
    public ImmutableArray<TensorSpec> Outputs { get; init; } = [];

    /// <summary><c>safe</c>, <c>data</c> (plain values beside the tensors), <c>unknown</c> (no format that is read), <c>dangerous</c> or <c>invalid</c>; null where nothing was scanned.</summary>
    public string? Verdict { get; init; }

    /// <summary>One line for each finding.</summary>
    public ImmutableArray<string> Findings { get; init; } = [];

    /// <summary>What to do about a file that cannot be read; null where nothing special is known.</summary>
    public string? Hint { get; init; }
}
