using ModelRegistry.Json;

namespace ModelRegistry;

/// <summary>One file of a version.</summary>
public sealed record ModelFile : Extensible
{
    /// <summary>Where it stands when the version is materialised.</summary>
    public required RelativeFilePath Path { get; init; }

    /// <summary>What it is for; see <see cref="FileRoles"/>.</summary>
    public required string Role { get; init; }

    /// <summary>The format of the content where it is known, such as <c>pytorch-zip</c> or <c>safetensors</c>.</summary>
    public string? Format { get; init; }

    /// <summary>Its length in bytes.</summary>
    public required long Size { get; init; }

    /// <summary>Its SHA-256.</summary>
    public required Digest Digest { get; init; }

    /// <summary>The number of values in all tensors, where the file holds weights that could be read.</summary>
    public long? Parameters { get; init; }

    /// <summary>The number of tensors, where the file holds weights that could be read.</summary>
    public int? Tensors { get; init; }

    /// <summary>What the scan at registration said: <c>safe</c>, <c>data</c>, <c>unknown</c>, <c>dangerous</c> or <c>invalid</c>; absent where the file was not scanned.</summary>
    public string? Scan { get; init; }
}
