namespace ModelRegistry.Verification.Hosting;

/// <summary>
/// What the command and the program that holds an engine say to each other. The program is started in one of three ways:
/// <list type="bullet">
/// <item><description><c>--describe</c>: it writes an <see cref="EngineDescription"/> as JSON to standard output and ends.</description></item>
/// <item><description>without an argument: it reads one <see cref="VerificationRequest"/> as JSON from standard input to its end, runs the checks, writes one
/// <see cref="VerificationReport"/> as JSON to standard output and ends with code 0, whether the checks passed or not.</description></item>
/// <item><description><c>--serve</c>: it reads frames from standard input and answers each with one frame on standard output, until it reads a frame with
/// <c>"end": true</c> or the input ends. A frame is the length of its JSON in bytes, as four bytes in little-endian order, and the JSON: a
/// <see cref="ServeRequest"/> one way, a <see cref="ServeAnswer"/> with the same <c>id</c> the other. The first frame has <c>load</c>, the others have <c>run</c>.</description></item>
/// </list>
/// JSON is UTF-8 with names in camel case; floating-point values may be <c>"NaN"</c> and <c>"Infinity"</c>; bytes are base64. Every document carries
/// <c>"protocol"</c>. What engine or runtime print goes to standard error, of which the first 64 KiB are kept. The described version is
/// <see cref="Version"/>; a program answers a request of another version with a report whose check <c>process</c> failed and names both.
/// </summary>
public static class EngineProtocol
{
    /// <summary>The version that is spoken here.</summary>
    public const int Version = 1;

    /// <summary>Asks for a description.</summary>
    public const string DescribeArgument = "--describe";

    /// <summary>Asks for the serving mode.</summary>
    public const string ServeArgument = "--serve";

    /// <summary>The longest frame or document in bytes.</summary>
    internal const int MaxFrame = 512 << 20;

    /// <summary>What is kept of standard error, in bytes.</summary>
    internal const int MaxErrors = 64 << 10;
}
