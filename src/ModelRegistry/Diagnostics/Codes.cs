using static ModelRegistry.Diagnostics.ErrorKind;

namespace ModelRegistry.Diagnostics;

/// <summary>Every diagnostic of the core, in one place.</summary>
public static class Codes
{
#pragma warning disable CS1591 // The titles are the documentation.
    public static readonly Diagnostic InvalidName = new("MR0101", InvalidInput, "Invalid model name");
    public static readonly Diagnostic InvalidVersion = new("MR0102", InvalidInput, "Invalid version");
    public static readonly Diagnostic InvalidSelector = new("MR0103", InvalidInput, "Invalid selector");
    public static readonly Diagnostic InvalidMetric = new("MR0104", InvalidInput, "Invalid metric");
    public static readonly Diagnostic InvalidDigest = new("MR0105", InvalidInput, "Invalid digest");
    public static readonly Diagnostic InvalidPath = new("MR0106", InvalidInput, "Invalid file path");
    public static readonly Diagnostic SourceMissing = new("MR0107", InvalidInput, "File to register not found");
    public static readonly Diagnostic SourceEmpty = new("MR0108", InvalidInput, "File to register is empty");
    public static readonly Diagnostic SourceNotFile = new("MR0109", InvalidInput, "Not a regular file");
    public static readonly Diagnostic InvalidJson = new("MR0110", InvalidInput, "Invalid JSON input");
    public static readonly Diagnostic InvalidMetadata = new("MR0111", InvalidInput, "Invalid metadata");
    public static readonly Diagnostic InvalidFiles = new("MR0112", InvalidInput, "Invalid set of files");
    public static readonly Diagnostic MetadataRequired = new("MR0113", CheckFailed, "Required metadata missing");
    public static readonly Diagnostic SourceDirty = new("MR0114", CheckFailed, "Source tree has uncommitted changes");
    public static readonly Diagnostic Usage = new("MR0115", InvalidInput, "Invalid command line");
    public static readonly Diagnostic InvalidAlias = new("MR0116", InvalidInput, "Invalid alias");
    public static readonly Diagnostic SourceUnreadable = new("MR0117", InvalidInput, "File to register cannot be read");
    public static readonly Diagnostic InvalidGate = new("MR0118", InvalidInput, "Invalid gate");
    public static readonly Diagnostic GateFailed = new("MR0119", CheckFailed, "Gate not passed");
    public static readonly Diagnostic DangerousFile = new("MR0120", CheckFailed, "Weights ask for code to be run");
    public static readonly Diagnostic MalformedFile = new("MR0121", CheckFailed, "Weights are malformed");
    public static readonly Diagnostic StandInFile = new("MR0122", InvalidInput, "Pointer or web page in place of a file");

    public static readonly Diagnostic RegistryNotFound = new("MR0201", NotFound, "No registry found");
    public static readonly Diagnostic RegistryUnreadable = new("MR0202", Integrity, "registry.json cannot be read");
    public static readonly Diagnostic ModelNotFound = new("MR0203", NotFound, "Model not found");
    public static readonly Diagnostic VersionNotFound = new("MR0204", NotFound, "Version not found");
    public static readonly Diagnostic NoMatch = new("MR0205", NotFound, "No version matches the selector");
    public static readonly Diagnostic VersionExists = new("MR0206", Conflict, "Version exists with other content");
    public static readonly Diagnostic ManifestInvalid = new("MR0207", Integrity, "Manifest cannot be read");
    public static readonly Diagnostic ManifestMismatch = new("MR0208", Integrity, "Manifest disagrees with its path");
    public static readonly Diagnostic AliasNotFound = new("MR0209", NotFound, "Alias not found");
    public static readonly Diagnostic AlreadyYanked = new("MR0210", Conflict, "Version is already yanked");
    public static readonly Diagnostic FamilyCase = new("MR0211", Integrity, "Family directory is not a valid name");
    public static readonly Diagnostic RegistryUnwritable = new("MR0212", Store, "Registry cannot be written");
    public static readonly Diagnostic RegistryLocked = new("MR0213", Conflict, "Registry is locked by another process");
    public static readonly Diagnostic SchemaTooNew = new("MR0214", Integrity, "Written by a newer schema version");
    public static readonly Diagnostic SettingsInvalid = new("MR0215", Integrity, "Family, alias or yank file cannot be read");
    public static readonly Diagnostic FileNotInVersion = new("MR0216", NotFound, "Version has no such file");
    public static readonly Diagnostic ManifestAltered = new("MR0217", Integrity, "Manifest changed after it was registered");
    public static readonly Diagnostic ManifestUncommitted = new("MR0218", Conflict, "Manifest is not committed");
    public static readonly Diagnostic Interrupted = new("MR0219", Conflict, "Registration was interrupted");
    public static readonly Diagnostic ManifestRemoved = new("MR0220", Integrity, "Registered manifest was removed");
    public static readonly Diagnostic RegistryExists = new("MR0221", Conflict, "Registry exists already");
    public static readonly Diagnostic YankedChosen = new("MR0222", CheckFailed, "Yanked version in use");
    public static readonly Diagnostic NotVerified = new("MR0223", CheckFailed, "Version is not verified");
    public static readonly Diagnostic DanglingReference = new("MR0224", Integrity, "Alias, yank or verification of a missing version");

