using System.Collections.Concurrent;
using System.Security.Cryptography;
using ModelRegistry.Diagnostics;

namespace ModelRegistry.Dashboard.Drafts;

/// <summary>The drafts of this process: at most eight, for a day. Their files go with them, and at the next start where the process was killed.</summary>
public sealed class DraftStore(Registry registry, TimeProvider clock) : IDisposable
{
    private const int Most = 8;

    private static readonly TimeSpan Longest = TimeSpan.FromHours(24);

    private readonly ConcurrentDictionary<string, Draft> _drafts = new(StringComparer.Ordinal);

    public IReadOnlyList<Draft> All => [.. _drafts.Values.OrderByDescending(d => d.CreatedAt)];

    /// <exception cref="ModelRegistryException">MR0916: there are eight already.</exception>
    public Draft Begin(string? name, bool isNewModel, DraftFields fields)
    {
        foreach (var old in _drafts.Values.Where(d => clock.GetUtcNow() - d.CreatedAt > Longest)) Discard(old.Id);
        if (_drafts.Count >= Most) throw DashboardCodes.Busy.Error($"{Most} drafts are open", "register or discard one of them");
        var draft = new Draft(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6)), name, registry.Stage(), clock.GetUtcNow()) { IsNewModel = isNewModel, Fields = fields };
        _drafts[draft.Id] = draft;
        return draft;
    }

    /// <exception cref="ModelRegistryException">MR0918: there is none.</exception>
    public Draft Get(string id) => _drafts.GetValueOrDefault(id) ?? throw DashboardCodes.DraftGone.Error("there is no such draft", "begin again: nothing was registered");

    public void Discard(string id)
    {
        if (_drafts.TryRemove(id, out var draft)) draft.Folder.Dispose();
    }

    public void Dispose()
    {
        foreach (var id in _drafts.Keys) Discard(id);
    }
}
