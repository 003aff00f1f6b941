namespace ModelRegistry.Tool.Output;

/// <summary>Shows on a terminal how far big files are; costs nothing until there is one.</summary>
internal sealed class ProgressDisplay(bool enabled) : IProgress<TransferProgress>, IDisposable
{
    /// <summary>Smaller files are done before a bar could be read, in bytes.</summary>
    private const long ShownFrom = 16 * 1024 * 1024;

    private readonly Lock _starting = new();
    private IBars? _bars;

    /// <summary>Bars on a terminal. An interface, so that the library that draws them is loaded only for a big file.</summary>
    internal interface IBars : IProgress<TransferProgress>, IDisposable;

    public void Report(TransferProgress value)
    {
        if (!enabled || value.Total < ShownFrom) return;
        lock (_starting) _bars ??= ProgressBars.Start();
        _bars.Report(value);
    }

    public void Dispose() => _bars?.Dispose();
}
