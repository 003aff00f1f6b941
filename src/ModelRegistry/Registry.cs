using ModelRegistry.Diagnostics;
using ModelRegistry.Files;
using ModelRegistry.Families;
using ModelRegistry.Git;
using ModelRegistry.Health;
using ModelRegistry.History;
using ModelRegistry.Pointers;
using ModelRegistry.Registration;
using ModelRegistry.Resolving;
using ModelRegistry.Stores;
using ModelRegistry.Stores.Archives;
using ModelRegistry.Stores.Pushing;
using ModelRegistry.Signing;
using ModelRegistry.Trust;

namespace ModelRegistry;

/// <summary>
/// A registry of model versions: a directory of JSON files in a git repository, and the stores that hold the bytes.
/// <see cref="RegistrySession"/> opens one. Instances may be used from several threads. Every expected failure is a <see cref="ModelRegistryException"/>.
/// </summary>
public sealed class Registry
{
    private readonly RegistryContext _context;
    private readonly Resolver _resolver;
    private readonly PointerWriter _pointers;
    private readonly FamilyIndexReader _index;
    private readonly RepositoryWatch _repository;
    private readonly VersionSignatures _signatures;

    internal Registry(RegistryContext context)
    {
        _context = context;
        _resolver = new Resolver(context);
        _pointers = new PointerWriter(context, _resolver);
        _index = new FamilyIndexReader(context, Overview);
        _repository = new RepositoryWatch(context);
        _signatures = new VersionSignatures(context, _pointers);
    }

    internal RegistryContext Context => _context;

    internal VersionSummary Choose(Family family, Selector selector, bool includePrerelease) => _resolver.Choose(family, selector, includePrerelease);

    /// <summary>Where the files stand.</summary>
    public RegistryLayout Layout => _context.Layout;

    /// <summary>What <c>registry.json</c> says.</summary>
    public RegistrySettings Settings => _context.Settings;

    /// <summary>The folder of the store that registrations write to.</summary>
    public string StoreDirectory => _context.Store.Root;

    /// <summary>Makes a registry in <c>registry/</c> below a directory, with a store beside it in <c>models/</c>.</summary>
    /// <exception cref="ModelRegistryException">MR0221: there is one already; MR0402: not a git repository.</exception>
    public static InitResult Initialise(string directory, InitOptions? init = null, RegistryOptions? options = null, CancellationToken cancellation = default) =>
        new RegistryInitialiser(options ?? new RegistryOptions()).Initialise(directory, init ?? new InitOptions(), cancellation);

    /// <summary>
    /// Registers a version. The same content registered again returns the version that exists and writes nothing.
    /// A failure at any point leaves the registry as it was.
    /// </summary>
    /// <exception cref="ModelRegistryException">MR0115: provenance without a signer; and the rules of a registration.</exception>
    public RegistrationResult Register(RegistrationRequest request, CancellationToken cancellation = default)
    {
        if (request.Provenance && request.Signer is null) throw Codes.Usage.Error("provenance is stated by somebody, and nobody signs", "say who signs, or leave the provenance out");
        var result = new Registrar(_context).Register(request, cancellation);
        // It names the manifest, whose number is known only now.
        if (request.Provenance && result.Created) SignProvenance(result.Id, request.Signer!, builder: null, request.Commit, cancellation);
        return result;
    }

    /// <summary>Resolves a selector to a version and the verified paths of its files.</summary>
    /// <exception cref="ModelRegistryException">MR0203, MR0204, MR0205, MR0209: no answer; MR0301, MR0302, MR0303, MR0305: no bytes; MR0207, MR0208: a manifest is not in order.</exception>
    public Resolution Resolve(ModelName name, Selector selector, ResolveOptions? options = null, CancellationToken cancellation = default) =>
        _resolver.Resolve(name, selector, options ?? new ResolveOptions(), cancellation);

    /// <summary>The verified path of one file of a version in a store.</summary>
    /// <exception cref="ModelRegistryException">MR0301: in no store; MR0302: found, but altered; MR0303: a store cannot be read; MR0305: a Git LFS pointer.</exception>
    public string Locate(ModelFile file, ModelId id, CancellationToken cancellation = default) => _context.Artifacts.Locate(file, id, cancellation);

