using System.Collections;

namespace ModelRegistry.Dashboard.Reading;

/// <summary>Every family as it was at one moment, in order of name. One that cannot be read is among them, with its problem.</summary>
public sealed class AllFamilies(IReadOnlyList<FamilyFacts> families) : IReadOnlyList<FamilyFacts>
{
    private readonly Lazy<ILookup<ModelId, Manifest>> _children = new(() => families.SelectMany(f => f.Versions).Select(v => v.Manifest).Where(m => m.Lineage?.Parent is not null).ToLookup(m => m.Lineage!.Parent!));

    public int Count => families.Count;

    public FamilyFacts this[int index] => families[index];

    /// <summary>The versions whose lineage names a version as their parent, oldest first.</summary>
    public IReadOnlyList<ModelId> ChildrenOf(ModelId parent) => [.. _children.Value[parent].OrderBy(m => m.CreatedAt).Select(m => m.Id)];

    /// <summary>Whether nothing changed from one moment to another.</summary>
    public bool IsStill(AllFamilies before)
    {
        if (before.Count != Count) return false;
        for (var i = 0; i < Count; i++)
        {
            if (!ReferenceEquals(families[i], before[i])) return false;
        }

        return true;
    }

    public IEnumerator<FamilyFacts> GetEnumerator() => families.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
