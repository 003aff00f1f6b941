namespace ModelRegistry.Weights;

/// <summary>A source file a TorchScript archive carries. Shown, never run.</summary>
/// <param name="Path">Path within the archive, e.g. <c>code/__torch__/models.py</c>.</param>
/// <param name="Text">Its text.</param>
public sealed record SourceListing(string Path, string Text);
