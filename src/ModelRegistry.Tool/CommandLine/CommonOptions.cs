using System.CommandLine;

namespace ModelRegistry.Tool.CommandLine;

/// <summary>Options that several commands have. Each command gets its own.</summary>
internal static class CommonOptions
{
    public static Option<bool> NoCommit() => new("--no-commit") { Description = "Write the files without committing them" };

    public static Option<bool> Prerelease() => new("--prerelease") { Description = "Let latest, best and ranges choose prereleases" };

    public static Option<string[]> Files() => new("--files")
    {
        Description = "Only the files with this role or path pattern; may be given more than once",
        HelpName = "ROLE|GLOB",
        DefaultValueFactory = _ => [],
    };

    public static Option<string?> Reason() => new("--reason") { Description = "Why; recorded with the change", HelpName = "TEXT" };

    public static Option<string?> Text(string name, string help, string description) => new(name) { Description = description, HelpName = help };

    /// <summary>An option that may be given more than once, or once with several values.</summary>
    public static Option<string[]> Many(string name, string help, string description) => new(name)
    {
        Description = description,
        HelpName = help,
        AllowMultipleArgumentsPerToken = true,
        DefaultValueFactory = _ => [],
    };
}
