using System.Collections.Concurrent;
using ModelRegistry.Shared;
using Spectre.Console;

namespace ModelRegistry.Tool.Output;

/// <summary>A bar on standard error for each file, with bytes, rate and time left.</summary>
internal sealed class ProgressBars : ProgressDisplay.IBars
{
    private readonly ConcurrentDictionary<string, ProgressTask> _bars = new(StringComparer.Ordinal);
    private readonly TaskCompletionSource _done = new();
    private readonly ProgressContext _shown;
    private readonly Task _display;

    private ProgressBars()
    {
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
        _shown = started.Task.GetAwaiter().GetResult();
    }

    public static ProgressDisplay.IBars Start() => new ProgressBars();

    public void Report(TransferProgress value)
    {
        var bar = _bars.GetOrAdd(value.File, static (file, state) => state.Shown.AddTask(Markup.Escape(SafeText.OneLine(file)), maxValue: state.Total), (Shown: _shown, value.Total));
        bar.Value = value.Done;
        if (value.Done >= value.Total) bar.StopTask();
    }

    public void Dispose()
    {
        _done.TrySetResult();
        _display.GetAwaiter().GetResult();
    }
}
