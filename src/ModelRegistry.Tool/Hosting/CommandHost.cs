using System.CommandLine;
using System.CommandLine.Invocation;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ModelRegistry.Diagnostics;
using ModelRegistry.Tool.CommandLine;
using ModelRegistry.Tool.Commands;

namespace ModelRegistry.Tool.Hosting;

/// <summary>Runs one command line: parses it, runs the command, and turns every failure into one line and an exit code.</summary>
internal static class CommandHost
{
    public static ExitCode Run(string[] args)
    {
        var verbose = args.Contains("--verbose");
        if (args.Length == 0) args = ["--help"];
        Console.SetError(new ErrorOutput());
        using var cancelled = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => Cancel(signal, cancelled));
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => Cancel(signal, cancelled));
        try
        {
            if (PlainResolve.Matches(args)) return PlainResolve.Run(args, cancelled.Token);
            return RunParsed(args, cancelled.Token);
        }
        catch (ModelRegistryException failure)
        {
            StandardError.Write("error", failure.Code, failure.ToLine()[$"error {failure.Code}: ".Length..]);
            if (verbose) Console.Error.WriteLine(failure.ToString());
            return failure.Diagnostic == ToolCodes.Unexpected ? ExitCode.InternalError : (ExitCode)failure.Diagnostic.Kind;
        }
        catch (OperationCanceledException) when (cancelled.IsCancellationRequested)
        {
            Console.Error.WriteLine("cancelled");
            return ExitCode.Cancelled;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // The system names no file where it is the current directory that is gone.
            var reason = failure is FileNotFoundException { FileName: null } && !Directory.Exists(".")
                ? "the current directory does not exist any more; change to another"
                : $"{failure.Message.TrimEnd('.')}; check the permissions of the file and that the disk is there and not full";
            StandardError.Write("error", Codes.StoreUnreadable.Code, reason);
            if (verbose) Console.Error.WriteLine(failure.ToString());
            return ExitCode.Store;
        }
#pragma warning disable CA1031 // The last line of defence: whatever it is, the user gets one line.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            StandardError.Write("error", ToolCodes.Unexpected.Code, $"unexpected failure, {failure.GetType().Name}: {failure.Message}; {(verbose ? "please report it with the lines below" : "run it again with --verbose and report what it prints")}");
            if (verbose) Console.Error.WriteLine(failure.ToString());
            return ExitCode.InternalError;
        }
    }

    // On its own, so that the plain case does not load the parser.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static ExitCode RunParsed(string[] args, CancellationToken cancellation)
    {
        var parsed = CommandTree.For(args).Parse(args, CommandTree.Parsing);
        if (parsed.Action is not (null or ParseErrorAction)) return (ExitCode)parsed.Invoke(Streams());
        if (UsageErrors.Of(parsed) is { } usage) throw usage;
        using var context = new CommandContext(parsed, cancellation);
        return ((ToolCommand)parsed.CommandResult.Command).Run(context);
    }

    private static void Cancel(PosixSignalContext signal, CancellationTokenSource cancelled)
    {
        // The second signal ends the process at once.
        signal.Cancel = !cancelled.IsCancellationRequested;
        cancelled.Cancel();
    }

    private static InvocationConfiguration Streams() => new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
}