    public static readonly Diagnostic PlacedFileChanged = new("MR0240", Conflict, "Another file stands where a model's file goes");
    public static readonly Diagnostic LinkInRegistry = new("MR0225", Integrity, "Link in a registry");
    public static readonly Diagnostic JournalIgnored = new("MR0226", Integrity, "Journal of a write is not believed");
    public static readonly Diagnostic VersionTakenTwice = new("MR0227", Conflict, "Two registrations took one version");
    public static readonly Diagnostic MergeConflict = new("MR0228", Conflict, "Merge conflict in the registry");
    public static readonly Diagnostic CommitContradicted = new("MR0229", Integrity, "Manifest is not the one that its commit names");
    public static readonly Diagnostic ManifestUnlikeCommit = new("MR0230", Integrity, "Manifest differs from the committed one");
    public static readonly Diagnostic StillPointedAt = new("MR0231", Conflict, "Aliases point at the version");
    public static readonly Diagnostic NothingToRenumber = new("MR0233", NotFound, "Nothing to renumber");
    public static readonly Diagnostic CollectionStopped = new("MR0260", Integrity, "Manifest cannot be read, so nothing is collected");
    public static readonly Diagnostic StoreNotListed = new("MR0261", Store, "Store does not say what it holds");
    public static readonly Diagnostic ChangedMeanwhile = new("MR0919", Conflict, "Changed by somebody else meanwhile");
    public static readonly Diagnostic NotYanked = new("MR0232", NotFound, "Version is not yanked");

    public static readonly Diagnostic ArtifactMissing = new("MR0301", NotFound, "Artifact not found in any store");
    public static readonly Diagnostic DigestMismatch = new("MR0302", Integrity, "Artifact does not match its digest");
    public static readonly Diagnostic StoreUnreadable = new("MR0303", Store, "Store cannot be read");
    public static readonly Diagnostic StoreUnwritable = new("MR0304", Store, "Store cannot be written");
    public static readonly Diagnostic LfsPointer = new("MR0305", Integrity, "Git LFS pointer in place of an artifact");
    public static readonly Diagnostic StrayFile = new("MR0306", Conflict, "Stray temporary file");
    public static readonly Diagnostic Unreferenced = new("MR0307", Store, "Artifact that no manifest names");
    public static readonly Diagnostic SourceChanged = new("MR0308", Conflict, "File changed while it was read");
    public static readonly Diagnostic DestinationUnwritable = new("MR0309", Store, "Destination cannot be written");
    public static readonly Diagnostic DiskFull = new("MR0310", Store, "Disk is full");
    public static readonly Diagnostic BlobWritable = new("MR0311", Store, "Artifact is not read-only");

    public static readonly Diagnostic PlainValues = new("MR0527", CheckFailed, "Plain values beside the tensors");

    public static readonly Diagnostic SizeContradicted = new("MR0312", Integrity, "Manifest states another size than the artifact has");
    public static readonly Diagnostic LinkInStore = new("MR0313", Integrity, "Link in place of an artifact");

    public static readonly Diagnostic StoreUnreachable = new("MR0314", Store, "Store cannot be reached");
    public static readonly Diagnostic StoreAnswerWrong = new("MR0315", Integrity, "Store has other bytes than the manifest says");

