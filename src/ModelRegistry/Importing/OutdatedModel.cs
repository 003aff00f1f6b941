namespace ModelRegistry;

/// <summary>An imported model, held against the place that it came from.</summary>
/// <param name="Id">The newest version that was imported from there.</param>
/// <param name="Origin">Where it came from.</param>
/// <param name="Upstream">The revision, or the tag of the content, that is there now; null where nobody could say.</param>
/// <param name="Problem">Why nobody could say; null where it is known.</param>
public sealed record OutdatedModel(ModelId Id, Origin Origin, string? Upstream, string? Problem)
{
    /// <summary>Whether what is there now is something else.</summary>
    public bool HasMoved => Upstream is not null && Upstream != (Origin.Revision ?? Origin.Etag);
}
