using System.Globalization;
using ModelRegistry.Diagnostics;
using ModelRegistry.Git;
using ModelRegistry.Json;
using ModelRegistry.Names;
using ModelRegistry.Registration;
using ModelRegistry.Resolving;
using ModelRegistry.Signing;

namespace ModelRegistry.Pointers;

/// <summary>Moves aliases, yanks versions and records verifications: small facts beside the manifests, one commit each.</summary>
internal sealed class PointerWriter(RegistryContext registry, Resolver resolver)
{
    public PointerChange Promote(ModelName name, Selector selector, string alias, string? reason, ExpectedAlias? expected, bool commit, CancellationToken cancellation)
    {
        if (!ModelName.TryParse(alias.StartsWith('@') ? alias[1..] : alias, out var checkedAlias))
            throw Codes.InvalidAlias.Error($"'{Printable.Quote(alias)}' is not an alias", "use a-z 0-9 . _ - such as production");
        if (Selector.TryParse(checkedAlias.Value, out _))
            throw Codes.InvalidAlias.Error($"'{checkedAlias}' is a selector already, so no alias can have that name", "use a word such as production");
        var chosen = resolver.Resolve(name, selector, new ResolveOptions { Fetch = false }, cancellation);
        if (registry.Settings.Policies?.RequireVerifiedForPromotion == true && chosen.Verification is null)
            throw Codes.NotVerified.Error($"{chosen.Id} is not verified", $"run 'modelreg verify {chosen.Id}' first; policies.requireVerifiedForPromotion of registry.json asks for it");
        if (registry.Settings.Policies?.RequireSignature == true) new VersionSignatures(registry, this).ThrowIfUnsigned(chosen.Id, chosen.Manifest);
        var path = registry.Layout.Alias(name, checkedAlias.Value);
        AliasRecord? before = null;
        var isElsewhere = false;
        var change = Write(path, chosen.Id, commit, (by, at) =>
        {
            before = File.Exists(path) ? Files.RegistryDocument.Read<AliasRecord>(path, Codes.SettingsInvalid) : null;
            // What is asked for and is so already is done, whoever did it (RFC 9110, 13.1.1).
            if (before?.Version == chosen.Manifest.Version) return null;
            isElsewhere = expected is not null && before?.Version != expected.Version;
            return isElsewhere ? null : RegistryJson.Write(new AliasRecord { Version = chosen.Manifest.Version, By = by, At = at, Reason = reason });
        }, GitCommit.Message($"promote {chosen.Id} to @{checkedAlias}", ("Model", name.Value), ("Model-Version", chosen.Manifest.Version.Value), ("Model-Alias", checkedAlias.Value), ("Reason", reason)), cancellation);
        return isElsewhere ? throw Moved($"@{checkedAlias} of {name}", expected!, before, path, cancellation) : change;
    }

    /// <summary>Removes an alias; git remembers what it pointed at.</summary>
    public PointerChange RemoveAlias(ModelName name, ModelName alias, string? reason, bool force, bool commit, CancellationToken cancellation)
    {
        var family = resolver.GetFamily(name, cancellation);
        if (family.FindAlias(alias.Value) is not { } record)
        {
            var known = family.Aliases.Keys.Order(StringComparer.Ordinal).ToList();
            throw Codes.AliasNotFound.Error($"{name} has no alias @{alias}", known.Count > 0 ? $"it has @{string.Join(", @", known)}" : "it has none");
        }

        if (!force && IsProtected(alias.Value))
            throw Codes.StillPointedAt.Error($"@{alias} of {name} is protected by policies.protectedAliases of registry.json", "use --force if nobody asks for it any more");
        return Remove(registry.Layout.Alias(name, alias.Value), new ModelId(name, record.Version), commit,
            GitCommit.Message($"remove @{alias} of {name}", ("Model", name.Value), ("Model-Alias", alias.Value), ("Reason", reason)), cancellation);
    }

    /// <summary>Takes a yank back; git remembers that there was one.</summary>
    public PointerChange Unyank(ModelId id, string? reason, bool commit, CancellationToken cancellation)
    {
        resolver.Read(id, cancellation);
        if (!File.Exists(registry.Layout.Yank(id))) throw Codes.NotYanked.Error($"{id} is not yanked", $"'modelreg list {id.Name}' marks the versions that are");
        return Remove(registry.Layout.Yank(id), id, commit,
            GitCommit.Message($"unyank {id}", ("Model", id.Name.Value), ("Model-Version", id.Version.Value), ("Reason", reason)), cancellation);
    }

