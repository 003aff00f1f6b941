using ModelRegistry.Dashboard.Linking;

namespace ModelRegistry.Dashboard.Layout;

/// <summary>What every page of one request knows: where it stands, whose registry it shows, what may be done.</summary>
public sealed record PageContext
{
    public required Links Links { get; init; }

    /// <summary>What the registry is called: the folder that holds it.</summary>
    public required string RegistryName { get; init; }

    /// <summary>The branch and commit that are shown; null outside git.</summary>
    public string? Branch { get; init; }

    public string? Head { get; init; }

    /// <summary>Who would be the author of a change: <c>Name &lt;mail&gt;</c>; null where git does not know.</summary>
    public string? Author { get; init; }

    /// <summary>The base of a commit's page on the web, ending in a slash; null where there is none.</summary>
    public string? CommitBase { get; init; }

    public required string ProductVersion { get; init; }

    public required DateTimeOffset Now { get; init; }

    /// <summary>Whether pages have buttons that change the registry.</summary>
    public required bool CanWrite { get; init; }

    /// <summary>Proves that a form was made by this process.</summary>
    public string FormToken { get; init; } = "";

    /// <summary>Scheme, host and port that the page was asked for at.</summary>
    public string Origin { get; init; } = "";

    /// <summary>Whether files of models can be downloaded from here.</summary>
    public bool HasFiles { get; init; } = true;

    /// <summary>The address that an exported page will have; null where it is not known.</summary>
    public string? Canonical { get; init; }

    /// <summary>The search that stands in the box at the top.</summary>
    public string Search { get; set; } = "";

    /// <summary>A message of the change that led here.</summary>
    public string? Done { get; init; }
}