    /// <summary>Whether the bytes of a file seem to be here: a store that is a folder has a file of its digest's name and its length. Nothing is hashed or fetched.</summary>
    public bool IsAtHand(ModelFile file) => _context.Artifacts.IsAtHand(file);

    /// <summary>Reads a manifest.</summary>
    /// <exception cref="ModelRegistryException">MR0203, MR0204: not found; MR0207, MR0208: not in order.</exception>
    public Manifest Get(ModelId id) => _resolver.Read(id, CancellationToken.None).Manifest;

    /// <summary>Reads a manifest with the bytes of its file and their digest.</summary>
    /// <exception cref="ModelRegistryException">MR0203, MR0204: not found; MR0207, MR0208: not in order.</exception>
    public ResolvedManifest GetManifest(ModelId id, CancellationToken cancellation = default) => _resolver.Read(id, cancellation);

    /// <summary>The names of all families, in order.</summary>
    public IReadOnlyList<ModelName> Names() => [.. _context.Families.Names()];

    /// <summary>Reads a family.</summary>
    /// <exception cref="ModelRegistryException">MR0203: not found; the hint names near ones.</exception>
    public Family GetFamily(ModelName name, CancellationToken cancellation = default) => _resolver.GetFamily(name, cancellation);

    /// <summary>All families with what <c>latest</c> and <c>best</c> mean in each.</summary>
    public IReadOnlyList<FamilyOverview> List(CancellationToken cancellation = default)
    {
        _context.Families.CheckOutAll(cancellation);
        var names = _context.Families.Candidates(cancellation).ToArray();
        var hidden = _context.Families.Hidden(cancellation);
        var overviews = new FamilyOverview?[names.Length];
        // Ten thousand small files: opening them is what takes the time.
        SideBySide.Run(names.Length, -1, i =>
        {
            // A folder that is left over holds no model.
            if (_context.Families.TryRead(names[i], hidden, cancellation) is { } family && (family.Versions.Count > 0 || family.Broken.Count > 0)) overviews[i] = Overview(family);
        }, cancellation);

        return [.. overviews.OfType<FamilyOverview>()];
    }

    /// <summary>Warns (MR0230) of each version whose manifest is not the one that git has. Starts no git.</summary>
    public void WarnOfEdits(IEnumerable<ModelId> versions, CancellationToken cancellation = default) => CommittedManifests.WarnIfUnlike(_context, versions, cancellation);

    /// <summary>A family with every manifest, yank and verification, kept while nothing changed on the disk; null where there is none.</summary>
    public FamilyIndex? Index(ModelName name, CancellationToken cancellation = default) => _index.TryRead(name, cancellation);

    /// <summary>Every family with what <see cref="Index"/> gives of it, in order of name. Folders that hold no model are left out.</summary>
    public IReadOnlyList<IndexedFamily> Indexes(CancellationToken cancellation = default) => _index.ReadAll(cancellation);

    private FamilyOverview Overview(Family family) => FamilyOverview.Of(family, (f, selector) => _resolver.Choose(f, selector, includePrerelease: false));

    /// <summary>The yank of a version; null where it was not yanked.</summary>
    public YankRecord? GetYank(ModelId id) => _resolver.ReadYank(id);

    /// <summary>The last verification of a version; null where there is none.</summary>
    public VerificationRecord? GetVerification(ModelId id) => _resolver.ReadVerification(id);

    /// <summary>Moves an alias to a version.</summary>
    /// <param name="name">The family.</param>
    /// <param name="selector">The version, as of now.</param>
    /// <param name="alias">The alias, with or without <c>@</c>.</param>
    /// <param name="reason">Why; stands in the audit trail.</param>
    /// <param name="commit">Make a commit of it.</param>
    /// <param name="expected">Where the alias has to be; compared under the writers' lock. Null where that does not matter.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="ModelRegistryException">MR0116: not an alias; MR0223: a policy asks for a verification; MR0919: it is not where it is expected; and those of <see cref="Resolve"/>.</exception>
    public PointerChange Promote(ModelName name, Selector selector, string alias, string? reason = null, bool commit = true, ExpectedAlias? expected = null, CancellationToken cancellation = default) =>
        _pointers.Promote(name, selector, alias, reason, expected, commit, cancellation);

