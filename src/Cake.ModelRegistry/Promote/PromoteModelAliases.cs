using Cake.Core;
using Cake.Core.Annotations;
using Cake.Core.Diagnostics;
using ModelRegistry;

namespace Cake.ModelRegistry;

/// <summary>Moves aliases.</summary>
[CakeAliasCategory("Model registry")]
public static class PromoteModelAliases
{
    /// <summary>Moves an alias to a version.</summary>
    /// <param name="context">The script.</param>
    /// <param name="name">The family, or <c>name/selector</c>.</param>
    /// <param name="selector">The version to promote.</param>
    /// <param name="alias">The alias, such as <c>production</c>.</param>
    /// <returns>The version that the alias points at.</returns>
    /// <exception cref="CakeException">There is no such version, or a policy refuses.</exception>
    /// <example>
    /// <code>
    /// PromoteModel("resnet18", "best", "production");
    /// </code>
    /// </example>
    [CakeMethodAlias]
    public static PromotedModel PromoteModel(this ICakeContext context, string name, string selector, string alias) =>
        PromoteModel(context, new PromoteModelSettings { Name = name, Selector = selector, Alias = alias });

    /// <summary>Moves an alias to a version.</summary>
    /// <param name="context">The script.</param>
    /// <param name="settings">What to promote.</param>
    /// <returns>The version that the alias points at.</returns>
    /// <exception cref="CakeException">There is no such version, or a policy refuses.</exception>
    [CakeMethodAlias]
    public static PromotedModel PromoteModel(this ICakeContext context, PromoteModelSettings settings)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(settings);
        return AliasRun.Run(context, () =>
        {
            var (name, selector) = ModelReference.Parse(settings.Name, settings.Selector);
            using var session = CakeSession.OpenWorkingCopy(context, settings);
            var change = session.Registry.Promote(name, selector ?? Selector.Latest, settings.Alias, settings.Reason, settings.Commit);
            var alias = settings.Alias.TrimStart('@');
            context.Log.Information("{0}", change.Changed ? $"@{alias} of {name} is now {change.Id}" : $"@{alias} of {name} was {change.Id} already");
            return new PromotedModel(name.Value, change.Id.Version.Value, alias, change.Changed, change.Commit);
        });
    }
}

/// <summary>What a promotion did.</summary>
/// <param name="Name">The family.</param>
/// <param name="Version">The version.</param>
/// <param name="Alias">The alias, without <c>@</c>.</param>
/// <param name="Changed">False where the alias pointed there already.</param>
/// <param name="Commit">The commit; null without one.</param>
public sealed record PromotedModel(string Name, string Version, string Alias, bool Changed, string? Commit)
{
    /// <summary>Name and version: <c>resnet18/1.1.0</c>.</summary>
    public string Id => $"{Name}/{Version}";
}
