using ModelRegistry.Dashboard.Reading;
using ModelRegistry.Diagnostics;
using ModelRegistry.Verification;
using ModelRegistry.Weights;

namespace ModelRegistry.Dashboard.Layers;

/// <summary>Reads what weights hold. The trees of the last files stay in memory; the files do not stay open.</summary>
public sealed class LayerReader(Registry registry)
{
    /// <summary>A tensor with more elements is not measured.</summary>
    public const long MostMeasured = 200_000_000;

    private readonly RecentItems<Digest, LayerTree> _trees = new(8);
    private readonly RecentItems<(Digest, string), TensorFigures> _figures = new(500);
    private readonly RecentItems<(Digest, Digest), LayerDifferences> _differences = new(16);

    /// <summary>The tree of a version's weights.</summary>
    /// <exception cref="ModelRegistryException">The bytes are in no store, or cannot be read as weights.</exception>
    public LayerTree Read(Manifest manifest, CancellationToken cancellation) =>
        _trees.Get(Key(manifest), () => Open(manifest, LayerTreeBuilder.Of, cancellation));

    /// <summary>The tree; null with the reason where it cannot be had.</summary>
    public LayerTree? TryRead(Manifest manifest, out ModelRegistryException? problem, CancellationToken cancellation)
    {
        problem = null;
        try
        {
            return Read(manifest, cancellation);
        }
        catch (ModelRegistryException failure)
        {
            problem = failure;
            return null;
        }
    }

    /// <summary>Minimum, maximum, mean, deviation and zeros of a tensor; null where there are no numbers to measure, or too many.</summary>
    public TensorFigures? Measure(Manifest manifest, string tensor, CancellationToken cancellation) =>
        _figures.TryGet((Key(manifest), tensor), () => Open(
            manifest,
            file => file.TryGetTensor(tensor, out var found) && found is { HasData: true, ElementCount: > 0 and <= MostMeasured } ? TensorFigures.Of(found) : null,
            cancellation));

    /// <summary>What differs between the weights of two versions.</summary>
    public LayerDifferences Compare(Manifest left, Manifest right, CancellationToken cancellation) =>
        _differences.Get((Key(left), Key(right)), () =>
            Open(left, a => Open(right, b => LayerDifferences.Of(TensorComparison.Compare(a, b, cancellationToken: cancellation)), cancellation), cancellation));

    /// <summary>A model of several files is what all of them are.</summary>
    private Digest Key(Manifest manifest) => manifest.NeedsFolder ? registry.GetManifest(manifest.Id).Digest : manifest.Weights.Digest;

    /// <summary>Reads something of a version's weights; the file is open only meanwhile.</summary>
    /// <exception cref="ModelRegistryException">The bytes are in no store, or cannot be read as weights.</exception>
    public T Open<T>(Manifest manifest, Func<WeightsFile, T> read, CancellationToken cancellation)
    {
        if (manifest.NeedsFolder)
        {
            using var whole = VersionWeights.Open(registry, registry.Resolve(manifest.Name, Selector.Parse(manifest.Version.Value), cancellation: cancellation), cancellation);
            return read(whole);
        }

        var path = registry.Locate(manifest.Weights, manifest.Id, cancellation);
        try
        {
            // What was called data at registration was accepted then; nothing is executed either way.
            using var file = WeightsFile.Open(path, new WeightsReadOptions { TensorsOnly = manifest.Weights.Scan == "data" });
            return read(file);
        }
        catch (WeightsFormatException failure)
        {
            throw failure.ToRegistryException($"{manifest.Id}/{manifest.Weights.Path}");
        }
    }
}
