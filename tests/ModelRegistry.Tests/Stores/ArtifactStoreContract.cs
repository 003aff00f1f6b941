using System.Security.Cryptography;
using ModelRegistry.Stores;
using ModelRegistry.Tests.Support;

namespace ModelRegistry.Tests.Stores;

/// <summary>What every store must do, whatever it is made of. A test class of a store inherits it and says how to open an empty one.</summary>
public abstract class ArtifactStoreContract : IDisposable
{
    private protected Scratch Scratch { get; } = new();

    /// <summary>An empty store that can be written.</summary>
    private protected abstract IArtifactStore Store { get; }

    [ContractFact]
    public async Task Find_WhatWasNeverPut_IsNull()
    {
        Assert.Null(await Store.FindAsync(Scratch.Artifact("nothing", out _), default));
        Assert.Null(await Store.OpenAsync(Scratch.Artifact("nothing", out _), 0, default));
    }

    [ContractFact]
    public async Task Put_ThenFindAndOpen_GiveTheSameBytes()
    {
        foreach (var length in new[] { 1, 7, 3_000_001 })
        {
            var content = RandomNumberGenerator.GetBytes(length);
            var artifact = Scratch.Artifact(content, out var file);

            Assert.True(await Writer.PutAsync(artifact, file, null, default));

            Assert.Equal(length, await Store.FindAsync(artifact, default));
            Assert.Equal(content, await ReadAsync(artifact, 0));
        }
    }

    [ContractFact]
    public async Task Put_WhatIsThere_SendsNothing()
    {
        var artifact = Scratch.Artifact("one", out var file);
        await Writer.PutAsync(artifact, file, null, default);

        Assert.False(await Writer.PutAsync(artifact, file, null, default));
    }

    [ContractFact]
    public async Task Open_AtAnOffset_GivesTheRest()
    {
        var content = RandomNumberGenerator.GetBytes(1000);
        var artifact = Scratch.Artifact(content, out var file);
        await Writer.PutAsync(artifact, file, null, default);

        foreach (var offset in new[] { 1, 500, 999 }) Assert.Equal(content[offset..], await ReadAsync(artifact, offset));
    }

    [ContractFact]
    public async Task Put_FromManyAtOnce_LeavesOneWholeBlob()
    {
        var content = RandomNumberGenerator.GetBytes(200_000);
        var artifact = Scratch.Artifact(content, out var file);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () => await Writer.PutAsync(artifact, file, null, default))));

        Assert.Equal(content, await ReadAsync(artifact, 0));
    }

    [ContractFact]
    public async Task List_WhereTheStoreCan_NamesWhatIsThere()
    {
        if (Store is not IArtifactLister lister) return;
        var artifact = Scratch.Artifact("listed", out var file);
        await Writer.PutAsync(artifact, file, null, default);
        var listed = new List<Digest>();
        await foreach (var digest in lister.ListAsync(default)) listed.Add(digest);

        Assert.Equal([artifact.Digest], listed);
    }

    [ContractFact]
    public async Task Delete_WhereTheStoreCan_TakesItOut()
    {
        if (Store is not IArtifactRemover remover) return;
        var artifact = Scratch.Artifact("gone", out var file);
        await Writer.PutAsync(artifact, file, null, default);

        Assert.True(await remover.DeleteAsync(artifact, default));
        Assert.False(await remover.DeleteAsync(artifact, default));
        Assert.Null(await Store.FindAsync(artifact, default));
    }

    [ContractFact]
    public async Task Cancelled_NothingIsDone()
    {
        var artifact = Scratch.Artifact("one", out var file);
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Writer.PutAsync(artifact, file, null, cancelled.Token));
        Assert.Null(await Store.FindAsync(artifact, default));
    }

    [ContractFact]
    public async Task Fetch_IntoACache_GivesTheVerifiedFile()
    {
        var content = RandomNumberGenerator.GetBytes(2_500_000);
        var artifact = Scratch.Artifact(content, out var file);
        await Writer.PutAsync(artifact, file, null, default);
        var cache = new FolderStore("cache", Path.Combine(Scratch.Root, "cache"));

        var path = await new ArtifactFetch(cache, new RegistryOptions()).FetchAsync(Store, artifact, "m.bin", default);

        Assert.Equal(content, await File.ReadAllBytesAsync(path!));
    }

    [ContractFact]
    public async Task Fetch_APartIsThere_GoesOnWithIt_AndAWrongPartIsNotBelieved()
    {
        var content = RandomNumberGenerator.GetBytes(300_000);
        var artifact = Scratch.Artifact(content, out var file);
        await Writer.PutAsync(artifact, file, null, default);
        foreach (var part in new[] { content[..100_000], RandomNumberGenerator.GetBytes(100_000), RandomNumberGenerator.GetBytes(400_000) })
        {
            var cache = new FolderStore("cache", Path.Combine(Scratch.Root, Path.GetRandomFileName()));
            cache.Create();
            await File.WriteAllBytesAsync(Path.Combine(cache.Sessions, artifact.Digest.Hex + ".part"), part);

            var path = await new ArtifactFetch(cache, new RegistryOptions()).FetchAsync(Store, artifact, "m.bin", default);

            Assert.Equal(content, await File.ReadAllBytesAsync(path!));
        }
    }

    public virtual void Dispose()
    {
        Scratch.Dispose();
        GC.SuppressFinalize(this);
    }

    private IArtifactWriter Writer => Assert.IsAssignableFrom<IArtifactWriter>(Store);

    private async Task<byte[]> ReadAsync(Artifact artifact, long offset)
    {
        await using var content = await Store.OpenAsync(artifact, offset, default);
        Assert.NotNull(content);
        using var read = new MemoryStream();
        await content.Stream.CopyToAsync(read);
        Assert.True(content.Offset <= offset);
        return read.ToArray()[(int)(offset - content.Offset)..];
    }
}
