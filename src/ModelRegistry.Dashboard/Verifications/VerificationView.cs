using ModelRegistry.Dashboard.Reading;
using ModelRegistry.Dashboard.Versions;

namespace ModelRegistry.Dashboard.Verifications;

/// <summary>The last verification of a version and the earlier ones from git.</summary>
public sealed record VerificationView(VersionHeadView Head, IReadOnlyList<AuditEvent> Earlier);
