namespace ModelRegistry.Weights;

/// <summary>
/// Writes safetensors files in the canonical form of the reference writer: wider types first, then by name; header
/// padded with spaces to eight bytes; no gaps. Memory stays constant however large the tensors are.
/// </summary>
public static class SafetensorsWriter
{
    /// <summary>Writes a file under a temporary name and renames it once it is whole.</summary>
    /// <param name="path">Where to write.</param>
    /// <param name="tensors">What to write, in any order.</param>
    /// <param name="options">Defaults to <see cref="WeightsWriteOptions.Default"/>.</param>
    /// <param name="progress">Told the bytes of tensor data written so far.</param>
    /// <param name="cancellationToken">Stops the writing; nothing is left behind.</param>
    /// <exception cref="WeightsFormatException">
    /// The file exists (MR0570) or cannot be written (MR0577), or a tensor has a type safetensors does not know (MR0571),
    /// shares memory with another (MR0572), has an impossible or repeated name (MR0573) or no data (MR0576).
    /// </exception>
    public static void Write(
        string path,
        IEnumerable<NamedTensor> tensors,
        WeightsWriteOptions? options = null,
        IProgress<long>? progress = null,
        CancellationToken cancellationToken = default)
    {
        options ??= WeightsWriteOptions.Default;
        var layout = Plan(tensors, options);
        OutputFile.Write(path, options.Overwrite, layout.TotalLength, stream => Write(stream, layout, progress, cancellationToken));
    }

    /// <summary>Writes to a stream, which is left open.</summary>
    /// <inheritdoc cref="Write(string, IEnumerable{NamedTensor}, WeightsWriteOptions, IProgress{long}, CancellationToken)"/>
    public static void Write(
        Stream stream,
        IEnumerable<NamedTensor> tensors,
        WeightsWriteOptions? options = null,
        IProgress<long>? progress = null,
        CancellationToken cancellationToken = default) =>
        Write(stream, Plan(tensors, options ?? WeightsWriteOptions.Default), progress, cancellationToken);

    internal static SafetensorsLayout Plan(IEnumerable<NamedTensor> tensors, WeightsWriteOptions options)
    {
        var layout = SafetensorsLayout.Of(tensors, options.Metadata);
        if (options.SharedTensors == SharedTensors.Refuse && TensorOverlaps.Find(layout.Tensors) is [var shared, ..])
            throw SharingRefused(shared);
        return layout;
    }

    internal static void Write(Stream stream, SafetensorsLayout layout, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        stream.Write(layout.Header);
        var writing = new TensorWriting(progress, cancellationToken);
        foreach (var (_, tensor) in layout.Tensors)
            writing.Copy(tensor, stream.Write);
    }

    private static WeightsFormatException SharingRefused(IReadOnlyList<NamedTensor> shared) => new(
        WritingError.Shared,
        $"tensors {Display.Quote(shared[0].Name)} and {Display.Quote(shared[1].Name)} share memory, which safetensors cannot express",
        hint: "ask for copies (SharedTensors.Clone), or leave one of them out and tie it again after loading");
}
