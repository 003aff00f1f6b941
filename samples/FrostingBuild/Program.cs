using Cake.Common;
using Cake.Core;
using Cake.Core.Diagnostics;
using Cake.Core.IO;
using Cake.Frosting;
using Cake.ModelRegistry;

// A build program in place of a script: registers what a training run left, verifies it, and publishes it.
//   dotnet run -- --target=Publish --trained=../digits/resnet18-improved --registry=DIR --store=NAME
return new CakeHost().UseContext<TrainingContext>().Run(args);

/// <summary>What the tasks share.</summary>
public sealed class TrainingContext(ICakeContext context) : FrostingContext(context)
{
    public const string Model = "digits-resnet18";

    /// <summary>The folder that the training run wrote.</summary>
    public DirectoryPath Trained { get; } = context.Argument<DirectoryPath>("trained").MakeAbsolute(context.Environment);

    /// <summary>The registry; null for the nearest upwards.</summary>
    public DirectoryPath? Models { get; } = context.Argument<DirectoryPath?>("registry", null);
}

[TaskName("Register")]
public sealed class RegisterTask : FrostingTask<TrainingContext>
{
    public override void Run(TrainingContext context)
    {
        var settings = new RegisterModelSettings
        {
            Name = TrainingContext.Model,
            Registry = context.Models,
            MetricsFile = context.Trained.CombineWithFilePath("metrics.json"),
            MetadataFile = context.Trained.CombineWithFilePath("training.json"),
        };
        foreach (var file in new[] { "digits-resnet18.pth", "labels.txt", "sample-input.npy", "expected-output.npy" })
        {
            settings.Files.Add(context.Trained.CombineWithFilePath(file).FullPath);
        }

        var model = context.RegisterModel(settings);
        context.Log.Information("{0} {1}", model.Created ? "registered" : "there already:", model.Id);
    }
}

[TaskName("Verify")]
[IsDependentOn(typeof(RegisterTask))]
public sealed class VerifyTask : FrostingTask<TrainingContext>
{
    public override void Run(TrainingContext context) => context.VerifyModel(new VerifyModelSettings { Name = TrainingContext.Model, Registry = context.Models });
}

[TaskName("Publish")]
[IsDependentOn(typeof(VerifyTask))]
public sealed class PublishTask : FrostingTask<TrainingContext>
{
    public override void Run(TrainingContext context)
    {
        var settings = new PublishModelsSettings { Registry = context.Models, Models = [TrainingContext.Model], Store = context.Argument<string?>("store", null) };
        foreach (var published in context.PublishModels(settings)) context.Log.Information("{0} is in {1}", published.Id, published.Store);
    }
}
