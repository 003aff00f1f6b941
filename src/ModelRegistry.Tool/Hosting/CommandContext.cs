using System.CommandLine;
using System.Text.Json;
using ModelRegistry.Tool.CommandLine;
using ModelRegistry.Tool.Output;

namespace ModelRegistry.Tool.Hosting;

/// <summary>What a command works with: its arguments, the registry and the places to print to.</summary>
internal sealed class CommandContext(ParseResult parsed, CancellationToken cancellation)
{
    private Screen? _screen;

    public Command Command => parsed.CommandResult.Command;

    public CancellationToken Cancellation => cancellation;

    public bool Json => parsed.GetValue(GlobalOptions.Json);

    public bool Quiet => parsed.GetValue(GlobalOptions.Quiet);

    public bool Verbose => parsed.GetValue(GlobalOptions.Verbose);

    /// <summary>Standard output for people.</summary>
    public Screen Screen => _screen ??= Screen.OnStandardOutput();

    public T? Value<T>(Option<T> option) => parsed.GetValue(option);

    public T? Value<T>(Argument<T> argument) => parsed.GetValue(argument);

    /// <summary>The registry that <c>--registry</c>, <c>MODELREG_REGISTRY</c> or the current directory names.</summary>
    public Registry OpenRegistry(IProgress<TransferProgress>? progress = null, IFileExaminer? examiner = null) =>
        RegistryAccess.Open(parsed.GetValue(GlobalOptions.Registry), Options() with { Progress = progress, Examiner = examiner });

    public RegistryOptions Options() => RegistryAccess.Options(Quiet, Verbose);

    /// <summary>Shows how far long copies are; on a terminal only.</summary>
    public ProgressDisplay ShowProgress() => new(enabled: !Quiet && !Console.IsErrorRedirected);

    /// <summary>Prints one JSON document.</summary>
    public static ExitCode Print(Action<Utf8JsonWriter> document)
    {
        JsonOutput.Write(document);
        return ExitCode.Done;
    }

    /// <summary>Tells a person that something was done; not with <c>--quiet</c>.</summary>
    public void Confirm(string message)
    {
        if (!Quiet) StandardOutput.WriteLine(PlainText.OneLine(message));
    }
}
