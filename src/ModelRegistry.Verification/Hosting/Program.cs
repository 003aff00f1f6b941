using System.Text.Json;
using ModelRegistry.Verification.Checks;

namespace ModelRegistry.Verification.Hosting;

/// <summary>The child process: a request on standard input, a report on standard output.</summary>
internal static class Program
{
    public static int Main()
    {
        using var input = Console.OpenStandardInput();
        var request = JsonSerializer.Deserialize(input, VerificationJson.Default.VerificationRequest);
        if (request is null) return 2;
        var report = new SmokeTest(request, Engines.Named(request.Engine)).Run();
        using var output = Console.OpenStandardOutput();
        JsonSerializer.Serialize(output, report, VerificationJson.Default.VerificationReport);
        return 0;
    }
}