    public static readonly Diagnostic CredentialsRefused = new("MR0316", Store, "Store refuses the credential");
    public static readonly Diagnostic StoreRefused = new("MR0317", Store, "Store refuses a request");
    public static readonly Diagnostic CredentialHelperFailed = new("MR0318", Store, "Credential helper gives nothing");
    public static readonly Diagnostic OciNameRefused = new("MR0319", Store, "Name that OCI registries refuse");
    public static readonly Diagnostic RealmNotTrusted = new("MR0320", Store, "Token server is not trusted");
    public static readonly Diagnostic ImageRefused = new("MR0321", Store, "Registry refuses the image");
    public static readonly Diagnostic NothingToPushTo = new("MR0322", InvalidInput, "No store to push to");
    public static readonly Diagnostic TagTaken = new("MR0323", Conflict, "Tag names another image");
    public static readonly Diagnostic StoreSettingsInvalid = new("MR0324", Store, "Entry of a store is not valid");
    public static readonly Diagnostic RedirectRefused = new("MR0325", Store, "Redirect is not followed");

    public static readonly Diagnostic NotAtStore = new("MR0327", CheckFailed, "Version is not at the store");
    public static readonly Diagnostic OriginPacked = new("MR0328", InvalidInput, "File of a model elsewhere is packed");
    public static readonly Diagnostic ArchiveInvalid = new("MR0326", Integrity, "Archive is not one of models");

    public static readonly Diagnostic GitMissing = new("MR0401", ErrorKind.Git, "Git is not installed");
    public static readonly Diagnostic NotARepository = new("MR0402", ErrorKind.Git, "Not a git repository");
    public static readonly Diagnostic GitFailed = new("MR0403", ErrorKind.Git, "Git failed");
    public static readonly Diagnostic GitLocked = new("MR0404", ErrorKind.Git, "Git is locked");
    public static readonly Diagnostic CommitRefused = new("MR0405", ErrorKind.Git, "Git refused the commit");
    public static readonly Diagnostic IdentityUnknown = new("MR0406", ErrorKind.Git, "Git does not know who you are");
    public static readonly Diagnostic GitTimeout = new("MR0407", ErrorKind.Git, "Git did not finish in time");
    public static readonly Diagnostic MergeInProgress = new("MR0408", ErrorKind.Git, "A merge or rebase is in progress");
    public static readonly Diagnostic DetachedHead = new("MR0409", ErrorKind.Git, "Commit on a detached HEAD");
    public static readonly Diagnostic GitLockLeftBehind = new("MR0410", ErrorKind.Git, "Left by an interrupted git command");
    public static readonly Diagnostic ShallowHistory = new("MR0411", ErrorKind.Git, "History is incomplete");

    public static readonly Diagnostic OutsideWorkTree = new("MR0412", ErrorKind.Git, "Path outside the work tree");
    public static readonly Diagnostic HookChangedFacts = new("MR0413", ErrorKind.Git, "Git hook or filter changed a file of the registry");
    public static readonly Diagnostic HookEditedFile = new("MR0414", ErrorKind.Git, "Git hook reformatted a file of the registry");
    public static readonly Diagnostic GitFormatUnknown = new("MR0415", ErrorKind.Git, "Repository format needs the git command");
    public static readonly Diagnostic FailedAfterCommit = new("MR0416", ErrorKind.Git, "Git failed after it had committed");

    public static readonly Diagnostic LockOutOfDate = new("MR0701", Conflict, "Lock file is out of date");
    public static readonly Diagnostic LockUnreadable = new("MR0702", Integrity, "Lock file cannot be read");
    public static readonly Diagnostic LockUnwritable = new("MR0703", Store, "Lock file cannot be written");
    public static readonly Diagnostic InvalidReference = new("MR0704", InvalidInput, "Invalid ModelReference");
    public static readonly Diagnostic LockContradicted = new("MR0705", Integrity, "Registry contradicts the lock file");
    public static readonly Diagnostic LockedVersionUnknown = new("MR0706", NotFound, "Locked version is not in the registry");
    public static readonly Diagnostic UnverifiedInUse = new("MR0707", CheckFailed, "Unverified version in use");
    public static readonly Diagnostic UnsafeInUse = new("MR0708", CheckFailed, "Weights in use are not safe to load");
    public static readonly Diagnostic KnownBadInUse = new("MR0709", CheckFailed, "Weights in use are those of a yanked version");
    public static readonly Diagnostic LicenseMissing = new("MR0710", CheckFailed, "Model in use has no licence");
    public static readonly Diagnostic AliasMoved = new("MR0711", CheckFailed, "Alias has moved since it was locked");
    public static readonly Diagnostic NewerAvailable = new("MR0712", CheckFailed, "Selector has a newer answer than the lock file");
    public static readonly Diagnostic NotOnThisMachine = new("MR0713", NotFound, "Not available offline");
    public static readonly Diagnostic RegistryUnreachable = new("MR0714", Store, "Repository of the registry cannot be reached");
    public static readonly Diagnostic SdkTooOld = new("MR0715", InvalidInput, "Build tools are too old");
    public static readonly Diagnostic LabelsOmitted = new("MR0716", CheckFailed, "Labels left out of the generated code");
    public static readonly Diagnostic OutputPathShared = new("MR0717", Conflict, "Two files for one path of the output");
    public static readonly Diagnostic PackageTargetsTaken = new("MR0718", Conflict, "Package has targets of its own");
    public static readonly Diagnostic OnDemandFromNowhere = new("MR0719", CheckFailed, "Model on demand is in no store that an app can reach");
    public static readonly Diagnostic OnDemandUnsupported = new("MR0720", InvalidInput, "Model on demand needs the package ModelRegistry");

