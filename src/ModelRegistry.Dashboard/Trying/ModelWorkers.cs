using System.Diagnostics;
using ModelRegistry.Diagnostics;
using ModelRegistry.Verification;
using ModelRegistry.Verification.Hosting;

namespace ModelRegistry.Dashboard.Trying;

/// <summary>
/// The child processes that run models: one for each version in use, a few at a time, the one longest unused goes. Each runs one input after the
/// other; what takes too long or too much memory ends its process, and the next input starts a new one.
/// </summary>
public sealed class ModelWorkers(Registry registry, int most, TimeProvider clock, TimeSpan limit) : IAsyncDisposable
{
    /// <summary>How many inputs may wait for one model.</summary>
    public const int QueueLength = 16;

    private static readonly TimeSpan IdleLimit = TimeSpan.FromMinutes(5);

    private readonly Lock _lock = new();
    private readonly Dictionary<ModelId, Worker> _workers = [];
    private readonly SemaphoreSlim _changed = new(0);
    private ITimer? _timer;

    private sealed class Worker(ModelId id)
    {
        public ModelId Id => id;

        public SemaphoreSlim Turn { get; } = new(1);

        public ServedModel? Model { get; set; }

        /// <summary>Inputs that run or wait.</summary>
        public int Users { get; set; }

        public long LastUsed { get; set; }
    }

    /// <summary>Runs an input on a version.</summary>
    /// <exception cref="ModelRegistryException">MR0916: too many wait; MR0301: no bytes; MR0646 and others: it was refused, took too long, or its process ended.</exception>
    public async Task<PredictionRun> Run(ModelId id, RunRequest request, CancellationToken cancellation)
    {
        var start = Stopwatch.GetTimestamp();
        var worker = await Take(id, cancellation);
        try
        {
            await worker.Turn.WaitAsync(cancellation);
            try
            {
                var queued = Stopwatch.GetElapsedTime(start);
                var began = Stopwatch.GetTimestamp();
                if (worker.Model is null or { HasEnded: true })
                {
                    if (worker.Model is { } ended) await ended.DisposeAsync();
                    worker.Model = await Start(id, cancellation);
                }

                var loaded = Stopwatch.GetElapsedTime(began);
                var result = await worker.Model.RunAsync(request, cancellation);
                return new PredictionRun(result, queued, loaded);
            }
            finally
            {
                worker.Turn.Release();
            }
        }
        finally
        {
            Give(worker);
        }
    }

    public async ValueTask DisposeAsync()
    {
        List<Worker> all;
        lock (_lock)
        {
            all = [.. _workers.Values];
            _workers.Clear();
            _timer?.Dispose();
        }

        foreach (var worker in all)
        {
            if (worker.Model is { } model) await model.DisposeAsync();
        }

        _changed.Dispose();
    }

    private Task<ServedModel> Start(ModelId id, CancellationToken cancellation) =>
        ServedModel.StartAsync(registry, registry.Resolve(id.Name, Selector.Exactly(id.Version), cancellation: cancellation), new VerifyOptions { Timeout = limit }, cancellation);

    private async Task<Worker> Take(ModelId id, CancellationToken cancellation)
    {
        while (true)
        {
            Worker? victim = null;
            lock (_lock)
            {
                _timer ??= clock.CreateTimer(_ => EndIdle(), null, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(1));
                if (_workers.TryGetValue(id, out var known))
                {
                    if (known.Users > QueueLength) throw DashboardCodes.Busy.Error($"{QueueLength} inputs wait for {id} already", "try again in a moment");
                    known.Users++;
                    return known;
                }

                victim = _workers.Count < most ? null : _workers.Values.Where(w => w.Users == 0).MinBy(w => w.LastUsed);
                if (_workers.Count < most || victim is not null)
                {
                    if (victim is not null) _workers.Remove(victim.Id);
                    else return _workers[id] = new Worker(id) { Users = 1 };
                }
            }

            if (victim?.Model is { } model) await model.DisposeAsync();
            // All of them are at work: the first that is done makes room.
            if (victim is null && !await _changed.WaitAsync(limit, cancellation)) throw DashboardCodes.Busy.Error("all models that may be loaded are at work", "try again in a moment");
        }
    }

    private void Give(Worker worker)
    {
        lock (_lock)
        {
            worker.Users--;
            worker.LastUsed = clock.GetTimestamp();
        }

        if (_changed.CurrentCount == 0) _changed.Release();
    }

    private void EndIdle()
    {
        List<Worker> idle;
        lock (_lock)
        {
            idle = [.. _workers.Values.Where(w => w.Users == 0 && clock.GetElapsedTime(w.LastUsed) > IdleLimit)];
            foreach (var worker in idle) _workers.Remove(worker.Id);
        }

        foreach (var worker in idle) _ = worker.Model?.DisposeAsync().AsTask();
    }
}

/// <summary>What came out of a model, and how long it waited and loaded.</summary>
public sealed record PredictionRun(RunResult Result, TimeSpan Queued, TimeSpan Loaded);
