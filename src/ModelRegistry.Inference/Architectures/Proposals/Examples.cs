using ModelRegistry.Inference.Weights;

namespace ModelRegistry.Inference.Architectures.Proposals;

/// <summary>Two shapes that an input may have. Where both have one size the network takes no other.</summary>
internal sealed record Example(string? DType, long[] Small, long[] Large);

/// <summary>Inputs that the first weights of a file may take, the likeliest first: pictures, signals, vectors, sequences of vectors, tokens.</summary>
internal static class Examples
{
    private static readonly long[] s_sides = [224, 28, 32, 64, 96, 128, 256, 299, 384, 112, 160, 192, 48, 16, 8, 512];

    internal static IEnumerable<Example> For(IWeightSource weights)
    {
        var shapes = weights.Keys.Select(key => weights.Shape(key)!).ToArray();
        foreach (var channels in shapes.Where(shape => shape.Count == 4).Select(shape => shape[1]).Take(1))
        {
            yield return new(null, [2, channels, 224, 224], [3, channels, 256, 288]);
            foreach (var side in s_sides) yield return new(null, [2, channels, side, side], [3, channels, side, side]);
        }

        foreach (var channels in shapes.Where(shape => shape.Count == 5).Select(shape => shape[1]).Take(1)) yield return new(null, [2, channels, 16, 64, 64], [3, channels, 24, 80, 96]);
        foreach (var channels in shapes.Where(shape => shape.Count == 3).Select(shape => shape[1]).Distinct().Take(2)) yield return new(null, [2, channels, 128], [3, channels, 160]);
        foreach (var features in shapes.Where(shape => shape.Count == 2).Select(shape => shape[1]).Distinct().Take(4))
        {
            yield return new(null, [2, features], [3, features]);
            yield return new(null, [2, 7, features], [3, 11, features]);
            foreach (var channels in new[] { 1L, 3L })
            {
                var side = (long)Math.Sqrt(features / channels);
                if (side > 1 && side * side * channels == features) yield return new(null, [2, channels, side, side], [3, channels, side, side]);
            }
        }

        yield return new("int64", [2, 7], [3, 11]);
    }
}
