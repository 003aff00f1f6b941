namespace ModelRegistry.Dashboard.Reading;

/// <summary>The audit trail at the commit that HEAD is at. When HEAD moves on, what came after is read and the rest is kept.</summary>
public sealed class AuditReader(Registry registry)
{
    private readonly Lock _lock = new();
    private string? _head;
    private IReadOnlyList<AuditEntry> _entries = [];
    private IReadOnlyList<AuditEvent> _all = [];
    private ILookup<string, AuditEvent> _byFamily = Array.Empty<AuditEvent>().ToLookup(_ => "");

    /// <summary>All events, newest first; none outside git.</summary>
    public IReadOnlyList<AuditEvent> All(CancellationToken cancellation = default)
    {
        Refresh(cancellation);
        return _all;
    }

    /// <summary>The events of a family, newest first.</summary>
    public IReadOnlyList<AuditEvent> Of(string family, CancellationToken cancellation = default)
    {
        Refresh(cancellation);
        return [.. _byFamily[family]];
    }

    /// <summary>What the command's <c>log</c> tells, newest first: of everything, or of one family.</summary>
    public IReadOnlyList<AuditEntry> Entries(string? family, CancellationToken cancellation = default)
    {
        Refresh(cancellation);
        return family is null ? _entries : [.. _entries.Where(e => e.Model == family)];
    }

    private void Refresh(CancellationToken cancellation)
    {
        var head = registry.Repository(cancellation)?.Head;
        lock (_lock)
        {
            if (head == _head) return;
            var later = _head is null || head is null ? null : registry.LogSince(_head, cancellation);
            _entries = head is null ? [] : later is null ? registry.Log(cancellation: cancellation) : [.. later, .. _entries];
            _all = AuditEvents.Of(_entries);
            _byFamily = _all.Where(e => e.Model is not null).ToLookup(e => e.Model!, StringComparer.Ordinal);
            _head = head;
        }
    }
}

/// <summary>One change as pages show it.</summary>
public sealed record AuditEvent
{
    public required string Commit { get; init; }

    public required string Author { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary><c>register</c>, <c>promote</c>, <c>yank</c>, <c>verify</c> and the like; <c>change</c> for what ModelRegistry did not do.</summary>
    public required string Action { get; init; }

    public string? Model { get; init; }

    public string? Version { get; init; }

    public string? Alias { get; init; }

    /// <summary>Where the alias pointed before; null where it is new or not known.</summary>
    public string? From { get; init; }

    public string? Reason { get; init; }

    public required string Subject { get; init; }
}

/// <summary>Makes events of the log, and tells from where an alias moved.</summary>
internal static class AuditEvents
{
    public static IReadOnlyList<AuditEvent> Of(IReadOnlyList<AuditEntry> log)
    {
        var events = new AuditEvent[log.Count];
        var aliases = new Dictionary<(string Model, string Alias), string>();
        for (var i = log.Count - 1; i >= 0; i--)
        {
            var entry = log[i];
            var alias = entry.Alias;
            string? from = null;
            if (alias is not null && entry.Model is not null)
            {
                from = aliases.GetValueOrDefault((entry.Model, alias));
                if (entry.Version is null || entry.Action == "unalias") aliases.Remove((entry.Model, alias));
                else aliases[(entry.Model, alias)] = entry.Version;
            }

            events[i] = new AuditEvent
            {
                Commit = entry.Commit,
                Author = entry.Author,
                At = entry.At,
                Action = entry.Action,
                Model = entry.Model,
                Version = entry.Version,
                Alias = alias,
                From = from,
                Reason = entry.Reason,
                Subject = entry.Subject,
            };
        }

        return events;
    }
}
