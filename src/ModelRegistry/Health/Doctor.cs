namespace ModelRegistry.Health;

internal sealed class Doctor(RegistryContext registry)
{
    public DoctorReport Examine(bool fix, IProgress<string>? progress, CancellationToken cancellation)
    {
        _ = (registry, fix, progress, cancellation);
        return new DoctorReport([]);
    }
}
