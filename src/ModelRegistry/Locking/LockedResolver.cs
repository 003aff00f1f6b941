using ModelRegistry.Delivery;
using ModelRegistry.Diagnostics;
using ModelRegistry.Importing;
using ModelRegistry.Remotes;
using ModelRegistry.Stores;

namespace ModelRegistry.Locking;

/// <summary>
/// Resolves the references of a project: from the lock file what it answers, from the registry the rest. A selector is answered once
/// and then held, until it changes or an evaluation is forced. What is locked needs neither git nor the registry, only the artifacts.
/// </summary>
public sealed class LockedResolver(LockedResolverOptions options)
{
    // What is longer goes into no code.
    private const long LongestLabels = 2 << 20;

    private readonly LockFile _file = new(options.LockFile, options.Registry);
    private readonly RegistryAddress _address = RegistryAddress.Of(options.Address, options.Registry);
    private readonly RegistryOptions _registryOptions = options.Registry with { Log = new WithoutYanks(options.Registry.Log) };

    /// <summary>Resolves.</summary>
    /// <exception cref="ReferenceFailedException">One reference cannot be resolved; holds the coded failure.</exception>
    /// <exception cref="ModelRegistryException">MR0701: locked mode, and the lock file would change; MR0702, MR0703: the lock file; MR0705: the registry
    /// contradicts it; MR0713: not available offline; MR0714: the registry cannot be reached; and those of <see cref="Registry.Resolve"/>.</exception>
    public LockedResult Resolve(IReadOnlyList<ModelRequest> requests, CancellationToken cancellation = default)
    {
        var before = _file.Read();
        var open = requests.Where(r => options.ForceEvaluate || before.Find(r) is null).ToList();
        // Locked when nobody asked for it on demand: the answer stays, and its stores are added.
        var bare = requests.Except(open).Where(r => r.OnDemand && before.Find(r) is { Stores.IsEmpty: true, Origin: null }).ToList();
        RegistrySession? session = null;
        try
        {
            session = open.Count + bare.Count > 0 ? OpenToEvaluate(before, [.. open, .. bare], cancellation) : RegistrySession.TryOpenLocal(_address, _registryOptions, cancellation);
            // All together, also those that only the advisor looks at.
            if (open.Count + bare.Count > 0) session!.Registry.Context.Families.CheckOut([.. requests.Select(r => r.Name).Distinct()], cancellation);
            var answers = open.Select(r => (Request: r, Locked: About(r, () => Evaluate(session!.Registry, before, r, cancellation))))
                .Concat(bare.Select(r => (Request: r, Locked: before.Find(r)! with { Stores = PinnedStores.Of(session!.Registry.Context.Settings) }))).ToList();
            using var trust = options.Trust is { } policy ? new ReferenceTrust(policy, options.Registry.Clock, session?.Registry, cancellation) : null;
            if (trust is not null) Vouch(trust, before, answers, requests);
            var after = options.LockedMode ? CheckLocked(before, answers, requests) : Write(before, answers, requests, cancellation);
            var advisor = session is null ? null : new Advisor(session.Registry, cancellation);
            var advisories = requests.Distinct().SelectMany(r => About(r, () => Advise(advisor, r, after.Find(r)!).ToList())).Concat(trust?.Warnings ?? []).ToList();
            var references = requests.Select(r => About(r, () => Locate(r, after.Find(r)!, ref session, cancellation))).ToList();
            return new LockedResult(references, advisories, LockDiff.Between(before, after));
        }
        finally
        {
            session?.Dispose();
        }
    }

    private static T About<T>(ModelRequest request, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (ModelRegistryException failure)
        {
            throw new ReferenceFailedException(request, failure);
        }
    }

    private RegistrySession OpenToEvaluate(ModelLock before, List<ModelRequest> open, CancellationToken cancellation)
    {
        try
        {
            return RegistrySession.Open(options.Address, _registryOptions, cancellation);
        }
        catch (ModelRegistryException failure) when (options.LockedMode && open.Any(r => before.Find(r) is null))
        {
            throw OutOfDate(open.Where(r => before.Find(r) is null).Select(r => $"+ {r} (not resolved: {failure.Message})"));
        }
    }

    private LockedVersion Evaluate(Registry registry, ModelLock before, ModelRequest request, CancellationToken cancellation)
    {
        var resolution = registry.Resolve(request.Name, request.Selector, new ResolveOptions { IncludePrerelease = request.IncludePrerelease, Fetch = false }, cancellation);
        return new LockedVersion
        {
            Version = resolution.Manifest.Version,
            ManifestDigest = resolution.ManifestDigest,
            Registry = _address.Shown,
            Commit = CommitOf(registry, resolution.Id, cancellation),
            Framework = resolution.Manifest.Framework,
            Architecture = resolution.Manifest.Architecture,
            Inputs = resolution.Manifest.Inputs,
            Outputs = resolution.Manifest.Outputs,
            Preprocessing = resolution.Manifest.Preprocessing,
            Files = resolution.Manifest.Files,
            Origin = resolution.Manifest.Lineage?.Origin is { Remote: true } origin ? origin : null,
            // Another project may share the file and want them; what this one says is no reason to take them away.
            Stores = request.OnDemand || before.Find(request)?.Stores.IsEmpty == false ? PinnedStores.Of(registry.Context.Settings) : [],
        };
    }