    /// <summary>Withdraws a version: no selector but its exact version or digest chooses it any more.</summary>
    /// <exception cref="ModelRegistryException">MR0210: it is yanked already; MR0231: an alias that a policy protects points at it and <paramref name="force"/> is false.</exception>
    public PointerChange Yank(ModelId id, string? reason = null, ModelVersion? replacement = null, bool commit = true, bool force = false, CancellationToken cancellation = default) =>
        _pointers.Yank(id, reason, replacement, force, commit, cancellation);

    /// <summary>Takes a yank back.</summary>
    /// <exception cref="ModelRegistryException">MR0232: it is not yanked.</exception>
    public PointerChange Unyank(ModelId id, string? reason = null, bool commit = true, CancellationToken cancellation = default) =>
        _pointers.Unyank(id, reason, commit, cancellation);

    /// <summary>Removes an alias.</summary>
    /// <exception cref="ModelRegistryException">MR0209: there is none; MR0231: a policy protects it and <paramref name="force"/> is false.</exception>
    public PointerChange RemoveAlias(ModelName name, ModelName alias, string? reason = null, bool commit = true, bool force = false, CancellationToken cancellation = default) =>
        _pointers.RemoveAlias(name, alias, reason, force, commit, cancellation);

    /// <summary>
    /// Ends a merge or rebase that stops at two registrations of one version: the published one keeps the number, the other one gets the next
    /// free number, with its verification, its yank and the aliases of its side.
    /// </summary>
    /// <exception cref="ModelRegistryException">MR0233: there is no such conflict; MR0227: both are published.</exception>
    public Renumbering Renumber(ModelId id, KeptSide keep = KeptSide.Published, CancellationToken cancellation = default) =>
        new Merging.Renumberer(_context).Renumber(id, keep, cancellation);

    /// <summary>
    /// Brings this clone and its remote together: what the remote has comes here, what this clone registered goes there behind it, exactly once.
    /// A version that lost its number to somebody else's gets the next one, if its number was not chosen by hand. Never forces, never merges.
    /// </summary>
    /// <exception cref="ModelRegistryException">MR0850 to MR0857; MR0206: a number that was chosen by hand is taken.</exception>
    public SyncResult Sync(SyncOptions? options = null, CancellationToken cancellation = default) =>
        new Syncing.Syncer(_context, options ?? new SyncOptions()).Run(cancellation);

    /// <summary>
    /// Removes artifacts from the local store that no manifest names any more: at the tip of no branch, tag or stash, in no index and no work tree
    /// of the repository, in no lock file that is named, and in no image of the store's index.
    /// </summary>
    /// <exception cref="ModelRegistryException">MR0260: a manifest cannot be read, so nothing was removed; MR0213: another process holds the store.</exception>
    public CollectReport Collect(CollectOptions? options = null, CancellationToken cancellation = default) =>
        new Collecting.Collector(_context, options ?? new CollectOptions()).Run(cancellation);

    /// <summary>What the other stores hold and no manifest here names. Nothing is removed there: other registries may use them too.</summary>
    /// <exception cref="ModelRegistryException">MR0260: a manifest cannot be read; MR0261: no store says what it holds.</exception>
    public IReadOnlyList<CollectReport> ListUnreferenced(CollectOptions? options = null, CancellationToken cancellation = default) =>
        new Collecting.Collector(_context, options ?? new CollectOptions()).ListElsewhere(cancellation);

    /// <summary>Syncs after a registration, and tells what it is called on the remote: another number where somebody else was faster.</summary>
    /// <exception cref="ModelRegistryException">As <see cref="Sync"/>.</exception>
    public RegistrationResult Push(RegistrationResult registered, CancellationToken cancellation = default)
    {
        var done = Sync(cancellation: cancellation);
        var id = done.Renumbered.Concat(done.Dropped).FirstOrDefault(r => r.From == registered.Id)?.To ?? registered.Id;
        return new RegistrationResult(Get(id), registered.Created && done.Dropped.All(r => r.From != registered.Id), Layout.Manifest(id), CommitOf(id, cancellation));
    }

    /// <summary>Records the outcome of a verification.</summary>
    public PointerChange RecordVerification(ModelId id, VerificationRecord verification, bool commit = true, CancellationToken cancellation = default) =>
        _pointers.Record(id, verification, commit, cancellation);

