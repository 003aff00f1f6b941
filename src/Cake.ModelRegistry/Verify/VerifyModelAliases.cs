using Cake.Core;
using Cake.Core.Annotations;
using Cake.Core.Diagnostics;
using ModelRegistry;
using ModelRegistry.Verification;

namespace Cake.ModelRegistry;

/// <summary>Verifies model versions.</summary>
[CakeAliasCategory("Model registry")]
public static class VerifyModelAliases
{
    /// <summary>Proves that a version loads and infers, in a process of its own with limits, and records the outcome.</summary>
    /// <param name="context">The script.</param>
    /// <param name="name">The family, or <c>name/selector</c>.</param>
    /// <param name="selector">The version. Default: <c>latest</c>.</param>
    /// <returns>What was shown.</returns>
    /// <exception cref="CakeException">A check failed, or there is no such version.</exception>
    /// <example>
    /// <code>
    /// VerifyModel("resnet18", "best");
    /// </code>
    /// </example>
    [CakeMethodAlias]
    public static VerifiedModel VerifyModel(this ICakeContext context, string name, string? selector = null) =>
        VerifyModel(context, new VerifyModelSettings { Name = name, Selector = selector });

    /// <summary>Proves that a version loads and infers, in a process of its own with limits, and records the outcome.</summary>
    /// <param name="context">The script.</param>
    /// <param name="settings">What to verify.</param>
    /// <returns>What was shown.</returns>
    /// <exception cref="CakeException">A check failed, or there is no such version.</exception>
    [CakeMethodAlias]
    public static VerifiedModel VerifyModel(this ICakeContext context, VerifyModelSettings settings)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(settings);
        return AliasRun.Run(context, () =>
        {
            var (name, selector) = ModelReference.Parse(settings.Name, settings.Selector);
            using var session = settings.Record ? CakeSession.OpenWorkingCopy(context, settings) : CakeSession.Open(context, settings);
            var registry = session.Registry;
            var resolution = registry.Resolve(name, selector ?? Selector.Latest, new ResolveOptions { IncludeUnverified = true });
            var (report, recorded) = Verifier.Verify(registry, resolution, new VerifyOptions
            {
                Image = settings.Image?.MakeAbsolute(context.Environment).FullPath,
                Input = settings.Input?.MakeAbsolute(context.Environment).FullPath,
                Engine = string.IsNullOrWhiteSpace(settings.Engine) ? null : settings.Engine.Trim(),
                EngineFolders = [.. settings.EngineFolders.Select(folder => folder.MakeAbsolute(context.Environment).FullPath)],
                Record = settings.Record,
                Commit = settings.Commit,
            });
            foreach (var check in report.Checks) context.Log.Information("{0}", $"{(check.Passed ? "passed" : "FAILED"),-7} {check.Name,-14} {check.Detail}");
            if (!report.Passed) throw Verifier.Failure(resolution.Id.ToString(), report);
            var top = report.Top.FirstOrDefault();
            context.Log.Information("{0}", $"{resolution.Id} passed its verification{(top is null ? "" : $"; {top.Label} with {top.Probability:P1}")}");
            return new VerifiedModel(name.Value, resolution.Id.Version.Value, [.. report.Checks.Select(c => c.Name)], top?.Label, top?.Probability ?? 0, recorded?.Commit);
        });
    }
}

/// <summary>What a verification that passed has shown.</summary>
/// <param name="Name">The family.</param>
/// <param name="Version">The version.</param>
/// <param name="Checks">The names of the checks, all passed.</param>
/// <param name="Label">The likeliest class of the image or input; null without one.</param>
/// <param name="Probability">Its probability; 0 without one.</param>
/// <param name="Commit">The commit that records the outcome; null without one.</param>
public sealed record VerifiedModel(string Name, string Version, IReadOnlyList<string> Checks, string? Label, double Probability, string? Commit)
{
    /// <summary>Name and version: <c>resnet18/1.1.0</c>.</summary>
    public string Id => $"{Name}/{Version}";
}
