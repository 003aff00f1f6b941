using System.Diagnostics;
using System.Globalization;
using ModelRegistry.Diagnostics;
using ModelRegistry.Shared;

namespace ModelRegistry.Verification.Hosting;

/// <summary>
/// A model that is loaded once in a process of its own and then runs one input after the other. A run that takes too long, too much memory
/// or is cancelled ends the process: <see cref="HasEnded"/> is true from then on, and the next one needs a new <see cref="ServedModel"/>.
/// </summary>
public sealed class ServedModel : IAsyncDisposable
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);

    private readonly EngineProcess _process;
    private readonly SemaphoreSlim _turn = new(1);
    private long _id;
    private volatile bool _ended;
    private int _disposed;

    private ServedModel(EngineProcess process, TimeSpan timeout)
    {
        _process = process;
        RunTimeout = timeout;
    }

    /// <summary>What was loaded.</summary>
    public ServedModelInfo Info { get; private set; } = null!;

    /// <summary>How long one run may take. Default: as long as loading.</summary>
    public TimeSpan RunTimeout { get; set; }

    /// <summary>Whether the process is gone.</summary>
    public bool HasEnded => _ended || _process.HasExited;

    /// <summary>Starts the engine's program and loads a registered version, with the engines that are installed for its registry.</summary>
    /// <param name="registry">The registry.</param>
    /// <param name="resolution">The version.</param>
    /// <param name="options">Engine, threads, memory, and the time that loading and each run may take.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="ModelRegistryException">As for <see cref="StartAsync(Manifest, Func{ModelFile, string}, VerifyOptions?, CancellationToken)"/>; MR0654: the engine is not installed.</exception>
    public static Task<ServedModel> StartAsync(Registry registry, Resolution resolution, VerifyOptions? options = null, CancellationToken cancellation = default) =>
        StartAsync(resolution.Manifest, Verifier.PathsOf(registry, resolution, cancellation), Verifier.WithEnginesOf(registry, options), cancellation);

    /// <summary>Starts the engine's program and loads a version.</summary>
    /// <param name="manifest">What was promised.</param>
    /// <param name="pathOf">Where each file stands.</param>
    /// <param name="options">Engine, threads, memory, and the time that loading and each run may take.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="ModelRegistryException">MR0641, MR0643; MR0646: the program does not answer; or the code with which the model was refused.</exception>
    public static async Task<ServedModel> StartAsync(Manifest manifest, Func<ModelFile, string> pathOf, VerifyOptions? options = null, CancellationToken cancellation = default)
    {
        var chosen = options ?? new VerifyOptions();
        var (host, request) = Verifier.Request(manifest, pathOf, chosen);
        var model = new ServedModel(EngineProcess.Start(host, EngineProtocol.ServeArgument, chosen.Threads, chosen.MemoryLimit), chosen.Timeout);
        try
        {
            var answer = await model.AskAsync(new ServeRequest { Load = request }, cancellation).ConfigureAwait(false);
            model.Info = answer.Loaded ?? throw VerificationCodes.EngineBroken.Error($"the program of the engine {host.Engine} did not answer what was asked");
            return model;
        }
        catch
        {
            await model.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Runs an input. Callers wait for each other, in their order.</summary>
    /// <exception cref="ModelRegistryException">The input was refused, with the code that says why; MR0646: the process took too long, too much memory, or ended.</exception>
    public async Task<RunResult> RunAsync(RunRequest request, CancellationToken cancellation = default) =>
        (await AskAsync(new ServeRequest { Run = request }, cancellation).ConfigureAwait(false)).Result
        ?? throw VerificationCodes.EngineBroken.Error("the engine did not answer what was asked");

    /// <summary>Tells the process to end, and ends it when it does not.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return;
        if (!HasEnded)
        {
            try
            {
                await Frames.WriteAsync(_process.Input, new ServeRequest { End = true }, VerificationJson.Default.ServeRequest, CancellationToken.None).ConfigureAwait(false);
                _process.WaitForExit(TimeSpan.FromSeconds(2));
            }
            catch (IOException)
            {
                // It has ended already.
            }
        }

        _ended = true;
        _process.Dispose();
        _turn.Dispose();
    }

    private async Task<ServeAnswer> AskAsync(ServeRequest request, CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            var numbered = request with { Id = ++_id };
            var answer = await WatchAsync(ExchangeAsync(numbered), cancellation).ConfigureAwait(false);
            if (answer.Id != numbered.Id) throw End("the engine answered another question than was asked");
            if (answer.Failure is { } failure)
                throw new Diagnostic(failure.Code, ErrorKind.InvalidInput, "Refused by the engine").Error(SafeText.OneLine(failure.Message), failure.Hint);
            return answer;
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task<ServeAnswer?> ExchangeAsync(ServeRequest request)
    {
        await Frames.WriteAsync(_process.Input, request, VerificationJson.Default.ServeRequest, CancellationToken.None).ConfigureAwait(false);
        return await Frames.ReadAsync(_process.Output, VerificationJson.Default.ServeAnswer, CancellationToken.None).ConfigureAwait(false);
    }

    private async Task<ServeAnswer> WatchAsync(Task<ServeAnswer?> exchange, CancellationToken cancellation)
    {
        var start = Stopwatch.GetTimestamp();
        while (await Task.WhenAny(exchange, Task.Delay(Poll, CancellationToken.None)).ConfigureAwait(false) != exchange)
        {
            if (cancellation.IsCancellationRequested)
            {
                End("cancelled");
                cancellation.ThrowIfCancellationRequested();
            }

            if (Stopwatch.GetElapsedTime(start) > RunTimeout) throw End(string.Create(CultureInfo.InvariantCulture, $"the model did not answer within {RunTimeout.TotalSeconds:0} s"));
            if (_process.IsOverMemoryLimit()) throw End(_process.MemoryReason);
        }

        try
        {
            return await exchange.ConfigureAwait(false) ?? throw End(null);
        }
        catch (IOException)
        {
            throw End(null);
        }
        catch (InvalidDataException failure)
        {
            throw End(failure.Message);
        }
    }

    private ModelRegistryException End(string? reason)
    {
        _ended = true;
        if (reason is null && _process.WaitForExit(TimeSpan.FromSeconds(5))) reason = _process.DescribeEnd();
        _process.Kill();
        return VerificationCodes.EngineBroken.Error(reason ?? "the engine's program closed its output");
    }
}