    /// <summary>The signatures of a version: who says that they vouch for it. Nothing is verified here.</summary>
    /// <exception cref="ModelRegistryException">MR0203, MR0204: not found; MR0802: a signature cannot be read.</exception>
    public IReadOnlyList<SignatureBundle> GetSignatures(ModelId id) => [.. _signatures.Read(Get(id).Id)];

    /// <summary>Signs a version; a version that the same key has signed is left as it is.</summary>
    /// <exception cref="ModelRegistryException">MR0203, MR0204: not found; MR0803: the key has signed other files under its number; MR0808: the signing command failed.</exception>
    public PointerChange Sign(ModelId id, ModelSigner signer, bool commit = true, CancellationToken cancellation = default) =>
        _signatures.Sign(Get(id), signer, commit, cancellation);

    /// <summary>States how a version was made, from its lineage, and signs the statement; one of the same key that is there stays as it is.</summary>
    /// <param name="id">The version.</param>
    /// <param name="signer">Who states it.</param>
    /// <param name="builder">What made it; null for what the environment of CI says (<see cref="RegistryOptions.Builder"/>).</param>
    /// <param name="commit">Whether to commit.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="ModelRegistryException">MR0203, MR0204: not found; MR0808: the signing command failed.</exception>
    public PointerChange SignProvenance(ModelId id, ModelSigner signer, string? builder = null, bool commit = true, CancellationToken cancellation = default) =>
        _signatures.SignProvenance(GetManifest(id, cancellation), signer, builder ?? _context.Options.Builder, commit, cancellation);

    /// <summary>What signed statements say of how a version was made, with the keys that signed them. Whether they are believed is for a policy to say.</summary>
    /// <exception cref="ModelRegistryException">MR0203, MR0204: not found; MR0802: a statement cannot be read.</exception>
    public IReadOnlyList<StatedProvenance> GetProvenance(ModelId id)
    {
        var version = GetManifest(id);
        return [.. _signatures.ProvenancePaths(id).Select(SignatureBundle.Load).Select(bundle =>
        {
            var stated = bundle.Provenance(bundle.Envelope.Payload);
            return new StatedProvenance(bundle.KeyId, stated.Builder, stated.Repository, stated.Branch, stated.Commit, stated.IsAbout(version.Manifest, version.Digest));
        })];
    }

    /// <summary>Adds a signature, or a signed statement of how a version was made, that was made elsewhere.</summary>
    /// <exception cref="ModelRegistryException">MR0203, MR0204: not found; MR0803: it is for other files.</exception>
    public PointerChange Attach(ModelId id, SignatureBundle bundle, bool commit = true, CancellationToken cancellation = default) =>
        bundle.IsProvenance ? _signatures.AddProvenance(GetManifest(id, cancellation), bundle, commit, cancellation) : _signatures.Add(Get(id), bundle, commit, cancellation);

    /// <summary>Holds a version against a policy. No file of the model is read.</summary>
    /// <exception cref="ModelRegistryException">MR0203, MR0204: not found. What the policy makes of the version is in the verdict.</exception>
    public TrustVerdict CheckTrust(ModelId id, ModelTrustPolicy policy, CancellationToken cancellation = default)
    {
        using var check = new TrustCheck(policy, _context.Options.Clock);
        return CheckTrust(GetManifest(id, cancellation), check, cancellation);
    }

    internal TrustVerdict CheckTrust(ResolvedManifest version, TrustCheck check, CancellationToken cancellation)
    {
        var (policy, id) = (check.Policy, version.Manifest.Id);
        var verdict = check.Check(version.Manifest, version.Digest, _signatures.Paths(id), policy.Provenance is null ? [] : _signatures.ProvenancePaths(id));
        return policy.Commits is null ? verdict : new CommitCheck(policy, _context).Add(verdict, version, cancellation);
    }

    internal void ThrowIfRefused(ResolvedManifest version, ModelTrustPolicy policy, CancellationToken cancellation)
    {
        using var check = new TrustCheck(policy, _context.Options.Clock);
        var verdict = CheckTrust(version, check, cancellation);
        verdict.ThrowIfRefused();
        foreach (var warning in verdict.Problems) _context.Options.Log.Warn(warning.Failure.Diagnostic, warning.Failure.Message);
    }

