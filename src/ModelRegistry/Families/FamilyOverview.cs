using ModelRegistry.Diagnostics;

namespace ModelRegistry;

/// <summary>One line of a list of families.</summary>
/// <param name="Family">The family.</param>
/// <param name="Latest">The newest version; null where every one is yanked or a prerelease.</param>
/// <param name="Best">The best version; null where there is none or no metric says so.</param>
public sealed record FamilyOverview(Family Family, ModelVersion? Latest, ModelVersion? Best)
{
    internal static FamilyOverview Of(Family family, Func<Family, Selector, VersionSummary> choose)
    {
        ModelVersion? Try(Selector selector)
        {
            try
            {
                return choose(family, selector).Version;
            }
            catch (ModelRegistryException failure) when (failure.Diagnostic == Codes.NoMatch || family.Broken.Count > 0)
            {
                return null;
            }
        }

        return new FamilyOverview(family, Try(Selector.Latest), Try(Selector.Best));
    }
}
