using ModelRegistry.Stores;
using ModelRegistry.Tests.Support;

namespace ModelRegistry.Tests.Stores;

public sealed class FolderStoreTests : ArtifactStoreContract
{
    private protected override IArtifactStore Store => field ??= new FolderStore("local", Path.Combine(Scratch.Root, "store"));

    [Fact]
    public async Task Put_ReadOnlyStore_IsRefused()
    {
        var artifact = Scratch.Artifact("one", out var file);

        var failure = await Assert.ThrowsAsync<ModelRegistry.Diagnostics.ModelRegistryException>(async () =>
            await new FolderStore("share", Path.Combine(Scratch.Root, "share")) { ReadOnly = true }.PutAsync(artifact, file, null, default));

        Assert.Equal("MR0304", failure.Code);
    }
}