    /// <summary>What the signatures of the registry's commits are worth, by commit. No program that a configuration names is started.</summary>
    /// <param name="commits">The commits, as <see cref="Log"/> names them.</param>
    /// <param name="allowedSigners">A file with the ssh keys that are believed, in the form of <c>ssh-keygen</c>'s ALLOWED SIGNERS; null for none.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="ModelRegistryException">MR0401: git is not installed; MR0402: not a git repository.</exception>
    public IReadOnlyDictionary<string, CommitSignature> GetCommitSignatures(IEnumerable<string> commits, string? allowedSigners = null, CancellationToken cancellation = default) =>
        CommitSignatures.Read(_context.RepositoryOfHistory(), [.. commits.Distinct().Select(GitObjectId.Parse)], allowedSigners, cancellation);

    /// <summary>
    /// The folder of the cache in which a version's files stand under their own names, for models that need them together
    /// (<see cref="Manifest.NeedsFolder"/>). Made once, checked each time, never to be edited.
    /// </summary>
    /// <exception cref="ModelRegistryException">MR0309: there is no cache, or it cannot be written; and those of <see cref="Locate"/>.</exception>
    public string Folder(Resolution resolution, CancellationToken cancellation = default) =>
        new VersionFolder(_context.Options, resolution.ManifestDigest).MakeAsync(resolution.Id, _context.Artifacts, resolution.Files, cancellation).GetAwaiter().GetResult();

    /// <summary>
    /// Puts the files of a version into a folder, each at its path inside the model, hashed on the way. What an earlier call placed there of
    /// this model, and this version lacks, goes; files of others stay.
    /// </summary>
    /// <returns>The paths, in the order of the files.</returns>
    /// <exception cref="ModelRegistryException">MR0240: another file stands at a path; MR0302: a blob was altered; MR0309: the folder cannot be written.</exception>
    public static IReadOnlyList<string> Materialise(Resolution resolution, string destination, MaterialiseOptions? options = null, CancellationToken cancellation = default) =>
        Materialiser.Materialise(resolution, destination, options ?? new MaterialiseOptions(), cancellation);

    /// <summary>Puts versions into a store that others read from: files that it lacks, then, where it holds images, the image and its tag.</summary>
    /// <param name="references">What to push; without a selector all versions of the family. Empty for all versions of all families.</param>
    /// <param name="store">The store's name; null for the only one beside the local store.</param>
    /// <param name="check">Only look whether it is there.</param>
    /// <param name="cancellation">Stops it; what was sent stays and is not sent again.</param>
    /// <exception cref="ModelRegistryException">MR0322: no such store; MR0323: another image has a version's tag; MR0804: a policy asks for signatures and one has none; and those of stores.</exception>
    public IReadOnlyList<PushedVersion> Push(IReadOnlyList<ModelReference> references, string? store = null, bool check = false, CancellationToken cancellation = default)
    {
        var pusher = new Pusher(_context);
        var chosen = pusher.Choose(store);
        var manifests = Referenced(references, cancellation).Select(id => GetManifest(id, cancellation)).ToList();
        // All of them before the first is sent.
        if (!check && _context.Settings.Policies?.RequireSignature == true) manifests.ForEach(m => _signatures.ThrowIfUnsigned(m.Manifest.Id, m.Manifest));
        return [.. manifests.Select(manifest => pusher.PushAsync(chosen, manifest, check, cancellation).GetAwaiter().GetResult())];
    }

