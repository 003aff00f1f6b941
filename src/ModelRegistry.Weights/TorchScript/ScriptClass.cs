using System.Collections.Immutable;

namespace ModelRegistry.Weights.TorchScript;

/// <summary>What the code listing says about one class.</summary>
internal sealed record ScriptClass(string TypeName, bool IsModule)
{
    internal ImmutableHashSet<string> Parameters { get; set; } = [];

    internal ImmutableHashSet<string> Buffers { get; set; } = [];

    /// <summary>Header of <c>forward</c>, from <c>def</c> to the colon; null without one.</summary>
    internal string? Forward { get; set; }
}
