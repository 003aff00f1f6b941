namespace ModelRegistry.Dashboard.Layout;

/// <summary>One step of the way to a page.</summary>
public sealed record Crumb(string Text, string? Address = null);

/// <summary>One tab.</summary>
public sealed record Tab(string Text, string Address, bool IsCurrent, string? Count = null, string? Key = null);
