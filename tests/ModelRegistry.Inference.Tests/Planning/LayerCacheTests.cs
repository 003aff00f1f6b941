using ModelRegistry.Inference.Kernels;
using ModelRegistry.Inference.Planning;
using ModelRegistry.Inference.Tests.Architectures;

namespace ModelRegistry.Inference.Tests.Planning;

public sealed class LayerCacheTests
{
    private static readonly MemoryWeights s_weights = new MemoryWeights().With("fc.weight", 2, 3).With("fc.bias", 2);

    [Fact]
    public void Get_SameNode_PacksOnce()
    {
        using var cache = Cache();
        var packed = 0;

        var first = cache.Get(Fused(), (_, _, _, _) => new Layer(() => packed++));
        var second = cache.Get(Fused(), (_, _, _, _) => new Layer(() => packed++));

        Assert.Same(first, second);
        Assert.Equal(1, packed);
    }

    [Fact]
    public void Dispose_PackedLayers_AreFreed()
    {
        var cache = Cache();
        var layer = cache.Get(Fused(), (_, _, _, _) => new Layer(() => { }));

        cache.Dispose();

        Assert.True(layer.IsDisposed);
    }

    private static LayerCache Cache() =>
        new(Architecture.Parse(Sketch.Of("""{ "op": "linear", "key": "fc" }""")).Bind(s_weights).Graph, new CheckedWeights(s_weights));

    private static FusedNode Fused() => new(0, null, null, Activation.None, 0);

    private sealed class Layer : IDisposable
    {
        internal Layer(Action made) => made();

        internal bool IsDisposed { get; private set; }

        public void Dispose() => IsDisposed = true;
    }
}
