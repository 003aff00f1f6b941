using System.Diagnostics;
using ModelRegistry.Diagnostics;
using ModelRegistry.Names;
using ModelRegistry.Processes;

namespace ModelRegistry.Stores.Credentials;

/// <summary>Runs a program that knows credentials. Its answer never reaches a message.</summary>
internal static class CredentialProgram
{
    private const int MaxAnswer = 1 << 20;
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    /// <summary>A helper that <c>registry.json</c> names. A registry may come from anybody, so it runs only where the user's environment names it too.</summary>
    /// <exception cref="ModelRegistryException">MR0318: the user did not allow it.</exception>
    public static string Allowed(string helper, RegistryOptions options) =>
        (options.Variable("MODELREG_CREDENTIAL_HELPERS") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Contains(helper, StringComparer.Ordinal)
            ? helper
            : throw Codes.CredentialHelperFailed.Error($"registry.json names the credential helper {Printable.Quote(helper)}, which you did not allow", $"if you trust it, set MODELREG_CREDENTIAL_HELPERS={Printable.Quote(helper)}");

    /// <summary>Runs a program without a shell and returns what it printed.</summary>
    public static async Task<string> RunAsync(string program, IReadOnlyList<string> arguments, string input, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Timeout);
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        using var process = ChildProcess.Start(
            start, failure => Codes.CredentialHelperFailed.Error($"the credential helper {Printable.Quote(program)} cannot be started: {failure.Message}", "install it, or put it on the PATH", failure));
        try
        {
            var errors = process.StandardError.ReadToEndAsync(limit.Token);
            await WriteAsync(process, input).ConfigureAwait(false);
            var output = await process.StandardOutput.ReadToEndAsync(limit.Token).ConfigureAwait(false);
            await process.WaitForExitAsync(limit.Token).ConfigureAwait(false);
            await errors.ConfigureAwait(false);
            if (process.ExitCode == 0 && output.Length <= MaxAnswer) return output;
            throw Codes.CredentialHelperFailed.Error($"the credential helper {Printable.Quote(program)} ended with code {process.ExitCode}", "run it by hand to see what it says");
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw Codes.CredentialHelperFailed.Error($"the credential helper {Printable.Quote(program)} did not answer within {Timeout.TotalSeconds:0} s", "look for a prompt that waits");
        }
        finally
        {
            if (!process.HasExited) ChildProcess.Kill(process);
        }
    }

    private static async Task WriteAsync(Process process, string input)
    {
        try
        {
            await process.StandardInput.WriteAsync(input).ConfigureAwait(false);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It did not want the input; its exit code tells.
        }
    }
}
