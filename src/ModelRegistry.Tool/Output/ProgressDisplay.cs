using System.Collections.Concurrent;
using Spectre.Console;

namespace ModelRegistry.Tool.Output;

/// <summary>A bar on standard error for each big file, with bytes, rate and time left.</summary>
internal sealed class ProgressDisplay(bool enabled) : IProgress<TransferProgress>, IDisposable
{
    /// <summary>Smaller files are done before a bar could be read, in bytes.</summary>
    private const long ShownFrom = 16 * 1024 * 1024;

    private readonly ConcurrentDictionary<string, ProgressTask> _bars = new(StringComparer.Ordinal);
    private readonly TaskCompletionSource _done = new();
    private readonly Lock _starting = new();
    private ProgressContext? _shown;
    private Task? _display;

    public void Report(TransferProgress value)
    {
        if (!enabled || value.Total < ShownFrom) return;
        var bar = _bars.GetOrAdd(value.File, static (file, state) => state.Display.Context().AddTask(Markup.Escape(PlainText.OneLine(file)), maxValue: state.Total), (Display: this, value.Total));
        bar.Value = value.Done;
        if (value.Done >= value.Total) bar.StopTask();
    }

    public void Dispose()
    {
        _done.TrySetResult();
        _display?.GetAwaiter().GetResult();
    }

    private ProgressContext Context()
    {
        lock (_starting)
        {
            if (_shown is not null) return _shown;
            var started = new TaskCompletionSource<ProgressContext>();
            var console = Screen.Make(Console.Error, isTerminal: true);
            console.Profile.Capabilities.Interactive = true;
            _display = console.Progress()
                .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new DownloadedColumn(), new TransferSpeedColumn(), new RemainingTimeColumn())
                .AutoClear(true)
                .StartAsync(context =>
                {
                    started.SetResult(context);
                    return _done.Task;
                });
            return _shown = started.Task.GetAwaiter().GetResult();
        }
    }
}
