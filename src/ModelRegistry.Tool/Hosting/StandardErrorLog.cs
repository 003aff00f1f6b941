using ModelRegistry.Diagnostics;
using ModelRegistry.Shared;

namespace ModelRegistry.Tool.Hosting;

/// <summary>Prints warnings, and with <c>--verbose</c> details, on standard error.</summary>
internal sealed class StandardErrorLog(bool quiet, bool verbose) : IRegistryLog
{
    public void Warn(Diagnostic diagnostic, string message)
    {
        if (!quiet) StandardError.Write("warning", diagnostic.Code, message);
    }

    public void Detail(string message)
    {
        if (verbose) Console.Error.WriteLine(SafeText.OneLine(message));
    }
}
