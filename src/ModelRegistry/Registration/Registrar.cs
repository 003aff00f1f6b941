using System.Collections.Immutable;
using ModelRegistry.Diagnostics;
using ModelRegistry.Git;
using ModelRegistry.Json;
using ModelRegistry.Selectors;
using ModelRegistry.Signing;
using ModelRegistry.Stores;

namespace ModelRegistry.Registration;

/// <summary>Registers a version: checks, ingests, numbers, writes, commits.</summary>
internal sealed class Registrar(RegistryContext registry)
{
    /// <summary>Registers; see <see cref="Registry.Register"/>.</summary>
    public RegistrationResult Register(RegistrationRequest request, CancellationToken cancellation)
    {
        var files = FileSet.Check(request, [registry.Layout.Root, .. registry.Stores.Select(s => s.Root)], registry.Options.Examiner, registry.Options.Log, cancellation);
        foreach (var (name, value) in request.Metrics) Metrics.CheckValue(Metrics.CheckName(name), value);
        MetadataRules.Check(request);
        var repository = FindRepository(request);
        using var needed = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var source = Task.Run(() => ReadSource(request, repository, needed.Token), CancellationToken.None);
        // Read while the files are copied; under the lock it is read again only where its folders changed since.
        var ahead = Task.Run(() => ReadAhead(request.Name, needed.Token), CancellationToken.None);
        try
        {
            return Register(request, files, repository, source, ahead, cancellation);
        }
        finally
        {
            // Where it failed on the way: no git runs on behind the caller's back.
            needed.Cancel();
            foreach (var beside in new[] { source, ahead }) ((IAsyncResult)beside).AsyncWaitHandle.WaitOne();
        }
    }

    private RegistrationResult Register(
        RegistrationRequest request, ImmutableArray<FileSet.Entry> files, GitRepository? repository, Task<(Lineage? Lineage, string? Author)> source, Task ahead, CancellationToken cancellation)
    {
        using var session = IngestSession.Open(registry.Store);
        var blobs = session.Stage([.. files.Select(file => (file.Source, file.Path))], request.Link, registry.Options.Progress, cancellation);
        var staged = files.Zip(blobs, (file, blob) => new StagedFile(file.Path, file.Role, file.Source, blob.Temporary)).ToImmutableArray();
        var examinations = registry.Options.Examiner?.Examine(staged, cancellation) ?? new FileExamination?[staged.Length];
        foreach (var (file, examination) in staged.Zip(examinations)) UnsafeFiles.Check(file.Source, examination, request.AllowUnsafe, registry.Options.Log);

        var (lineage, author) = Await(source);
        var draft = ManifestDraft.Make(request, files.Select((file, i) => ManifestDraft.File(file, blobs[i], examinations[i])), examinations, lineage, author);
        MetadataRules.CheckPolicies(registry.Settings.Policies, draft);
        if (request.Judge is { } judge)
        {
            // Judging may take minutes, so it comes before the lock; what cannot be registered, or is already, is not worth it.
            ahead.Wait(cancellation);
            var before = ReadFamily(request, cancellation);
            if (FindSame(before, draft, request.Version) is null)
            {
                CheckGates(request, before, draft);
                judge(draft, staged);
            }
        }

        // A token may ask its holder, so signing comes before the lock too; what is signed does not depend on the number.
        var signature = request.Signer?.Sign(VersionStatement.Of(draft).Write(), $"the signature of {request.Name}", cancellation);
        ahead.Wait(cancellation);
        using var transaction = RegistryTransaction.Begin(registry, repository, request.Commit, cancellation);
        var family = ReadFamily(request, cancellation);
        if (FindSame(family, draft, request.Version) is { } same)
        {
            if (family!.IsYanked(same.Version)) registry.Options.Log.Warn(Codes.YankedChosen, $"{same.Id} was registered before with this content and is yanked");
            return new RegistrationResult(same, Created: false, registry.Layout.Manifest(same.Id), repository?.LastCommit(registry.Layout.Manifest(same.Id), cancellation)?.Hex);
        }

        CheckGates(request, family, draft);
        var manifest = draft with { Version = ChooseVersion(request, family, draft), CreatedAt = ChooseTime(family) };
        return Write(request, family, manifest, signature, [.. blobs.Where(blob => !request.Elsewhere.Contains(blob.Digest))], session, transaction, cancellation);
    }

    private RegistrationResult Write(
        RegistrationRequest request, Family? family, Manifest manifest, SignatureBundle? signature, ImmutableArray<StagedBlob> blobs, IngestSession session, RegistryTransaction transaction, CancellationToken cancellation)
    {
        var path = registry.Layout.Manifest(manifest.Id);
        if (File.Exists(path)) throw Codes.VersionExists.Error($"{manifest.Id} exists with other content", "leave --version out to get the next free version, or choose another");

        var familyPath = registry.Layout.FamilyFile(request.Name);
        var settings = FamilyUpdate.Merge(family?.Settings, request, manifest);
        var familyChanges = settings is not null;
        var familyExists = File.Exists(familyPath);
        string[] signatures = signature is null ? [] : [registry.Layout.Signature(manifest.Id, signature.KeyId)];
        transaction.Announce(
            familyChanges && !familyExists ? [path, familyPath, .. signatures] : [path, .. signatures],
            familyChanges && familyExists ? [familyPath] : [],
            blobs.Select(b => b.Digest));
        transaction.Publish(session, blobs);
        if (familyChanges) transaction.Replace(familyPath, RegistryJson.Write(settings!));
        var content = RegistryJson.Write(manifest);
        if (!transaction.Create(path, content))
            throw Codes.VersionExists.Error($"{manifest.Id} exists with other content", "leave --version out to get the next free version, or choose another");
        foreach (var signaturePath in signatures) transaction.Create(signaturePath, signature!.Content.ToArray());
        if (registry.Store.Tracked && transaction.Repository?.TryPathOf(registry.Store.Root) is not null)
            transaction.CommitAlso([.. registry.Store.LayoutFiles, .. blobs.Select(b => registry.Store.BlobPath(b.Digest))]);
        var commit = transaction.Complete(CommitMessage(request, manifest, content), cancellation);
        registry.Families.Forget(request.Name);
        return new RegistrationResult(manifest, Created: true, path, commit);
    }