    public static readonly Diagnostic SignatureInvalid = new("MR0801", Integrity, "Signature does not fit");
    public static readonly Diagnostic SignatureUnreadable = new("MR0802", Integrity, "Signature cannot be read");
    public static readonly Diagnostic SignatureDiffers = new("MR0803", Integrity, "Signature is for other files");
    public static readonly Diagnostic SignatureMissing = new("MR0804", CheckFailed, "Signature missing");
    public static readonly Diagnostic SignerUnknown = new("MR0805", CheckFailed, "Signer is not trusted");
    public static readonly Diagnostic CertificateRefused = new("MR0806", CheckFailed, "Certificate is not accepted");
    public static readonly Diagnostic SigningKeyUnreadable = new("MR0807", InvalidInput, "Key or certificate cannot be used");
    public static readonly Diagnostic SignerFailed = new("MR0808", Store, "Signing failed");
    public static readonly Diagnostic TrustPolicyInvalid = new("MR0809", InvalidInput, "Trust policy cannot be used");
    public static readonly Diagnostic SignatureExists = new("MR0810", Conflict, "Signature exists with other content");
    public static readonly Diagnostic ProvenanceRefused = new("MR0811", CheckFailed, "Provenance is not what the policy asks for");
    public static readonly Diagnostic SigstoreNotChecked = new("MR0812", CheckFailed, "Signed with Sigstore, not checked");

    public static readonly Diagnostic CommitNotSigned = new("MR0813", CheckFailed, "Commit is not signed by anybody who is allowed");
    public static readonly Diagnostic CommitNotSeen = new("MR0814", CheckFailed, "Commit that added a version cannot be checked");
    public static readonly Diagnostic CommitSignatureInvalid = new("MR0815", Integrity, "Signature of a commit does not fit");

    public static readonly Diagnostic OriginInvalid = new("MR0816", InvalidInput, "Address of a model elsewhere is not valid");
    public static readonly Diagnostic OriginNotFound = new("MR0817", NotFound, "Model elsewhere is not there");
    public static readonly Diagnostic OriginAnswerWrong = new("MR0818", Integrity, "Server contradicts itself about a model");

    public static readonly Diagnostic SyncImpossible = new("MR0850", ErrorKind.Git, "Nothing to sync with");
    public static readonly Diagnostic SyncRewritten = new("MR0851", Integrity, "History of the remote was rewritten");
    public static readonly Diagnostic SyncUnreachable = new("MR0852", Store, "Remote cannot be reached");
    public static readonly Diagnostic SyncConflict = new("MR0853", Conflict, "Changed here and on the remote");
    public static readonly Diagnostic SyncRefused = new("MR0854", ErrorKind.Git, "Remote refuses the push");
    public static readonly Diagnostic SyncInTheWay = new("MR0855", Conflict, "Uncommitted changes are in the way");
    public static readonly Diagnostic SyncForeignCommit = new("MR0856", Conflict, "Commit that is not the registry's");
    public static readonly Diagnostic SyncOvertaken = new("MR0857", Conflict, "Others were faster");
    public static readonly Diagnostic LockNamesOldNumber = new("MR0858", Conflict, "Lock file names a version that has another number now");
#pragma warning restore CS1591

    /// <summary>All of them, by code. Looked up when asked for: reflection has no place in the start of a command.</summary>
    public static IReadOnlyList<Diagnostic> All => field ??=
        [.. typeof(Codes).GetFields().Where(f => f.FieldType == typeof(Diagnostic)).Select(f => (Diagnostic)f.GetValue(null)!)];
}
