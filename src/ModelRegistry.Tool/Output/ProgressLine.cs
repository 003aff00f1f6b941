using System.Diagnostics;
using System.Globalization;
using ModelRegistry.Shared;

namespace ModelRegistry.Tool.Output;

/// <summary>
/// One line on standard error that is drawn again ten times a second: the files under way with bytes, rate and time left. It costs
/// nothing until there is a big file, and is gone when the command is done.
/// </summary>
internal sealed class ProgressLine(bool enabled) : IProgress<TransferProgress>, IDisposable
{
    /// <summary>Smaller files are done before a line could be read, in bytes.</summary>
    private const long ShownFrom = 16 * 1024 * 1024;

    private static readonly TimeSpan Redraw = TimeSpan.FromMilliseconds(100);

    private readonly Lock _drawing = new();
    private readonly Dictionary<string, (TransferProgress Progress, long Start)> _files = new(StringComparer.Ordinal);
    private readonly bool _enabled = enabled && Terminal.IsLive(Console.IsErrorRedirected);
    private long _drawn;
    private bool _shown;

    public void Report(TransferProgress value)
    {
        if (!_enabled || value.Total < ShownFrom) return;
        lock (_drawing)
        {
            var start = _files.TryGetValue(value.File, out var known) ? known.Start : Stopwatch.GetTimestamp();
            if (value.Done >= value.Total) _files.Remove(value.File);
            else _files[value.File] = (value, start);
            if (Stopwatch.GetElapsedTime(_drawn) < Redraw) return;
            _drawn = Stopwatch.GetTimestamp();
            Draw(string.Join("   ", _files.Values.Select(f => Text(f.Progress, Stopwatch.GetElapsedTime(f.Start)))));
        }
    }

    public void Dispose()
    {
        if (_shown) Draw("");
    }

    /// <summary><c>model.safetensors  37 %  412.0 MiB of 1.1 GiB  812.3 MiB/s  0:01 left</c>.</summary>
    internal static string Text(TransferProgress value, TimeSpan since)
    {
        var rate = value.Done / Math.Max(since.TotalSeconds, 0.001);
        var left = rate > 0 ? TimeSpan.FromSeconds(Math.Min((value.Total - value.Done) / rate, 359_999)) : TimeSpan.Zero;
        var clock = left.TotalHours >= 1 ? $"{(int)left.TotalHours}:{left.Minutes:00}:{left.Seconds:00}" : $"{left.Minutes}:{left.Seconds:00}";
        return string.Create(CultureInfo.InvariantCulture, $"{SafeText.OneLine(value.File)}  {100 * value.Done / value.Total} %  {Humanise.Bytes(value.Done)} of {Humanise.Bytes(value.Total)}  {Humanise.Bytes((long)rate)}/s  {clock} left");
    }

    // Cut where the terminal ends: a line that wraps cannot be drawn again.
    private void Draw(string text)
    {
        var width = (Terminal.Width is int.MaxValue ? 80 : Terminal.Width) - 1;
        while (TextWidth.Of(text) > width) text = text[..^1];
        Console.Error.Write($"\r\e[K{text}");
        _shown = text.Length > 0;
    }
}
