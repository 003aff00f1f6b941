using System.Security.Cryptography;
using ModelRegistry.Dashboard.Display;
using ModelRegistry.Dashboard.Reading;
using ModelRegistry.Diagnostics;
using ModelRegistry.Verification.Checks;

namespace ModelRegistry.Dashboard.Trying;

/// <summary>Runs inputs and keeps the last results.</summary>
public sealed class TrialRunner(ModelWorkers workers, Registry registry)
{
    private const int AllClasses = 1000;

    private readonly RecentItems<string, Trial> _recent = new(40);

    /// <summary>A result by its name.</summary>
    /// <exception cref="ModelRegistryException">MR0918: it is not kept any more.</exception>
    public Trial Get(string id) => _recent.TryGet(id, () => null) ?? throw DashboardCodes.DraftGone.Error("this result is not kept any more", "run the input again");

    /// <summary>A result of a version; null where it is not kept any more.</summary>
    public Trial? Find(string id, ModelId model) => _recent.TryGet(id, () => null) is { } trial && trial.Model == model ? trial : null;

    public async Task<Trial> Run(ModelId id, IReadOnlyList<TrialInput> inputs, CancellationToken cancellation)
    {
        var manifest = registry.Get(id);
        var run = await workers.Run(id, TrialInput.Request(inputs, manifest, AllClasses), cancellation);
        var output = run.Result.Outputs.Length > 0 ? run.Result.Outputs[0] : null;
        var isImage = output is not null && TensorImage.IsImage(output);
        var segments = output is not null && !isImage ? TensorImage.Segments(output) : null;
        var trial = new Trial
        {
            Id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8)),
            Model = id,
            Inputs = inputs,
            Top = run.Result.Top,
            Timings = run.Result.Timings,
            QueuedMilliseconds = run.Queued.TotalMilliseconds,
            LoadedMilliseconds = run.Loaded.TotalMilliseconds,
            Outputs = run.Result.Outputs,
            Seen = [.. run.Result.Inputs.Select(seen => new SeenInput(seen.Name, $"{seen.Dtype} {Figures.Shape(seen.Shape)}", TensorImage.Picture(seen, manifest.Preprocessing)))],
            Made = isImage ? TensorImage.Picture(output!, manifest.Preprocessing) : null,
            Segments = segments?.Png,
            Shares = segments is { } found ? Named(found.Shares, manifest, cancellation) : [],
        };
        return _recent.Get(trial.Id, () => trial);
    }

    // A class without a line among the labels is told by its number.
    private List<SegmentShare> Named(IReadOnlyList<(int Class, double Share)> shares, Manifest manifest, CancellationToken cancellation)
    {
        const int Most = 4 << 20;
        var labels = manifest.Files.FirstOrDefault(f => f.Role == FileRoles.Labels && f.Size <= Most) is { } file ? LabelLines.Read(registry.Locate(file, manifest.Id, cancellation)) : [];
        return [.. shares.Select(s => new SegmentShare(s.Class < labels.Length ? labels[s.Class] : $"{s.Class}", "#" + Convert.ToHexStringLower(TensorImage.Colour(s.Class)), s.Share))];
    }

    /// <summary>What other versions say to the same input: latest, best and where the aliases point.</summary>
    public async Task<IReadOnlyList<OtherAnswer>> Others(Trial trial, FamilyFacts family, CancellationToken cancellation)
    {
        var others = new List<(IndexedVersion Version, string Why)>();
        void Add(IndexedVersion? version, string why)
        {
            if (version is null || version.Manifest.Id == trial.Model) return;
            var at = others.FindIndex(o => ReferenceEquals(o.Version, version));
            if (at >= 0) others[at] = (version, $"{others[at].Why}, {why}");
            else others.Add((version, why));
        }

        Add(family.Latest, "latest");
        Add(family.Best, "best");
        foreach (var alias in family.Aliases) Add(family.Index?.Find(alias.Record.Version), alias.Name);
        if (others.Count == 0 && family.Index?.Find(trial.Model.Version) is { } self) Add(family.Before(self), "the version before");
        var answers = new List<OtherAnswer>();
        foreach (var (version, why) in others.Take(4))
        {
            try
            {
                var other = await Run(version.Manifest.Id, trial.Inputs, cancellation);
                answers.Add(new OtherAnswer(version.Manifest.Version.Value, why, other.Top.Length > 0 ? other.Top[0].Label : null, other.Top.Length > 0 ? other.Top[0].Probability : null, null) { Agrees = other.Top.Length > 0 && trial.Top.Length > 0 && other.Top[0].Label == trial.Top[0].Label });
            }
            catch (ModelRegistryException failure)
            {
                answers.Add(new OtherAnswer(version.Manifest.Version.Value, why, null, null, $"{failure.Code}: {failure.Message}"));
            }
        }

        return answers;
    }
}

/// <summary>What another version said.</summary>
public sealed record OtherAnswer(string Version, string Why, string? Label, double? Probability, string? Problem)
{
    public bool Agrees { get; init; }
}
