using Microsoft.Build.Framework;
using ModelRegistry.Diagnostics;

namespace ModelRegistry.MSBuild;

/// <summary>What all tasks have in common: expected failures become coded errors at the line of the project, and a build that is stopped stops the task.</summary>
public abstract class RegistryTask : Microsoft.Build.Utilities.Task, ICancelableTask, IDisposable
{
    private readonly CancellationTokenSource _cancellation = new();

    /// <summary>The registry's directory, one that contains <c>registry/</c>, or the URL of its git repository. Default: <c>MODELREG_REGISTRY</c>, else the nearest registry from <see cref="ProjectDirectory"/> upwards.</summary>
    public string? RegistryRoot { get; set; }

    /// <summary>The folder that relative paths are relative to. Default: the project's.</summary>
    public string? ProjectDirectory { get; set; }

    /// <summary>The per-user cache. Default: <c>MODELREG_CACHE</c>, else the platform's cache folder.</summary>
    public string? CacheDirectory { get; set; }

    /// <summary>Use only what is on this machine. Default: false.</summary>
    public bool Offline { get; set; }

    private protected virtual BuildLog Diagnostics => new(Log, BuildEngine.ProjectFileOfTaskNode, BuildEngine.LineNumberOfTaskNode, BuildEngine.ColumnNumberOfTaskNode);

    private protected CancellationToken Cancellation => _cancellation.Token;

    /// <inheritdoc/>
    public sealed override bool Execute()
    {
        try
        {
            Run();
        }
        catch (ModelRegistryException failure)
        {
            Diagnostics.Error(failure);
        }
        catch (OperationCanceledException) when (_cancellation.IsCancellationRequested)
        {
            return false;
        }

        return !Log.HasLoggedErrors;
    }

    /// <inheritdoc/>
    public void Cancel() => _cancellation.Cancel();

    /// <inheritdoc/>
    public void Dispose()
    {
        _cancellation.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Does the work. Expected failures are thrown as <see cref="ModelRegistryException"/>.</summary>
    private protected abstract void Run();

    private protected RegistryOptions Options(IRegistryLog log)
    {
        var options = RegistryOptions.FromEnvironment(Environment.GetEnvironmentVariable, BaseDirectory);
        options = options with { Log = log, Offline = Offline || options.Offline };
        return string.IsNullOrEmpty(CacheDirectory) ? options : options with { CacheDirectory = FullPath(CacheDirectory) };
    }

    /// <summary>Opens the registry for reading: a directory or a URL.</summary>
    private protected RegistrySession Open() => RegistrySession.Open(NullIfEmpty(RegistryRoot), Options(Diagnostics), Cancellation);

    /// <summary>Opens the registry for writing: a directory.</summary>
    private protected RegistrySession OpenWorkingCopy(IFileExaminer? examiner = null) =>
        RegistrySession.OpenWorkingCopy(NullIfEmpty(RegistryRoot), Options(Diagnostics) with { Examiner = examiner });

    /// <summary>MSBuild runs a task with the project's folder as the current one.</summary>
    private protected string BaseDirectory => Path.GetFullPath(string.IsNullOrEmpty(ProjectDirectory) ? "." : ProjectDirectory);

    private protected string FullPath(string path) => Path.GetFullPath(path, BaseDirectory);

    private protected static string? NullIfEmpty(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