    public PointerChange Yank(ModelId id, string? reason, ModelVersion? replacement, bool force, bool commit, CancellationToken cancellation)
    {
        var family = resolver.GetFamily(id.Name, cancellation);
        resolver.Choose(family, Selector.Exactly(id.Version), includePrerelease: true);
        if (replacement is not null)
        {
            resolver.Choose(family, Selector.Exactly(replacement), includePrerelease: true);
            if (replacement == id.Version) throw Codes.InvalidVersion.Error($"{id} cannot replace itself", "name another version");
            if (family.IsYanked(replacement)) throw Codes.AlreadyYanked.Error($"the replacement {replacement} is yanked itself", "name a version that is in use");
        }

        // Where an alias points that cannot be read, nobody knows.
        if (!force && family.BrokenAliases.Values.FirstOrDefault() is { } unknown) throw unknown;
        var pointing = family.AliasesOf(id.Version);
        if (!force && pointing.FirstOrDefault(IsProtected) is { } held)
            throw Codes.StillPointedAt.Error($"@{held} of {id.Name} points at {id.Version}, and policies.protectedAliases of registry.json protects it", "move it with 'modelreg promote' first, or use --force");
        var change = Write(registry.Layout.Yank(id), id, commit,
            (by, at) => File.Exists(registry.Layout.Yank(id)) ? null : RegistryJson.Write(new YankRecord { By = by, At = at, Reason = reason, Replacement = replacement }),
            GitCommit.Message($"yank {id}", ("Model", id.Name.Value), ("Model-Version", id.Version.Value), ("Replacement", replacement?.Value), ("Reason", reason)), cancellation);
        if (!change.Changed)
        {
            var made = resolver.ReadYank(id);
            throw Codes.AlreadyYanked.Error($"{id} is yanked already{Told(made?.By, made?.At, made?.Reason, change.Path, cancellation)}", "take it back with 'modelreg unyank' if it was a mistake");
        }

        return change with { StillPointing = pointing };
    }

    public PointerChange Record(ModelId id, VerificationRecord verification, bool commit, CancellationToken cancellation) =>
        Write(registry.Layout.Verification(id), id, commit, (by, at) => RegistryJson.Write(verification with { By = by, At = at }),
            GitCommit.Message($"verify {id}: {(verification.Passed ? "passed" : "failed")}", ("Model", id.Name.Value), ("Model-Version", id.Version.Value), ("Verification", verification.Passed ? "passed" : "failed")), cancellation);

    /// <summary>Adds a file that states a fact about a version; one that is there already stays as it is.</summary>
    public PointerChange Add(ModelId id, string path, ReadOnlyMemory<byte> content, string message, bool commit, CancellationToken cancellation) =>
        Write(path, id, commit, (_, _) => File.Exists(path) ? null : content.ToArray(), message, cancellation);

    private ModelRegistryException Moved(string alias, ExpectedAlias expected, AliasRecord? now, string path, CancellationToken cancellation)
    {
        var told = Told(now?.By, now?.At, now?.Reason, path, cancellation);
        var was = expected.Version is { } version ? $"at {version}" : "not set";
        return Codes.ChangedMeanwhile.Error(now is null ? $"{alias} was {was} and is not set any more{told}" : $"{alias} was {was} and is at {now.Version} now{told}", "look at it, and ask again if you still want to move it");
    }

    /// <summary>Who made the state that stands in the way, when, in which commit and why, as the end of a sentence.</summary>
    private string Told(string? by, DateTimeOffset? at, string? reason, string path, CancellationToken cancellation)
    {
        // After the lock: nobody waits for git's history.
        var commit = GitRepository.Find(registry.Layout.Root, registry.Options)?.LastCommit(path, cancellation)?.Hex;
        string?[] parts =
        [
            by is null ? null : $"by {Printable.Quote(by)}",
            at is null ? null : string.Create(CultureInfo.InvariantCulture, $"on {at.Value.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC"),
            commit is null ? null : $"in commit {commit[..12]}",
            reason is null ? null : $"({Printable.Quote(reason)})",
        ];
        var told = string.Join(' ', parts.Where(p => p is not null));
        return told.Length > 0 ? $", {told}" : "";
    }

    private bool IsProtected(string alias) => registry.Settings.Policies?.ProtectedAliases.Contains(alias, StringComparer.Ordinal) == true;

    private PointerChange Write(string path, ModelId id, bool commit, Func<string?, DateTimeOffset, byte[]?> content, string message, CancellationToken cancellation)
    {
        var (repository, author) = Find(commit, cancellation);
        using var transaction = RegistryTransaction.Begin(registry, repository, commit, cancellation);
        var now = registry.Options.Clock.GetUtcNow();
        var bytes = content(author, new DateTimeOffset(now.UtcTicks - (now.UtcTicks % TimeSpan.TicksPerSecond), TimeSpan.Zero));
        if (bytes is null) return new PointerChange(id, path, Changed: false, null);
        var exists = File.Exists(path);
        transaction.Announce(exists ? [] : [path], exists ? [path] : [], []);
        transaction.Replace(path, bytes);
        return Complete(transaction, path, id, message, cancellation);
    }

    private PointerChange Remove(string path, ModelId id, bool commit, string message, CancellationToken cancellation)
    {
        var (repository, _) = Find(commit, cancellation);
        using var transaction = RegistryTransaction.Begin(registry, repository, commit, cancellation);
        if (!File.Exists(path)) return new PointerChange(id, path, Changed: false, null);
        transaction.Announce([], [path], []);
        transaction.Remove(path);
        return Complete(transaction, path, id, message, cancellation);
    }

    private (GitRepository? Repository, string Author) Find(bool commit, CancellationToken cancellation)
    {
        var repository = GitRepository.Find(registry.Layout.Root, registry.Options);
        if (repository is null && commit) throw Codes.NotARepository.Error($"{registry.Layout.Root} is not in a git repository", "run 'git init' there, or use --no-commit");
        return (repository, commit ? repository!.Identity(cancellation).Author : Environment.UserName);
    }

    private PointerChange Complete(RegistryTransaction transaction, string path, ModelId id, string message, CancellationToken cancellation)
    {
        var made = transaction.Complete(message, cancellation);
        registry.Families.Forget(id.Name);
        return new PointerChange(id, path, Changed: true, made);
    }
}