    private static string CommitMessage(RegistrationRequest request, Manifest manifest, byte[] content) =>
        RegistrationMessage.Of(manifest, content, Numbering.Of(request.Version, request.Step));

    private GitRepository? FindRepository(RegistrationRequest request)
    {
        var repository = GitRepository.Find(registry.Layout.Root, registry.Options);
        return repository is null && request.Commit
            ? throw Codes.NotARepository.Error($"{registry.Layout.Root} is not in a git repository", "run 'git init' there, or use --no-commit")
            : repository;
    }

    private (Lineage? Lineage, string? Author) ReadSource(RegistrationRequest request, GitRepository? repository, CancellationToken cancellation)
    {
        var author = Author(request, repository, cancellation);
        var source = request.Source.Given is not null ? null
            : request.Source.Directory is not { } directory ? repository
            : GitRepository.Find(directory, registry.Options);
        if (!request.Commit && !GitCommand.Exists(registry.Options.GitExecutable)) source = null;
        var lineage = request.Source.Given ?? (source is null ? null : SourceLineage.Read(source, registry.Stores.Select(s => s.Root).Append(registry.Layout.Root), cancellation));
        if (registry.Settings.Policies?.RequireCleanSource == true && lineage is not { Dirty: false, Commit: not null })
        {
            throw Codes.SourceDirty.Error(
                request.Source == RegistrationSource.None ? "the registration names no source"
                : lineage is null ? "the source is not in a git repository"
                : lineage.Commit is null ? "the source repository has no commit"
                : $"the source {(source is null ? lineage.Commit : $"tree {source.WorkTree}")} has uncommitted changes, or nobody says that it has none",
                "commit the training source first; policies.requireCleanSource of registry.json asks for it");
        }

        return (lineage, author);
    }

    // With a commit the author is git's; without one a machine that git does not know, or that has no git, is no reason to fail.
    private static string? Author(RegistrationRequest request, GitRepository? repository, CancellationToken cancellation)
    {
        if (request.Commit) return repository!.Identity(cancellation).Author;
        try
        {
            return repository?.Identity(cancellation).Author;
        }
        catch (ModelRegistryException failure) when (failure.Diagnostic.Kind == ErrorKind.Git)
        {
            return null;
        }
    }

    private void ReadAhead(ModelName name, CancellationToken cancellation)
    {
        registry.Families.Forget(name);
        try
        {
            registry.Families.TryRead(name, cancellation);
        }
        catch (Exception failure) when (failure is ModelRegistryException or IOException or UnauthorizedAccessException or OperationCanceledException)
        {
            // It is read again, and complained about, where it counts.
        }
    }

    private Family? ReadFamily(RegistrationRequest request, CancellationToken cancellation)
    {
        var family = registry.Families.TryRead(request.Name, cancellation);
        return family?.Broken is [var broken, ..] ? throw broken : family;
    }

    private static T Await<T>(Task<T> task) => task.GetAwaiter().GetResult();

    private Manifest? FindSame(Family? family, Manifest draft, ModelVersion? asked)
    {
        if (family is null) return null;
        var fingerprint = ManifestDraft.Fingerprint(draft);
        return family.Versions
            .Where(v => asked is null || v.Version == asked)
            .Where(v => v.Weights.Contains(draft.Weights.Digest))
            .Select(v => registry.ReadManifest(new ModelId(family.Name, v.Version)))
            .FirstOrDefault(m => ManifestDraft.Fingerprint(m).AsSpan().SequenceEqual(fingerprint));
    }

    private static void CheckGates(RegistrationRequest request, Family? family, Manifest draft)
    {
        foreach (var gate in request.Gates)
            gate.Check(draft.Metrics, (selector, metric) => ReferenceMetric(family, selector, metric));
    }

    private static double? ReferenceMetric(Family? family, Selector selector, string metric)
    {
        if (family is null || family.Versions.Count == 0) return null;
        if (selector is AliasSelector alias && family.FindAlias(alias.Alias) is null) return null;
        return new Selection(family, includePrerelease: false, isVerified: null).Choose(selector).Metric(metric);
    }

    private ModelVersion ChooseVersion(RegistrationRequest request, Family? family, Manifest draft)
    {
        if (request.Version is { } asked) return asked;
        if (family is null || family.Versions.Count == 0) return ModelVersion.First;
        var highest = family.Versions[0].Version;
        return Numbering.Next(highest, request.Step, () => registry.ReadManifest(new ModelId(family.Name, highest)), draft);
    }

    private DateTimeOffset ChooseTime(Family? family)
    {
        var now = registry.Options.Clock.GetUtcNow();
        now = new DateTimeOffset(now.UtcTicks - (now.UtcTicks % TimeSpan.TicksPerMillisecond), TimeSpan.Zero);
        return Numbering.After(family?.Versions.Max(v => (DateTimeOffset?)v.CreatedAt), now);
    }
}
