using System.Text;

namespace ModelRegistry.Tool.Output;

/// <summary>Standard output as bytes of UTF-8. A reader that went away is no failure: the framework ignores a broken pipe.</summary>
internal static class StandardOutput
{
    public static void WriteLine(string line) => Write(Encoding.UTF8.GetBytes(line + Environment.NewLine));

    public static void Write(ReadOnlySpan<byte> bytes)
    {
        if (OperatingSystem.IsWindows() && !Console.IsOutputRedirected) Console.OutputEncoding = Encoding.UTF8;
        using var stream = Console.OpenStandardOutput();
        stream.Write(bytes);
        stream.Flush();
    }
}
