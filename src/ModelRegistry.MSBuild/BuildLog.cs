using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;
using ModelRegistry.Diagnostics;

namespace ModelRegistry.MSBuild;

/// <summary>Turns diagnostics into the errors, warnings and messages of a build, each with its code, place and help link.</summary>
internal sealed class BuildLog(TaskLoggingHelper log, string? file, int line, int column) : IRegistryLog
{
    private static readonly string? Pages = FindPages();

    /// <summary>The codes that stay warnings where all others are errors; null where none is one.</summary>
    private IReadOnlyCollection<string>? StayWarnings { get; init; }

    public BuildLog At(string? elsewhere, int itsLine, int itsColumn) => new(log, elsewhere ?? file, itsLine, itsColumn) { StayWarnings = StayWarnings };

    /// <summary>As <c>TreatWarningsAsErrors</c> of a project asks for, which MSBuild itself leaves to each task.</summary>
    public BuildLog WithWarningsAsErrors(IReadOnlyCollection<string> except) => new(log, file, line, column) { StayWarnings = except };

    public void Error(ModelRegistryException failure) =>
        Error(failure.Diagnostic, failure.Hint is null ? failure.Message : $"{failure.Message}; {failure.Hint}");

    public void Warn(Diagnostic diagnostic, string message)
    {
        if (StayWarnings?.Contains(diagnostic.Code, StringComparer.OrdinalIgnoreCase) == false) Error(diagnostic, message);
        else log.LogWarning(null, diagnostic.Code, null, HelpLink(diagnostic), file, line, column, 0, 0, message);
    }

    public void Inform(Diagnostic diagnostic, string message) =>
        log.LogMessage(null, diagnostic.Code, null, file, line, column, 0, 0, MessageImportance.High, message);

    public void Detail(string message) => log.LogMessage(MessageImportance.Low, "{0}", message);

    /// <summary>The page of a code, shipped in the package so that it fits the version in use.</summary>
    internal static string HelpLink(Diagnostic diagnostic)
    {
        if (Pages is not null && Path.Combine(Pages, diagnostic.Code + ".md") is var page && File.Exists(page)) return new Uri(page).AbsoluteUri;
        return diagnostic.HelpPath;
    }

    private void Error(Diagnostic diagnostic, string message) =>
        log.LogError(null, diagnostic.Code, null, HelpLink(diagnostic), file, line, column, 0, 0, message);

    private static string? FindPages()
    {
        var assembly = Path.GetDirectoryName(typeof(BuildLog).Assembly.Location);
        return string.IsNullOrEmpty(assembly) ? null : Path.GetFullPath(Path.Combine(assembly, "..", "..", "docs", "diagnostics"));
    }
}
