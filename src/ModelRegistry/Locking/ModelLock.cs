using System.Collections.Immutable;
using ModelRegistry.Json;

namespace ModelRegistry.Locking;

/// <summary>
/// <c>models.lock.json</c>: which version each selector was answered with. One place for one fact, in ordinal order, so that
/// branches that lock different models merge. The published form is <c>docs/schemas/models.lock.schema.json</c>.
/// </summary>
public sealed record ModelLock : Extensible
{
    private static readonly ImmutableSortedDictionary<string, ImmutableSortedDictionary<string, LockedVersion>> NoModels =
        ImmutableSortedDictionary.Create<string, ImmutableSortedDictionary<string, LockedVersion>>(StringComparer.Ordinal);

    /// <summary>A lock without entries.</summary>
    public static ModelLock Empty { get; } = new();

    /// <summary>The version of the format: 1.</summary>
    public int SchemaVersion { get => field == 0 ? 1 : field; init; }

    /// <summary>The answers, by family and by <see cref="ModelRequest.LockKey"/>.</summary>
    public ImmutableSortedDictionary<string, ImmutableSortedDictionary<string, LockedVersion>> Models { get => field ?? NoModels; init; }

    /// <summary>The answer to a request; null where it was never asked.</summary>
    public LockedVersion? Find(ModelRequest request) =>
        Models.TryGetValue(request.Name.Value, out var selectors) && selectors.TryGetValue(request.LockKey, out var locked) ? locked : null;

    /// <summary>The lock with an answer set.</summary>
    public ModelLock With(ModelRequest request, LockedVersion locked)
    {
        var selectors = Models.TryGetValue(request.Name.Value, out var present) ? present : ImmutableSortedDictionary.Create<string, LockedVersion>(StringComparer.Ordinal);
        return this with { Models = Models.SetItem(request.Name.Value, selectors.SetItem(request.LockKey, locked)) };
    }

    /// <summary>The lock with the answers to these requests only.</summary>
    public ModelLock Only(IReadOnlyCollection<ModelRequest> requests)
    {
        var only = this with { Models = Models.Clear() };
        foreach (var request in requests)
        {
            if (Find(request) is { } locked) only = only.With(request, locked);
        }

        return only;
    }

    /// <summary>All answers in the order of the file.</summary>
    internal IEnumerable<(string Name, string Key, LockedVersion Locked)> Entries() =>
        from model in Models from selector in model.Value select (model.Key, selector.Key, selector.Value);
}
