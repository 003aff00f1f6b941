namespace ModelRegistry.Diagnostics;

/// <summary>Where the core says what a user should know although nothing failed.</summary>
public interface IRegistryLog
{
    /// <summary>Something is not as it should be, but the work goes on.</summary>
    void Warn(Diagnostic diagnostic, string message);

    /// <summary>A detail for those who asked for more.</summary>
    void Detail(string message);
}

/// <summary>Says nothing.</summary>
public sealed class SilentLog : IRegistryLog
{
    /// <summary>The only instance.</summary>
    public static SilentLog Instance { get; } = new();

    private SilentLog()
    {
    }

    /// <inheritdoc/>
    public void Warn(Diagnostic diagnostic, string message)
    {
    }

    /// <inheritdoc/>
    public void Detail(string message)
    {
    }
}
