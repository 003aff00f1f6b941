using ModelRegistry.Tool.Hosting;

namespace ModelRegistry.Tool.Output;

/// <summary>What is known of the terminal behind a stream.</summary>
internal static class Terminal
{
    /// <summary>Whether a stream takes colours: a terminal that knows control sequences, and no <c>NO_COLOR</c> (no-color.org).</summary>
    public static bool IsColoured(bool isRedirected) => IsLive(isRedirected) && !ToolEnvironment.NoColour;

    /// <summary>Whether a line that stands there can be drawn again.</summary>
    public static bool IsLive(bool isRedirected)
    {
        if (isRedirected) return false;
        var kind = Environment.GetEnvironmentVariable("TERM");
        // The consoles of Windows have no TERM; those that know control sequences from the start say so.
        return OperatingSystem.IsWindows() ? kind is { Length: > 0 } and not "dumb" || Environment.GetEnvironmentVariable("WT_SESSION") is not null : kind is { Length: > 0 } and not "dumb";
    }

    /// <summary>The columns of standard output; no limit where it is no terminal, so that a pipe never gets a value in two lines.</summary>
    public static int Width
    {
        get
        {
            try
            {
                return !Console.IsOutputRedirected && Console.WindowWidth is > 0 and var width ? width : int.MaxValue;
            }
            catch (IOException)
            {
                return int.MaxValue;
            }
        }
    }
}
