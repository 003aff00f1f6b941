using System.Collections.Immutable;

namespace ModelRegistry;

/// <summary>Looks into a file before it is registered, without executing anything of it.</summary>
public interface IFileExaminer
{
    /// <summary>Says what a file holds.</summary>
    /// <param name="path">The file.</param>
    /// <param name="role">Its role in the model.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>What was found; null for a role that is not looked into.</returns>
    FileExamination? Examine(string path, string role, CancellationToken cancellation);
}

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

    /// <summary><c>safe</c>, <c>dangerous</c> or <c>invalid</c>; null where nothing was scanned.</summary>
    public string? Verdict { get; init; }

    /// <summary>One line for each finding.</summary>
    public ImmutableArray<string> Findings { get; init; } = [];
}
