using System.Buffers;
using System.Text.Json;
using ModelRegistry.Diagnostics;
using ModelRegistry.Json;
using ModelRegistry.Shared;

namespace ModelRegistry.Files;

/// <summary>Reads the JSON files of a registry; what is wrong with one becomes a coded error that names it.</summary>
internal static class RegistryDocument
{
    public static T Read<T>(string path, Diagnostic invalid)
        where T : class => Read(path, invalid, followLink: false, static (json, _) => RegistryJson.Read<T>(json));

    /// <summary>Reads a document that stands outside a registry, where a link is its owner's.</summary>
    public static T ReadOutside<T>(string path, Diagnostic invalid)
        where T : class => Read(path, invalid, followLink: true, static (json, _) => RegistryJson.Read<T>(json));

    /// <summary>Reads a document together with the bytes of its file: what is parsed is what is hashed, however the file changes meanwhile.</summary>
    public static (T Document, byte[] Content) ReadWithContent<T>(string path, Diagnostic invalid)
        where T : class => Read(path, invalid, followLink: false, static (json, content) => (RegistryJson.Read<T>(json), content.ToArray()));

    private delegate T Parser<out T>(ReadOnlySpan<byte> json, ReadOnlySpan<byte> content);

    private static T Read<T>(string path, Diagnostic invalid, bool followLink, Parser<T> parse)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(8192);
        try
        {
            var content = ReadAll(path, ref buffer, followLink);
            var json = WithoutMark(content);
            ThrowIfTooNew(json, path);
            return parse(json, content);
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            throw Invalid(invalid, path, failure);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw invalid.Error($"cannot read {path}: {failure.Message}", "check that the file exists and may be read", failure);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    public static T ReadOrDefault<T>(string path, T missing)
        where T : class => File.Exists(path) ? Read<T>(path, Codes.SettingsInvalid) : missing;

    /// <summary>Reads a whole file into a rented buffer, which grows where it must.</summary>
    /// <exception cref="JsonException">Longer than any file of a registry.</exception>
    /// <exception cref="ModelRegistryException">MR0225: a link.</exception>
    public static ReadOnlySpan<byte> ReadAll(string path, ref byte[] buffer, bool followLink = false)
    {
        // What is empty here may be a pipe.
        if (SmallFile.TryRead(path, buffer) is { } small and > 0) return buffer.AsSpan(0, small);
        if (!followLink && new FileInfo(path).LinkTarget is not null) throw SymbolicLinks.Refused(path);
        RegularFile.Require(path);
        using var handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var length = 0;
        while (true)
        {
            var read = RandomAccess.Read(handle, buffer.AsSpan(length), length);
            length += read;
            // A read that does not fill the buffer has met the end of a regular file.
            if (length < buffer.Length) break;
            if (length > RegistryJson.MaxFileLength) throw new JsonException($"the file is larger than {RegistryJson.MaxFileLength / 1024 / 1024} MiB");
            var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
            buffer.AsSpan(0, length).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(buffer);
            buffer = larger;
        }

        return buffer.AsSpan(0, length);
    }

    /// <summary>The content after a byte order mark, where an editor put one.</summary>
    public static ReadOnlySpan<byte> WithoutMark(ReadOnlySpan<byte> content) => content.StartsWith("\uFEFF"u8) ? content[3..] : content;

    public static ModelRegistryException Invalid(Diagnostic invalid, string path, Exception failure)
    {
        var where = failure is JsonException { LineNumber: { } line } json ? $", line {line + 1}" + (json.Path is { Length: > 1 } at ? $" at {at}" : "") : "";
        var why = failure.InnerException is ModelRegistryException inner ? inner.Message : JsonText.Reason(failure);
        var merge = LooksConflicted(path) ? "resolve the git merge conflict in it" : "restore the file with 'git checkout', or run 'modelreg doctor'";
        return invalid.Error($"{path}{where} is not valid: {why}", merge, failure);
    }

    private static bool LooksConflicted(string path)
    {
        try
        {
            if (RegularFile.Otherwise(path) is not null) return false;
            // A line may be as long as the file, and the file as long as somebody likes.
            using var handle = File.OpenHandle(path);
            var beginning = new byte[1 << 20];
            var read = beginning.AsSpan(0, RandomAccess.Read(handle, beginning, 0));
            return read.StartsWith("<<<<<<< "u8) || read.IndexOf("\n<<<<<<< "u8) >= 0;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static void ThrowIfTooNew(ReadOnlySpan<byte> json, string path)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 32 });
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) throw new JsonException("expected an object");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isVersion = reader.ValueTextEquals("schemaVersion"u8);
            reader.Read();
            if (isVersion && reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var version) && version > 1)
                throw Codes.SchemaTooNew.Error($"{path} has schemaVersion {version}; this version of ModelRegistry knows 1", "update ModelRegistry");
            if (isVersion) return;
            reader.Skip();
        }
    }
}
