using System.Text;

namespace ModelRegistry.Tool.Hosting;

/// <summary>Standard error that cannot fail a command: where it is closed or on a full disk, what is said there is lost, and the exit code tells all the same.</summary>
internal sealed class ErrorOutput : TextWriter
{
    private readonly Lazy<TextWriter> _inner = new(Open);

    /// <inheritdoc/>
    public override Encoding Encoding => _inner.Value.Encoding;

    /// <inheritdoc/>
    public override void Write(char value) => Try(inner => inner.Write(value));

    /// <inheritdoc/>
    public override void Write(string? value) => Try(inner => inner.Write(value));

    /// <inheritdoc/>
    public override void Write(char[] buffer, int index, int count) => Try(inner => inner.Write(buffer, index, count));

    /// <inheritdoc/>
    public override void WriteLine(string? value) => Try(inner => inner.WriteLine(value));

    private static StreamWriter Open()
    {
        var encoding = Console.OutputEncoding;
        return new StreamWriter(Console.OpenStandardError(), encoding.Preamble.Length == 0 ? encoding : new UTF8Encoding(false), 1024) { AutoFlush = true };
    }

    private void Try(Action<TextWriter> write)
    {
        try
        {
            write(_inner.Value);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // Nobody is left to tell.
        }
    }
}
