using Cake.Core.IO;

namespace Cake.ModelRegistry;

/// <summary>What <c>RegisterModel</c> registers. Only <see cref="Name"/> and one file are required.</summary>
public sealed class RegisterModelSettings : RegistryAliasSettings
{
    /// <summary>The family, such as <c>resnet18</c>; made by its first registration.</summary>
    public string Name { get; set; } = "";

    /// <summary>The files; one at least has the role <c>weights</c>.</summary>
    public ICollection<ModelSource> Files { get; init; } = [];

    /// <summary>The version; null to raise the highest one by <see cref="Bump"/>.</summary>
    public string? Version { get; set; }

    /// <summary><c>auto</c> (default: major when inputs or outputs changed, else minor), <c>major</c>, <c>minor</c> or <c>patch</c>.</summary>
    public string? Bump { get; set; }

    /// <summary>What trained it, such as <c>pytorch</c>.</summary>
    public string? Framework { get; set; }

    /// <summary>The network, such as <c>resnet18</c>.</summary>
    public string? Architecture { get; set; }

    /// <summary>A JSON file with fields of the manifest, as a training script writes it. What stands in these settings wins over it.</summary>
    public FilePath? MetadataFile { get; set; }

    /// <summary>The inputs as <c>1x3x224x224</c>, <c>x=1x3x224x224</c> or <c>x=int64:-1x128</c>; -1 stands for any length, float32 is the default type.</summary>
    public ICollection<string> Inputs { get; init; } = [];

    /// <summary>The outputs, written as the inputs are.</summary>
    public ICollection<string> Outputs { get; init; } = [];

    /// <summary>How an image becomes an input; null where the model takes none.</summary>
    public PreprocessingSettings? Preprocessing { get; set; }

    /// <summary>Finite figures by name. They win over those of <see cref="MetricsFile"/>, which win over those of <see cref="MetadataFile"/>.</summary>
    public IDictionary<string, double> Metrics { get; init; } = new Dictionary<string, double>(StringComparer.Ordinal);

    /// <summary>A JSON file of figures by name.</summary>
    public FilePath? MetricsFile { get; set; }

    /// <summary>Settings of the training: numbers, booleans or text.</summary>
    public IDictionary<string, object> Hyperparameters { get; init; } = new Dictionary<string, object>(StringComparer.Ordinal);

    /// <summary>A JSON file of settings of the training; an object inside gives names joined by a point.</summary>
    public FilePath? HyperparametersFile { get; set; }

    /// <summary>The data set: <c>name</c>, <c>name@version</c> or <c>name@version@sha256:…</c>.</summary>
    public string? Dataset { get; set; }

    /// <summary>The version it was trained from: <c>name/version</c>.</summary>
    public string? Parent { get; set; }

    /// <summary>When it was trained.</summary>
    public DateTimeOffset? TrainedAt { get; set; }

    /// <summary>The page of the run that trained it.</summary>
    public string? Run { get; set; }

    /// <summary>Free text.</summary>
    public string? Notes { get; set; }

    /// <summary>Free labels.</summary>
    public IDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>The licence, as an SPDX expression.</summary>
    public string? License { get; set; }

    /// <summary>Conditions such as <c>accuracy&gt;=0.9</c> or <c>accuracy&gt;=@production-0.005</c>; one that does not hold refuses the registration.</summary>
    public ICollection<string> Require { get; init; } = [];

    /// <summary>One sentence about the family; null leaves it as it is.</summary>
    public string? Description { get; set; }

    /// <summary>What the family does, such as <c>image-classification</c>; null leaves it as it is.</summary>
    public string? Task { get; set; }

    /// <summary>What <c>best</c> means in the family: <c>accuracy</c>, <c>loss:min</c>; null leaves it as it is.</summary>
    public string? DefaultMetric { get; set; }

    /// <summary>A directory of the repository with the training source; null for the one of the working directory.</summary>
    public DirectoryPath? Source { get; set; }

    /// <summary>Whether to commit. Default: true.</summary>
    public bool Commit { get; set; } = true;

    /// <summary>Give the files a second name in the store in place of a copy. They become read-only. Default: false.</summary>
    public bool Link { get; set; }

    /// <summary>Register weights although their pickle asks for code; the manifest says so. Default: false.</summary>
    public bool AllowUnsafe { get; set; }

    /// <summary>Run the model first and refuse it when a check fails; the outcome is recorded. Default: false.</summary>
    public bool Verify { get; set; }

    /// <summary>Any field of a registration by the name that <c>modelreg register</c> gives its option, without the dashes; for scripts that pass their arguments on.</summary>
    public IDictionary<string, IReadOnlyCollection<string>> Fields { get; init; } = new Dictionary<string, IReadOnlyCollection<string>>(StringComparer.Ordinal);
}
