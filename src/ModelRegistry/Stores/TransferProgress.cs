namespace ModelRegistry;

/// <summary>How far the copy of one file has come.</summary>
/// <param name="File">The file's name.</param>
/// <param name="Done">Bytes done.</param>
/// <param name="Total">Bytes in all.</param>
public readonly record struct TransferProgress(string File, long Done, long Total);
