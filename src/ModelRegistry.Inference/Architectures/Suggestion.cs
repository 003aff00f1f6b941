using ModelRegistry.Shared;

namespace ModelRegistry.Inference.Architectures;

/// <summary>What the user may have meant.</summary>
internal static class Suggestion
{
    /// <summary>"did you mean 'x'?" where one known name is close, else the list of known names.</summary>
    internal static string For(string given, IEnumerable<string> known)
    {
        var names = known.ToList();
        if (names.Count == 0)
            return "none is defined";
        return NearNames.Nearest(given, names) is { } nearest ? $"did you mean '{nearest}'?" : $"known are {string.Join(", ", names)}";
    }
}
