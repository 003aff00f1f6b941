namespace ModelRegistry.Dashboard.Health;

/// <summary>What <c>doctor</c> found.</summary>
/// <param name="Report">The findings.</param>
/// <param name="Took">How long it took.</param>
public sealed record HealthView(DoctorReport Report, TimeSpan Took);
