using System.Globalization;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;
using ModelRegistry.Diagnostics;

namespace ModelRegistry.MSBuild;

/// <summary>Puts versions into a store that others read from. What the store has is not sent again.</summary>
public sealed class PublishModels : RegistryTask
{
    /// <summary>What to push: <c>resnet18</c> for all versions, <c>resnet18/best</c> for one. Default: everything.</summary>
    public string[] Models { get; set; } = [];

    /// <summary>The store of <c>registry.json</c>. Default: the only one beside the local store.</summary>
    public string? Store { get; set; }

    /// <summary>Only look whether the store has what the registry says; what it lacks is an error. Default: false.</summary>
    public bool CheckOnly { get; set; }

    /// <summary>The versions, with the metadata <c>Store</c>, <c>State</c>, <c>Sent</c> (bytes) and <c>Image</c> (digest).</summary>
    [Output]
    public ITaskItem[] Published { get; set; } = [];

    private protected override void Run()
    {
        using var session = Open();
        var references = Models.Where(m => !string.IsNullOrWhiteSpace(m)).Select(m => ModelReference.Parse(m.Trim())).ToList();
        var pushed = session.Registry.Push(references, NullIfEmpty(Store), CheckOnly, Cancellation);
        Published = [.. pushed.Select(Item)];
        foreach (var version in pushed) Log.LogMessage(MessageImportance.High, "{0}", $"{version.Id} at {version.Store}: {version.State.ToString().ToLowerInvariant()}");
        foreach (var problem in pushed.Select(v => v.Problem).OfType<string>()) Diagnostics.Error(Codes.NotAtStore.Error(problem, "push it, or look at what is there"));
    }

    private static TaskItem Item(PushedVersion version)
    {
        var item = new TaskItem(version.Id.ToString());
        item.SetMetadata("Store", ModelFileItems.Escape(version.Store));
        item.SetMetadata("State", version.State.ToString().ToLowerInvariant());
        item.SetMetadata("Sent", version.Sent.ToString(CultureInfo.InvariantCulture));
        item.SetMetadata("Image", version.Image?.Value ?? "");
        return item;
    }
}
