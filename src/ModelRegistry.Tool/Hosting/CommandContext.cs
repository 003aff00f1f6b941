using System.CommandLine;
using System.Text.Json;
using ModelRegistry.Shared;
using ModelRegistry.Tool.CommandLine;
using ModelRegistry.Tool.Output;

namespace ModelRegistry.Tool.Hosting;

/// <summary>What a command works with: its arguments, the registry and the places to print to.</summary>
internal sealed class CommandContext(ParseResult parsed, CancellationToken cancellation) : IDisposable
{
    private RegistrySession? _session;
    private Screen? _screen;

    public Command Command => parsed.CommandResult.Command;

    public CancellationToken Cancellation => cancellation;

    public bool Json => parsed.GetValue(GlobalOptions.Json);

    public bool Quiet => parsed.GetValue(GlobalOptions.Quiet);

    public bool Verbose => parsed.GetValue(GlobalOptions.Verbose);

    /// <summary>Standard output for people.</summary>
    public Screen Screen => _screen ??= new Screen();

    public T? Value<T>(Option<T> option) => parsed.GetValue(option);

    /// <summary>Whether an option was written, with a value or without.</summary>
    public bool Has(Option option) => parsed.GetResult(option) is { Implicit: false };

    public T? Value<T>(Argument<T> argument) => parsed.GetValue(argument);

    /// <summary>What <c>--registry</c> says.</summary>
    public string? Named => parsed.GetValue(GlobalOptions.Registry);

    /// <summary>
    /// The registry that <c>--registry</c>, <c>MODELREG_REGISTRY</c> or the current directory names, for reading. One that is named by
    /// the address of a git repository is cloned into the cache, or brought up to date there, and stays as it is until the command ends.
    /// </summary>
    public Registry OpenRegistry(IProgress<TransferProgress>? progress = null) =>
        (_session = RegistrySession.Open(Named, Options() with { Progress = progress }, cancellation)).Registry;

    /// <summary>The registry for what writes it or reads its history: it must be a directory.</summary>
    public Registry OpenWorkingCopy(IProgress<TransferProgress>? progress = null, IFileExaminer? examiner = null) =>
        (_session = RegistrySession.OpenWorkingCopy(Named, Options() with { Progress = progress, Examiner = examiner })).Registry;

    /// <summary>Resolves a name that may come without a selector.</summary>
    public Resolution Resolve(Registry registry, ModelReference reference, ResolveOptions options) =>
        registry.Resolve(reference.Name, reference.Selector ?? Selector.Latest, options, cancellation);

    public RegistryOptions Options() => ToolEnvironment.Options(Quiet, Verbose);

    /// <summary>Shows how far long copies are; on a terminal only.</summary>
    public ProgressLine ShowProgress() => new(enabled: !Quiet && !Console.IsErrorRedirected);

    /// <summary>Prints one JSON document.</summary>
    public static ExitCode Print(Action<Utf8JsonWriter> document)
    {
        JsonOutput.Write(document);
        return ExitCode.Done;
    }

    /// <summary>Tells a person that something was done; not with <c>--quiet</c>.</summary>
    public void Confirm(string message)
    {
        if (!Quiet) StandardOutput.WriteLine(SafeText.OneLine(message));
    }

    public void Dispose() => _session?.Dispose();
}
