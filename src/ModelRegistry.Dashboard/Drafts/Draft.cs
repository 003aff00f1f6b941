using ModelRegistry.Verification;

namespace ModelRegistry.Dashboard.Drafts;

/// <summary>A version that is being made: files in the store's <c>tmp</c>, texts in memory. Nothing is registered before the last button.</summary>
public sealed class Draft(string id, string? name, StagingFolder folder, DateTimeOffset createdAt)
{
    public string Id => id;

    /// <summary>The family; null while a new one has no name yet.</summary>
    public string? Name { get; set; } = name;

    public bool IsNewModel { get; init; }

    public StagingFolder Folder => folder;

    public DateTimeOffset CreatedAt => createdAt;

    /// <summary>Held while a request changes the draft.</summary>
    public SemaphoreSlim Turn { get; } = new(1);

    public List<DraftFile> Files { get; } = [];

    public DraftFields Fields { get; set; } = new();

    /// <summary>The last verification of the files as they are; null where they changed since.</summary>
    public VerificationReport? Report { get; set; }
}

/// <summary>A file of a draft, whole or on its way.</summary>
public sealed class DraftFile(string id, string name, long size, string location)
{
    public string Id => id;

    /// <summary>Its path inside the model.</summary>
    public string Name => name;

    public long Size => size;

    public string Location => location;

    public string Role { get; set; } = FileRoles.ByFileName(System.IO.Path.GetFileName(name));

    public long Received { get; set; }

    public bool IsComplete => Digest is not null;

    public Digest? Digest { get; set; }

    /// <summary>What a scan found; null for a file that is not looked into.</summary>
    public FileExamination? Examination { get; set; }

    /// <summary>Why it cannot be registered.</summary>
    public string? Problem => Examination?.Verdict is "dangerous" or "invalid" ? Examination.Verdict : null;
}

/// <summary>The texts of a draft, as they were typed.</summary>
public sealed record DraftFields
{
    /// <summary><c>auto</c>, <c>major</c>, <c>minor</c>, <c>patch</c> or <c>explicit</c>.</summary>
    public string Bump { get; init; } = "auto";

    public string Explicit { get; init; } = "";

    public string Description { get; init; } = "";

    public string Task { get; init; } = "";

    public string Framework { get; init; } = "";

    public string Architecture { get; init; } = "";

    public string Inputs { get; init; } = "";

    public string Outputs { get; init; } = "";

    public string Dataset { get; init; } = "";

    public string Parent { get; init; } = "";

    public string License { get; init; } = "";

    public IReadOnlyList<(string Name, string Value)> Metrics { get; init; } = [];

    public string Hyperparameters { get; init; } = "";

    public string Tags { get; init; } = "";

    public string Preprocessing { get; init; } = "";

    public string Notes { get; init; } = "";

    public string Run { get; init; } = "";

    public string TrainedAt { get; init; } = "";

    /// <summary>What other tools wrote, as JSON.</summary>
    public string Extra { get; init; } = "";

    /// <summary>The commit that the training came from; none is claimed where it is empty.</summary>
    public string SourceCommit { get; init; } = "";

    public string SourceRepository { get; init; } = "";

    /// <summary>The metadata as the document that was typed; null while it is shown as fields.</summary>
    public string? Json { get; init; }

    /// <summary>Why the document cannot be read; the fields are those of the last one that could.</summary>
    public string? JsonProblem { get; init; }

    public bool Verify { get; init; } = true;
}
