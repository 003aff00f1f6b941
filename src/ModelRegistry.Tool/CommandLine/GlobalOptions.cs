using System.CommandLine;

namespace ModelRegistry.Tool.CommandLine;

/// <summary>Options of every command.</summary>
internal static class GlobalOptions
{
    public static readonly Option<string?> Registry = new("--registry")
    {
        Description = "The registry: a directory, or for reading a git URL [default: MODELREG_REGISTRY, else the nearest upwards]",
        HelpName = "DIR|URL",
        Recursive = true,
    };

    public static readonly Option<bool> Json = new("--json") { Description = "Print one JSON document on standard output", Recursive = true };

    public static readonly Option<bool> Quiet = new("--quiet", "-q") { Description = "Print no warnings, no progress and no confirmations", Recursive = true };

    public static readonly Option<bool> Verbose = new("--verbose") { Description = "Print details, and the stack trace of a failure", Recursive = true };
}
