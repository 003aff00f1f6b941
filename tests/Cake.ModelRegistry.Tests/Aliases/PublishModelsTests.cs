using Cake.Core;
using Cake.ModelRegistry.Tests.Support;

namespace Cake.ModelRegistry.Tests.Aliases;

public sealed class PublishModelsTests : IDisposable
{
    private readonly ScriptRepository _repository = new();

    [Fact]
    public void PublishModels_PutsVersionsIntoTheOtherStore_AndCheckTellsWhatItLacks()
    {
        var context = new ScriptContext(_repository.Root);
        _repository.WriteWeights("model.pth", "first");
        context.RegisterModel(new RegisterModelSettings { Name = "digits", Files = { "model.pth" } });
        _repository.Write("registry/registry.json", """{ "schemaVersion": 1, "stores": [ { "name": "local", "path": "../models" }, { "name": "share", "path": "../share" } ] }""");

        var lacking = Assert.Throws<CakeException>(() => context.PublishModels(new PublishModelsSettings { Check = true }));
        var published = Assert.Single(context.PublishModels(new PublishModelsSettings { Models = { "digits/latest" } }));

        Assert.StartsWith("error MR0327: ", lacking.Message, StringComparison.Ordinal);
        Assert.Equal(("digits/1.0.0", "share"), (published.Id, published.Store));
        Assert.True(published.Sent > 0);
        Assert.Single(context.PublishModels(new PublishModelsSettings { Check = true }));
    }

    public void Dispose() => _repository.Dispose();
}
