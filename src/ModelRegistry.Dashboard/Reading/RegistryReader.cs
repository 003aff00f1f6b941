using System.Collections.Concurrent;
using ModelRegistry.Diagnostics;

namespace ModelRegistry.Dashboard.Reading;

/// <summary>The registry as the pages read it: families with what tables need worked out once for each state of a family.</summary>
public sealed class RegistryReader(Registry registry)
{
    private readonly ConcurrentDictionary<string, FamilyFacts> _facts = new(StringComparer.Ordinal);
    private readonly Lock _looking = new();
    private Task<AllFamilies>? _look, _nextLook;
    private AllFamilies? _last;

    public RegistrySettings Settings => registry.Settings;

    /// <summary>Every family as it is now.</summary>
    /// <returns>The object of before where nothing changed since.</returns>
    public AllFamilies All(CancellationToken cancellation = default)
    {
        var all = new AllFamilies([.. registry.Indexes(cancellation).Select(f => f.Index is { } index ? FactsOf(index) : FamilyFacts.Unreadable(f.Name, f.Problem!))]);
        return _last is { } last && all.IsStill(last) ? last : _last = all;
    }

    /// <summary>
    /// Every family as it is now, by one look at the disk for all who wait for it: whoever asks while one is under way gets the next, which begins after they asked.
    /// </summary>
    public Task<AllFamilies> AllAsync(CancellationToken cancellation)
    {
        lock (_looking)
        {
            if (_nextLook is null)
            {
                if (_look is null or { IsCompleted: true }) return (_look = Task.Run(() => All(), CancellationToken.None)).WaitAsync(cancellation);
                _nextLook = LookAfter(_look);
            }

            return _nextLook.WaitAsync(cancellation);
        }
    }

    private async Task<AllFamilies> LookAfter(Task before)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
        lock (_looking) (_look, _nextLook) = (_nextLook, null);
        return All();
    }

    /// <summary>One family.</summary>
    /// <exception cref="ModelRegistryException">MR0203: there is none; the hint names near ones.</exception>
    public FamilyFacts Get(ModelName name, CancellationToken cancellation = default)
    {
        if (TryRead(name, cancellation) is { } facts) return facts;
        registry.GetFamily(name, cancellation);
        throw Codes.ModelNotFound.Error($"there is no model '{name}'", "look at the list of models");
    }

    /// <summary>The version that a selector means.</summary>
    public ModelVersion Resolve(ModelName name, Selector selector, CancellationToken cancellation = default) =>
        registry.Resolve(name, selector, new ResolveOptions { Fetch = false }, cancellation).Manifest.Version;

    private FamilyFacts FactsOf(FamilyIndex index)
    {
        var name = index.Family.Name.Value;
        var known = _facts.GetValueOrDefault(name);
        return known is not null && ReferenceEquals(known.Index, index) ? known : _facts[name] = FamilyFacts.Of(index);
    }

    private FamilyFacts? TryRead(ModelName name, CancellationToken cancellation)
    {
        try
        {
            if (registry.Index(name, cancellation) is not { } index || (index.Versions.Count == 0 && index.Broken.Count == 0)) return null;
            return FactsOf(index);
        }
        catch (ModelRegistryException failure) when (failure.Diagnostic.Kind is ErrorKind.Integrity or ErrorKind.Store)
        {
            return FamilyFacts.Unreadable(name, failure);
        }
    }
}