    // An answer of the lock file is held against the policy too; where others vouch for it now, it is a new answer.
    private static void Vouch(ReferenceTrust trust, ModelLock before, List<(ModelRequest Request, LockedVersion Locked)> answers, IReadOnlyList<ModelRequest> requests)
    {
        foreach (var request in requests.Distinct())
        {
            var at = answers.FindIndex(answer => answer.Request == request);
            var locked = at < 0 ? before.Find(request)! : answers[at].Locked;
            var vouched = locked with { SignedBy = About(request, () => trust.Check(request, locked)) };
            if (at >= 0) answers[at] = (request, vouched);
            else if (!vouched.IsSameAs(locked)) answers.Add((request, vouched));
        }
    }

    private string? CommitOf(Registry registry, ModelId id, CancellationToken cancellation)
    {
        try
        {
            return registry.CommitWith(id, cancellation);
        }
        catch (ModelRegistryException failure) when (failure.Diagnostic.Kind == ErrorKind.Git)
        {
            options.Registry.Log.Detail($"the commit of {id} is not known: {failure.Message}");
            return null;
        }
    }

    private ModelLock CheckLocked(ModelLock before, IReadOnlyList<(ModelRequest Request, LockedVersion Locked)> answers, IReadOnlyList<ModelRequest> requests)
    {
        var diff = LockDiff.Between(before, Apply(before, answers, requests));
        return diff.Count == 0 ? before : throw OutOfDate(diff);
    }

    private ModelRegistryException OutOfDate(IEnumerable<string> diff) => Codes.LockOutOfDate.Error(
        $"{_file.Path} {(File.Exists(_file.Path) ? "is out of date" : "does not exist")} and the build is in locked mode: {string.Join(", ", diff)}",
        "build once with -p:ModelLockedMode=false (and -p:ModelForceEvaluate=true to move floating selectors) and commit the file; builds under CI, TF_BUILD and ContinuousIntegrationBuild are locked");

    private ModelLock Write(ModelLock before, IReadOnlyList<(ModelRequest Request, LockedVersion Locked)> answers, IReadOnlyList<ModelRequest> requests, CancellationToken cancellation)
    {
        var changes = LockDiff.Between(before, Apply(before, answers, requests)).Count > 0 || !File.Exists(_file.Path);
        // Where another project got in first with the same question its answer holds, so that all projects agree.
        return changes ? _file.Update(current => Apply(current, answers, requests, options.ForceEvaluate ? null : before), cancellation) : before;
    }

    // What others changed since the file was seen stays; where nothing is said to be seen, the answers win.
    private ModelLock Apply(ModelLock current, IReadOnlyList<(ModelRequest Request, LockedVersion Locked)> answers, IReadOnlyList<ModelRequest> requests, ModelLock? seen = null)
    {
        var next = current;
        foreach (var (request, locked) in answers)
        {
            // An answer that is the same keeps its entry, commit and all: the file changes only when a build does.
            if (current.Find(request) is { } present && (present.IsSameAs(locked) || (seen is not null && seen.Find(request)?.IsSameAs(present) != true))) continue;
            next = next.With(request, locked);
        }

        return options.Prune ? next.Only(requests) : next;
    }

    private static IEnumerable<Advisory> Advise(Advisor? advisor, ModelRequest request, LockedVersion locked) =>
        (advisor?.Examine(request, locked) ?? []).Concat(Advisor.ExamineAlone(request, locked));

    private ResolvedReference Locate(ModelRequest request, LockedVersion locked, ref RegistrySession? session, CancellationToken cancellation)
    {
        var id = new ModelId(request.Name, locked.Version);
        var files = new List<ResolvedFile>();
        foreach (var file in Resolving.FileFilter.ForApp(id, locked.Files, request.Files))
        {
            var isForLater = request.OnDemand && (file.Role != FileRoles.Labels || file.Size > LongestLabels);
            files.Add(new ResolvedFile(file, isForLater ? null : Locate(file, id, locked, ref session, cancellation)));
        }

        return new ResolvedReference(request, locked, files);
    }

    private string Locate(ModelFile file, ModelId id, LockedVersion locked, ref RegistrySession? session, CancellationToken cancellation)
    {
        try
        {
            return Artifacts(session, locked).Locate(file, id, cancellation);
        }
        catch (ModelRegistryException failure) when (failure.Diagnostic == Codes.ArtifactMissing)
        {
            if (_address.Url is null)
                throw session is null && options.Registry.Offline ? Codes.NotOnThisMachine.Error($"{failure.Message}; there is no registry here", failure.Hint) : failure;
            if (options.Registry.Offline)
                throw Codes.NotOnThisMachine.Error($"{failure.Message}; the build is offline and cannot ask {_address.Shown}", "build once with the network, or set MODELREG_FALLBACK_PATHS to a folder that has it");
            // A clone that is up to date was asked already.
            if (session?.Registry.Context.FetchesCommitted == true) throw;
            session?.Dispose();
            session = null;
            session = RegistrySession.Open(options.Address, _registryOptions, cancellation);
            return Artifacts(session, locked).Locate(file, id, cancellation);
        }
    }

    private ArtifactResolver Artifacts(RegistrySession? session, LockedVersion locked) =>
        session?.Registry.Context.Artifacts ?? new ArtifactResolver(StoreSet.WithoutRegistry(options.Registry), options.Registry, originOf: _ => OriginStores.Of(locked.Origin, locked.Files, options.Registry));

    /// <summary>The advisor says it once for every build, not only when a registry is asked.</summary>
    private sealed class WithoutYanks(IRegistryLog inner) : IRegistryLog
    {
        public void Warn(Diagnostic diagnostic, string message)
        {
            if (diagnostic != Codes.YankedChosen) inner.Warn(diagnostic, message);
        }

        public void Detail(string message) => inner.Detail(message);
    }
}
