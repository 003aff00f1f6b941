using System.Diagnostics.CodeAnalysis;
using Microsoft.Build.Framework;
using ModelRegistry.Verification;

namespace ModelRegistry.MSBuild;

/// <summary>Registers a version of a model: ingests its files, writes its manifest and commits it. The same content registered again changes nothing.</summary>
public sealed class RegisterModel : RegistryTask
{
    /// <summary>The family.</summary>
    [Required, NotNull]
    public string? Name { get; set; }

    /// <summary>The files. Metadata: <c>Role</c> (default by name) and <c>ModelPath</c>, the path inside the model (default the file's name).</summary>
    [Required]
    public ITaskItem[] Files { get; set; } = [];

    /// <summary>In: the version; default the next by <see cref="Bump"/>. Out: the version registered.</summary>
    [Output]
    public string? Version { get; set; }

    /// <summary><c>auto</c> (default), <c>major</c>, <c>minor</c> or <c>patch</c>.</summary>
    public string? Bump { get; set; }

    /// <summary>What trained it.</summary>
    public string? Framework { get; set; }

    /// <summary>The network.</summary>
    public string? Architecture { get; set; }

    /// <summary>What it takes: items named by the tensor, with the metadata <c>Shape</c> (such as <c>-1x3x224x224</c>) and <c>Dtype</c> (default <c>float32</c>).</summary>
    public ITaskItem[] Inputs { get; set; } = [];

    /// <summary>What it gives, as <see cref="Inputs"/>.</summary>
    public ITaskItem[] Outputs { get; set; } = [];

    /// <summary>How an image becomes an input: one item of any name with the metadata <c>Resize</c>, <c>Crop</c>, <c>Mean</c>, <c>Std</c> (numbers separated by commas) and <c>Layout</c>.</summary>
    public ITaskItem? Preprocessing { get; set; }

    /// <summary>Figures: items named by the metric with the metadata <c>Value</c>, or <c>name=value</c>.</summary>
    public ITaskItem[] Metrics { get; set; } = [];

    /// <summary>A JSON file of figures; <see cref="Metrics"/> come on top.</summary>
    public string? MetricsFile { get; set; }

    /// <summary>A JSON file with fields of the manifest, as a training script writes it. What stands in these properties wins over it.</summary>
    public string? MetadataFile { get; set; }

    /// <summary>Settings of the training: items with the metadata <c>Value</c>, a number, <c>true</c>, <c>false</c> or text.</summary>
    public ITaskItem[] Hyperparameters { get; set; } = [];

    /// <summary>The data set: <c>name</c>, <c>name@version</c> or <c>name@version@sha256:…</c>.</summary>
    public string? Dataset { get; set; }

    /// <summary>The version that it was trained from, <c>name/version</c>.</summary>
    public string? Parent { get; set; }

    /// <summary>When it was trained, as RFC 3339 writes times.</summary>
    public string? TrainedAt { get; set; }

    /// <summary>The page of the run that trained it.</summary>
    public string? RunUrl { get; set; }

    /// <summary>Free text.</summary>
    public string? Notes { get; set; }

    /// <summary>Labels: items with the metadata <c>Value</c>, or <c>name=value</c>.</summary>
    public ITaskItem[] Tags { get; set; } = [];

    /// <summary>The licence, as an SPDX expression.</summary>
    public string? License { get; set; }

    /// <summary>The family's description.</summary>
    public string? Description { get; set; }

    /// <summary>What the family does, such as <c>image-classification</c>.</summary>
    public string? ModelTask { get; set; }

    /// <summary>The metric that <c>best</c> means in this family: <c>accuracy</c> or <c>loss:min</c>.</summary>
    public string? DefaultMetric { get; set; }

    /// <summary>Conditions that the metrics must meet, such as <c>accuracy&gt;=0.9</c> or <c>accuracy&gt;=@production-0.005</c>.</summary>
    public string[] Require { get; set; } = [];

