using System.Collections.Immutable;

namespace ModelRegistry.Delivery;

/// <summary>
/// The stores of a registry as an app may carry them: those that can be reached from another machine, and of them what is no secret. A lock file is
/// committed and an app is given away, so what authorises stays with the user: a query is taken along only as the name of a variable.
/// </summary>
internal static class PinnedStores
{
    public static ImmutableArray<StoreSettings> Of(RegistrySettings settings) => [.. settings.Stores.Where(IsElsewhere).Select(Public)];

    private static bool IsElsewhere(StoreSettings store) => store.Path is { } path ? Path.IsPathFullyQualified(path) : store.Url is not null || store.Oci is not null || store.S3 is not null;

    // No credential helper: an app runs no program that a registry names. A store that is only read need not say how it is written.
    private static StoreSettings Public(StoreSettings store) => new()
    {
        Name = store.Name,
        Path = store.Path,
        Url = store.Url,
        Oci = store.Oci,
        S3 = store.S3,
        Region = store.Region,
        Endpoint = store.Endpoint,
        Query = store.Query is ['$', ..] ? store.Query : null,
        Repositories = store.Repositories,
        TrustedRealms = store.TrustedRealms,
        Insecure = store.Insecure,
        ReadOnly = true,
    };
}
