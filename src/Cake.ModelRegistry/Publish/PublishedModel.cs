namespace Cake.ModelRegistry;

/// <summary>A version at a store.</summary>
/// <param name="Id">Name and version.</param>
/// <param name="Store">The store's name.</param>
/// <param name="Sent">How many bytes of files were sent; 0 where the store had them.</param>
/// <param name="Image">The digest of its image; null where the store holds none.</param>
public sealed record PublishedModel(string Id, string Store, long Sent, string? Image);