    /// <summary>A folder of the repository that holds the training source. Default: the project's folder.</summary>
    public string? SourceDirectory { get; set; }

    /// <summary>Whether to commit. Default: true.</summary>
    public bool CreateCommit { get; set; } = true;

    /// <summary>Give the files a second name in the store in place of a copy. Default: false.</summary>
    public bool Link { get; set; }

    /// <summary>Register weights although their pickle asks for code. Default: false.</summary>
    public bool AllowUnsafe { get; set; }

    /// <summary>Name and version.</summary>
    [Output]
    public string? Id { get; set; }

    /// <summary>False where the same content was registered before.</summary>
    [Output]
    public bool Created { get; set; }

    /// <summary>The commit that registered it; empty without one.</summary>
    [Output]
    public string? Commit { get; set; }

    /// <summary>The manifest's file.</summary>
    [Output]
    public string? ManifestPath { get; set; }

    private protected override void Run()
    {
        using var session = OpenWorkingCopy(new WeightsExaminer());
        var result = session.Registry.Register(Request(), Cancellation);
        Id = result.Id.ToString();
        Version = result.Id.Version.Value;
        Created = result.Created;
        Commit = result.Commit ?? "";
        ManifestPath = result.ManifestPath;
        Log.LogMessage(MessageImportance.High, "{0}", result.Created ? $"registered {Id}" : $"{Id} is registered already");
    }

    private RegistrationRequest Request()
    {
        var input = new RegistrationInput(BaseDirectory)
            .Add(RegistrationFields.Name, Name)
            .Add(RegistrationFields.Version, Version)
            .Add(RegistrationFields.Bump, Bump)
            .Add(RegistrationFields.Framework, Framework)
            .Add(RegistrationFields.Architecture, Architecture)
            .Add(RegistrationFields.InputShape, Inputs.Select(RegistrationItems.Shape))
            .Add(RegistrationFields.OutputShape, Outputs.Select(RegistrationItems.Shape))
            .Add(RegistrationFields.Resize, Preprocessing?.GetMetadata("Resize"))
            .Add(RegistrationFields.Crop, Preprocessing?.GetMetadata("Crop"))
            .Add(RegistrationFields.Mean, Preprocessing?.GetMetadata("Mean"))
            .Add(RegistrationFields.Std, Preprocessing?.GetMetadata("Std"))
            .Add(RegistrationFields.Layout, Preprocessing?.GetMetadata("Layout"))
            .Add(RegistrationFields.MetricsFile, MetricsFile)
            .Add(RegistrationFields.Metric, Metrics.Select(RegistrationItems.Pair))
            .Add(RegistrationFields.Metadata, MetadataFile)
            .Add(RegistrationFields.Hyperparameter, Hyperparameters.Select(RegistrationItems.Pair))
            .Add(RegistrationFields.Dataset, Dataset)
            .Add(RegistrationFields.Parent, Parent)
            .Add(RegistrationFields.TrainedAt, TrainedAt)
            .Add(RegistrationFields.Run, RunUrl)
            .Add(RegistrationFields.Notes, Notes)
            .Add(RegistrationFields.Tag, Tags.Select(RegistrationItems.Pair))
            .Add(RegistrationFields.License, License)
            .Add(RegistrationFields.Description, Description)
            .Add(RegistrationFields.Task, ModelTask)
            .Add(RegistrationFields.DefaultMetric, DefaultMetric)
            .Add(RegistrationFields.Require, Require)
            .Add(RegistrationFields.Source, SourceDirectory)
            .Add(RegistrationFields.NoCommit, !CreateCommit)
            .Add(RegistrationFields.Link, Link)
            .Add(RegistrationFields.AllowUnsafe, AllowUnsafe);
        foreach (var file in Files) input.Add(RegistrationItems.File(file));
        return input.ToRequest();
    }
}
