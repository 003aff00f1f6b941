using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;
using ModelRegistry.Verification;

namespace ModelRegistry.MSBuild;

/// <summary>Proves that a version loads and infers, in a process of its own with limits. A version that does not is an error.</summary>
public sealed class VerifyModel : RegistryTask
{
    /// <summary>The family.</summary>
    [Required, NotNull]
    public string? Name { get; set; }

    /// <summary>In: the selector; default <c>latest</c>. Out: the version that it chose.</summary>
    [Output]
    public string? Version { get; set; }

    /// <summary>Let the selector choose prereleases. Default: false.</summary>
    public bool IncludePrerelease { get; set; }

    /// <summary>An image to classify. Default: the model's own sample, else a deterministic input.</summary>
    public string? Image { get; set; }

    /// <summary>The engine: <c>managed</c>, or one that is installed. Default: by the format of the weights.</summary>
    public string? Engine { get; set; }

    /// <summary>Folders that hold an engine each, for repositories that pin their engines: they go before those that are installed.</summary>
    public string[] EngineFolders { get; set; } = [];

    /// <summary>How many seconds it may take. Default: 60.</summary>
    public int TimeoutSeconds { get; set; } = 60;

    /// <summary>Longest time of a run in milliseconds; 0 (default) for no limit.</summary>
    public double MaxLatency { get; set; }

    /// <summary>Record the outcome in the registry. Default: false, because a build that commits is a surprise.</summary>
    public bool Record { get; set; }

    /// <summary>Whether a record is committed. Default: true.</summary>
    public bool CreateCommit { get; set; } = true;

    /// <summary>Name and version.</summary>
    [Output]
    public string? Id { get; set; }

    /// <summary>The likeliest classes, named by their label, with the metadata <c>Index</c> and <c>Probability</c>.</summary>
    [Output]
    public ITaskItem[] Top { get; set; } = [];

    private protected override void Run()
    {
        using var session = Record ? OpenWorkingCopy() : Open();
        var selector = Selector.Parse(NullIfEmpty(Version) ?? "latest");
        var chosen = session.Registry.Resolve(ModelName.Parse(Name.Trim()), selector, new ResolveOptions { IncludePrerelease = IncludePrerelease, IncludeUnverified = true }, Cancellation);
        var (report, _) = Verifier.Verify(session.Registry, chosen, ReadOptions(), Cancellation);
        Id = chosen.Id.ToString();
        Version = chosen.Manifest.Version.Value;
        Top = [.. report.Top.Select(Class)];
        foreach (var check in report.Checks) Diagnostics.Detail($"{check.Name}: {(check.Passed ? "passed" : "FAILED")}, {check.Detail}");
        if (!report.Passed) throw Verifier.Failure(Id, report);
        Log.LogMessage(MessageImportance.High, "{0}", $"{Id} verified: {report.Checks.Length} checks passed");
    }

    private VerifyOptions ReadOptions()
    {
        var options = new VerifyOptions { Image = NullIfEmpty(Image) is { } image ? FullPath(image) : null, Timeout = TimeSpan.FromSeconds(TimeoutSeconds), MaxLatency = MaxLatency > 0 ? MaxLatency : null, Record = Record, Commit = CreateCommit, EngineFolders = [.. EngineFolders.Select(FullPath)] };
        return NullIfEmpty(Engine) is { } engine ? options with { Engine = engine } : options;
    }

    private static TaskItem Class(TopClass top)
    {
        var item = new TaskItem(ModelFileItems.Escape(top.Label));
        item.SetMetadata("Index", top.Index.ToString(CultureInfo.InvariantCulture));
        item.SetMetadata("Probability", top.Probability.ToString("R", CultureInfo.InvariantCulture));
        return item;
    }
}
