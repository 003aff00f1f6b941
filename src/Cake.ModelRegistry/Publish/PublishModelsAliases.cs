using Cake.Core;
using Cake.Core.Annotations;
using Cake.Core.Diagnostics;
using ModelRegistry;
using ModelRegistry.Diagnostics;

namespace Cake.ModelRegistry;

/// <summary>Puts versions into stores.</summary>
[CakeAliasCategory("Model registry")]
public static class PublishModelsAliases
{
    /// <summary>Puts versions into a store that others read from. What the store has is not sent again.</summary>
    /// <param name="context">The script.</param>
    /// <param name="settings">What to push and where to.</param>
    /// <returns>The versions.</returns>
    /// <exception cref="CakeException">The store refused, or with <c>Check</c> lacks something.</exception>
    /// <example>
    /// <code>
    /// PublishModels(new PublishModelsSettings { Models = { "resnet18/best" }, Store = "hub" });
    /// </code>
    /// </example>
    [CakeMethodAlias]
    public static IReadOnlyList<PublishedModel> PublishModels(this ICakeContext context, PublishModelsSettings settings)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(settings);
        return AliasRun.Run(context, () =>
        {
            using var session = CakeSession.Open(context, settings);
            var pushed = session.Registry.Push([.. settings.Models.Select(name => ModelReference.Parse(name))], settings.Store, settings.Check);
            foreach (var version in pushed) context.Log.Information("{0}", $"{version.Id} at {version.Store}: {version.State.ToString().ToLowerInvariant()}");
            return pushed.Select(v => v.Problem).FirstOrDefault(problem => problem is not null) is { } problem
                ? throw Codes.NotAtStore.Error(problem, "push it, or look at what is there")
                : (IReadOnlyList<PublishedModel>)[.. pushed.Select(v => new PublishedModel(v.Id.ToString(), v.Store, v.Sent, v.Image?.Value))];
        });
    }
}

/// <summary>A version at a store.</summary>
/// <param name="Id">Name and version.</param>
/// <param name="Store">The store's name.</param>
/// <param name="Sent">How many bytes of files were sent; 0 where the store had them.</param>
/// <param name="Image">The digest of its image; null where the store holds none.</param>
public sealed record PublishedModel(string Id, string Store, long Sent, string? Image);
