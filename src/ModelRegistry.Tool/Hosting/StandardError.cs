using ModelRegistry.Shared;

namespace ModelRegistry.Tool.Hosting;

/// <summary>Diagnostics on standard error, one line each.</summary>
internal static class StandardError
{
    private const string Red = "\e[31m", Yellow = "\e[33m", Reset = "\e[0m";

    public static bool IsColoured => !Console.IsErrorRedirected && !ToolEnvironment.NoColour && Environment.GetEnvironmentVariable("TERM") != "dumb";

    /// <summary>Prints <c>severity code: message</c>.</summary>
    public static void Write(string severity, string code, string message)
    {
        var label = $"{severity} {code}:";
        if (IsColoured) label = (severity == "error" ? Red : Yellow) + label + Reset;
        Console.Error.WriteLine($"{label} {SafeText.OneLine(message)}");
    }
}
