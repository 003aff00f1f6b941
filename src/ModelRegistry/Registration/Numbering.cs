namespace ModelRegistry.Registration;

/// <summary>How a version gets its number, at registration and again when it lost a race for it.</summary>
internal static class Numbering
{
    public const string Explicit = "explicit";

    /// <summary>What the trailer of a registration says.</summary>
    public static string Of(ModelVersion? asked, VersionStep step) => asked is not null ? Explicit : step.ToString().ToLowerInvariant();

    /// <summary>The step that a trailer names; null where the number was given, or nobody knows how it was chosen.</summary>
    public static VersionStep? Step(string? trailer) =>
        trailer is not null && trailer != Explicit && Enum.TryParse<VersionStep>(trailer, ignoreCase: true, out var step) && Enum.IsDefined(step) ? step : null;

    /// <summary>The number after the highest.</summary>
    public static ModelVersion Next(ModelVersion highest, VersionStep step, Func<Manifest> readHighest, Manifest draft) =>
        highest.Next(step != VersionStep.Auto ? step : ManifestDraft.SignatureChanged(readHighest(), draft) ? VersionStep.Major : VersionStep.Minor);

    /// <summary>A time after the newest: a slow clock, or two registrations within a millisecond, must not hide the newer one.</summary>
    public static DateTimeOffset After(DateTimeOffset? newest, DateTimeOffset time) => newest >= time ? newest.Value.AddMilliseconds(1) : time;
}
