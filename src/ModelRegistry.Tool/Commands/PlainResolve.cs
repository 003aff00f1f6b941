using ModelRegistry.Tool.Hosting;
using ModelRegistry.Tool.Output;

namespace ModelRegistry.Tool.Commands;

/// <summary>
/// <c>modelreg resolve NAME [SELECTOR]</c> without any option: what scripts and builds call all the time. Setting up the parser takes
/// longer than the answer, and there is nothing to parse.
/// </summary>
internal static class PlainResolve
{
    /// <summary>Whether the command line has that form.</summary>
    public static bool Matches(string[] args) =>
        args is ["resolve", var name, .. { Length: <= 1 } rest] && IsPlain(name) && (rest.Length == 0 || IsPlain(rest[0]));

    /// <summary>Prints the path.</summary>
    public static ExitCode Run(string[] args, CancellationToken cancellation)
    {
        var reference = ModelReference.Parse(args[1], args.Length > 2 ? args[2] : null);
        string path;
        using (var progress = new ProgressLine(enabled: !Console.IsErrorRedirected))
        {
            using var session = RegistrySession.Open(address: null, ToolEnvironment.Options(quiet: false, verbose: false) with { Progress = progress }, cancellation);
            var resolution = session.Registry.Resolve(reference.Name, reference.Selector ?? Selector.Latest, cancellation: cancellation);
            path = resolution.Manifest.NeedsFolder ? session.Registry.Folder(resolution, cancellation) : resolution.Weights.LocalPath!;
        }

        StandardOutput.WriteLine(path);
        return ExitCode.Done;
    }

    private static bool IsPlain(string word) => word.Length > 0 && word[0] is not ('-' or '/');
}
