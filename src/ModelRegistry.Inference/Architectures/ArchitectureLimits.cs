namespace ModelRegistry.Inference.Architectures;

/// <summary>Bounds on what an architecture file may ask for: each far above any network in use, each small in memory.</summary>
internal static class ArchitectureLimits
{
    internal const int FileBytes = 1 << 20;
    internal const int JsonDepth = 48;
    internal const int Nodes = 20_000;
    internal const int ExpansionSteps = 100_000;
    internal const int ModuleDepth = 24;
    internal const int NameLength = 512;
    internal const int ExpressionLength = 1024;
    internal const int ExpressionDepth = 32;
    internal const int Rank = 8;
    internal const int NodeInputs = 512;
}