    /// <summary>Writes versions, with their families and signatures, into an archive: an OCI image layout in a tar, the same bytes every time.</summary>
    /// <param name="references">What to export; without a selector all versions of the family. Empty for all versions of all families.</param>
    /// <param name="file">The archive; one that is there is replaced when the new one is complete.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>What was exported.</returns>
    /// <exception cref="ModelRegistryException">MR0301: an artifact is nowhere; MR0309: the file cannot be written.</exception>
    public IReadOnlyList<ModelId> Export(IReadOnlyList<ModelReference> references, string file, CancellationToken cancellation = default)
    {
        var manifests = Referenced(references, cancellation).Select(id => GetManifest(id, cancellation)).ToList();
        var path = _context.Options.FullPath(file);
        return AtomicFile.Guard(Codes.DestinationUnwritable, path, () =>
        {
            var temporary = path + AtomicFile.TemporarySuffix;
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            try
            {
                using (var output = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 20)) new ArchiveWriter(_context).Write(manifests, output, cancellation);
                File.Move(temporary, path, overwrite: true);
            }
            finally
            {
                File.Delete(temporary);
            }

            return (IReadOnlyList<ModelId>)[.. manifests.Select(m => m.Manifest.Id)];
        });
    }

    /// <summary>Takes the versions of an archive that <see cref="Export"/>, or an OCI client, wrote. All digests are verified before anything is written.</summary>
    /// <param name="file">The archive.</param>
    /// <param name="commit">Whether each version is committed. Default: true.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="ModelRegistryException">MR0107: there is no such file; MR0206: another version has the number; MR0302, MR0326: the archive is not in order.</exception>
    public IReadOnlyList<ImportedVersion> Import(string file, bool commit = true, CancellationToken cancellation = default)
    {
        using var source = SourceFile.Open(_context.Options.FullPath(file));
        using var input = new FileStream(source.Path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 20, FileOptions.SequentialScan);
        return Import(input, commit, cancellation);
    }

    /// <summary>Takes the versions of an archive that is read once from its start, as it comes out of a pipe.</summary>
    /// <param name="archive">The archive.</param>
    /// <param name="commit">Whether each version is committed. Default: true.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="ModelRegistryException">MR0206: another version has the number; MR0302, MR0326: the archive is not in order.</exception>
    public IReadOnlyList<ImportedVersion> Import(Stream archive, bool commit = true, CancellationToken cancellation = default) => new Importer(_context).Import(archive, commit, cancellation);

    /// <summary>
    /// Registers a model that stands elsewhere. Lengths and digests are held against what the server states; what arrived is kept where an import
    /// breaks. The same revision again is nothing.
    /// </summary>
    /// <exception cref="ModelRegistryException">MR0816: not such an address; MR0817: it is not there; MR0818: the server contradicts itself; those of stores, and
    /// those of a registration.</exception>
    public RegistrationResult Import(OriginRequest request, CancellationToken cancellation = default) =>
        new Importing.OriginImporter(_context).ImportAsync(request, cancellation).GetAwaiter().GetResult();

    /// <summary>Asks the places that models were imported from what they have now.</summary>
    /// <param name="name">A family; null for all.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="ModelRegistryException">MR0203: no such family; MR0713: offline.</exception>
    public IReadOnlyList<OutdatedModel> Outdated(ModelName? name = null, CancellationToken cancellation = default) =>
        new Importing.UpstreamCheck(_context).Check(name is null ? Names() : [GetFamily(name, cancellation).Name], cancellation);

    /// <summary>Writes <c>index.json</c> of the local store, and the small blobs that images need, so that any OCI client copies versions from it.</summary>
    /// <param name="references">What to name; without a selector all versions of the family. Empty for all versions of all families.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>What the index names of these families now.</returns>
    public IReadOnlyList<ModelId> IndexStore(IReadOnlyList<ModelReference> references, CancellationToken cancellation = default)
    {
        var manifests = Referenced(references, cancellation).Select(id => GetManifest(id, cancellation)).ToList();
        new StoreIndex(_context).Write(manifests, cancellation);
        return [.. manifests.Select(m => m.Manifest.Id)];
    }

    /// <summary>The versions that references mean: all of a family where one has no selector, all of the registry where there is none.</summary>
    internal IEnumerable<ModelId> Referenced(IReadOnlyList<ModelReference> references, CancellationToken cancellation)
    {
        if (references.Count == 0) _context.Families.CheckOutAll(cancellation);
        else _context.Families.CheckOut([.. references.Select(reference => reference.Name).Distinct()], cancellation);
        var asked = references.Count > 0 ? references : [.. Names().Select(name => new ModelReference(name, null))];
        return asked.SelectMany<ModelReference, ModelId>(reference =>
        {
            if (reference.Selector is { } selector) return [_resolver.Resolve(reference.Name, selector, new ResolveOptions { Fetch = false }, cancellation).Id];
            var family = GetFamily(reference.Name, cancellation);
            if (family.Broken is [var broken, ..]) throw broken;
            return family.Versions.Reverse().Select(version => new ModelId(reference.Name, version.Version));
        }).Distinct();
    }

    /// <summary>The audit trail from git, newest first.</summary>
    /// <param name="name">A family; null for all.</param>
    /// <param name="limit">The most entries to return.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="ModelRegistryException">MR0402: not a git repository.</exception>
    public IReadOnlyList<AuditEntry> Log(ModelName? name = null, int limit = int.MaxValue, CancellationToken cancellation = default) =>
        new AuditTrail(_context).Read(name, limit, cancellation);

    /// <summary>What was done after a commit, newest first, so that a trail that is known goes on from there.</summary>
    /// <param name="commit">A commit of the past.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>The entries; null where the way from the commit to HEAD is no straight line (a merge, another branch, a rebase) or is long: read the whole then.</returns>
    /// <exception cref="ModelRegistryException">MR0402: not a git repository.</exception>
    public IReadOnlyList<AuditEntry>? LogSince(string commit, CancellationToken cancellation = default) =>
        new AuditTrail(_context).ReadSince(commit, cancellation);

    /// <summary>Makes a folder for files that may be registered, and removes those of processes that were killed.</summary>
    public StagingFolder Stage() => StagingFolder.Make(_context.Store);

    /// <summary>Removes the staging folders of processes that were killed.</summary>
    public void ClearStaging() => StagingFolder.RemoveAbandoned(_context.Store);

    /// <summary>Takes back what a write that was killed left half-done, as the next write would. While another process writes, it is left to that one.</summary>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>What was taken back, relative to the registry.</returns>
    public IReadOnlyList<string> TakeBackInterrupted(CancellationToken cancellation = default) => Recovery.IfInterrupted(_context, cancellation);

    /// <summary>The path of a blob that the store which is written has, by digest and length; null where it has none. Its content is not verified.</summary>
    public string? TryFindBlob(Digest digest, long length) =>
        _context.Store.TryFind(digest, out var path) && new FileInfo(path).Length == length ? path : null;

    /// <summary>Where the registry's repository stands; null where there is none, or no git. Cheap to ask again while nothing changed.</summary>
    public RepositoryState? Repository(CancellationToken cancellation = default) => _repository.Read(cancellation);

    /// <summary>Where a version comes from: its source, data set and ancestors.</summary>
    public LineageNode GetLineage(ModelId id) => LineageTree.Build(id, Get, GetYank);

    /// <summary>What differs between two versions.</summary>
    public VersionComparison Compare(ModelId left, ModelId right) =>
        VersionComparison.Of(Get(left), Get(right), name => _context.Families.Settings(name).Metric);

    /// <summary>Checks metadata, bytes and history against each other.</summary>
    /// <param name="fix">Mend what can be mended without losing anything.</param>
    /// <param name="progress">Told what is being checked.</param>
    /// <param name="remote">Ask the stores that are not folders whether they have what the registry says.</param>
    /// <param name="cancellation">Stops it.</param>
    public DoctorReport Doctor(bool fix = false, IProgress<string>? progress = null, bool remote = false, CancellationToken cancellation = default) =>
        new Doctor(_context).Examine(fix, remote, progress, cancellation);

    /// <summary>The commit of the registry's repository that last touched a version's manifest; null where git does not know it.</summary>
    public string? CommitOf(ModelId id, CancellationToken cancellation = default) => Commit(repository => repository.LastCommit(Layout.Manifest(id), cancellation));

    /// <summary>A commit of the registry's repository that has a version's manifest, also where a shallow clone does not know which one added it; null where git does not know it.</summary>
    internal string? CommitWith(ModelId id, CancellationToken cancellation) => Commit(repository => repository.NewestCommit(Layout.Manifest(id), cancellation));

    private string? Commit(Func<GitRepository, GitObjectId?> find)
    {
        try
        {
            return GitRepository.Find(Layout.Root, _context.Options) is { } repository ? find(repository)?.Hex : null;
        }
        catch (ModelRegistryException failure) when (failure.Diagnostic == Codes.GitMissing)
        {
            return null;
        }
    }
}
