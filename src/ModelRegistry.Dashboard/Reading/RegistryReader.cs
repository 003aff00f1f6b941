using System.Collections.Concurrent;
using ModelRegistry.Diagnostics;

namespace ModelRegistry.Dashboard.Reading;

/// <summary>The registry as the pages read it: families with what tables need worked out once for each state of a family.</summary>
public sealed class RegistryReader(Registry registry)
{
    private readonly ConcurrentDictionary<string, FamilyFacts> _facts = new(StringComparer.Ordinal);

    public RegistrySettings Settings => registry.Settings;

    /// <summary>Every family, in order of name. One that cannot be read is among them, with its problem.</summary>
    public IReadOnlyList<FamilyFacts> All(CancellationToken cancellation = default)
    {
        var names = registry.Names();
        var facts = new FamilyFacts?[names.Count];
        Parallel.For(0, names.Count, new ParallelOptions { CancellationToken = cancellation, MaxDegreeOfParallelism = Environment.ProcessorCount }, i => facts[i] = TryRead(names[i], cancellation));
        return [.. facts.OfType<FamilyFacts>()];
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

    private FamilyFacts? TryRead(ModelName name, CancellationToken cancellation)
    {
        try
        {
            if (registry.Index(name, cancellation) is not { } index || (index.Versions.Count == 0 && index.Broken.Count == 0)) return null;
            var known = _facts.GetValueOrDefault(name.Value);
            return known is not null && ReferenceEquals(known.Index, index) ? known : _facts[name.Value] = FamilyFacts.Of(index);
        }
        catch (ModelRegistryException failure) when (failure.Diagnostic.Kind is ErrorKind.Integrity or ErrorKind.Store)
        {
            return FamilyFacts.Unreadable(name, failure);
        }
    }
}
