using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace ModelRegistry.Verification.Hosting;

/// <summary>Reads and writes the frames of the serving mode.</summary>
internal static class Frames
{
    public static async Task WriteAsync<T>(Stream stream, T message, JsonTypeInfo<T> type, CancellationToken cancellation)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(message, type);
        if (json.Length > EngineProtocol.MaxFrame) throw new InvalidDataException($"a message of {json.Length} bytes is longer than the {EngineProtocol.MaxFrame} of a frame");
        var length = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, json.Length);
        await stream.WriteAsync(length, cancellation).ConfigureAwait(false);
        await stream.WriteAsync(json, cancellation).ConfigureAwait(false);
        await stream.FlushAsync(cancellation).ConfigureAwait(false);
    }

    /// <returns>Null at the end of the stream.</returns>
    /// <exception cref="InvalidDataException">What came is no frame.</exception>
    public static async Task<T?> ReadAsync<T>(Stream stream, JsonTypeInfo<T> type, CancellationToken cancellation)
        where T : class
    {
        var header = new byte[sizeof(int)];
        var got = await stream.ReadAtLeastAsync(header, header.Length, throwOnEndOfStream: false, cancellation).ConfigureAwait(false);
        if (got == 0) return null;
        var length = BinaryPrimitives.ReadInt32LittleEndian(header);
        if (got < header.Length || length is < 2 or > EngineProtocol.MaxFrame) throw new InvalidDataException("what came is no frame of the engine protocol");
        // What is allocated follows what arrives, not what the header declares.
        using var content = new MemoryStream();
        var buffer = new byte[Math.Min(length, 1 << 16)];
        while (content.Length < length)
        {
            var read = await stream.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, length - content.Length)), cancellation).ConfigureAwait(false);
            if (read == 0) throw new InvalidDataException("a frame of the engine protocol ends early");
            content.Write(buffer, 0, read);
        }

        try
        {
            return JsonSerializer.Deserialize(content.GetBuffer().AsSpan(0, length), type) ?? throw new InvalidDataException("a frame of the engine protocol is null");
        }
        catch (JsonException failure)
        {
            throw new InvalidDataException("a frame of the engine protocol is not the JSON that it should be", failure);
        }
    }
}
