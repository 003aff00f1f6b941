namespace ModelRegistry.Inference;

/// <summary>
/// Reads formats that this library does not read itself. <c>ModelRegistry.Inference.Images</c> has one for JPEG, BMP, GIF and WebP;
/// it runs native code on the bytes, so files of strangers belong in a process of its own.
/// </summary>
public interface IImageDecoder
{
    /// <summary>Whether a file that starts so is in a format that it reads.</summary>
    /// <param name="start">The file's first bytes, or all of them.</param>
    bool Reads(ReadOnlySpan<byte> start);

    /// <summary>Decodes the whole file.</summary>
    /// <exception cref="InferenceException">MR0621: damaged. MR0622: more than 64 million pixels.</exception>
    ImageInput Decode(ReadOnlyMemory<byte> bytes);
}
