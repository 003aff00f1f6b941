// The targets that use our own addin. A script cannot reference an assembly that it builds itself, so they stand in a
// second script, registry.cake, which this one runs once the addin is built.
#load "passed-arguments.cake"

foreach (var (target, description) in new[]
{
    ("RegisterModel", "Registers a model version: --name=N --file=PATH[:ROLE] --metric=K=V ..."),
    ("ResolveModel", "Prints where a version's weights are: --name=N [--selector=best] [--output=DIR]."),
    ("VerifyModel", "Proves that a version loads and infers: --name=N [--selector=best] [--image=FILE] [--engine=managed|torchsharp|onnxruntime]."),
    ("PromoteModel", "Points an alias at a version: --name=N --selector=best --alias=production [--reason=...]."),
    ("PublishModels", "Puts versions into a store: [--name=N] [--selector=S] [--store=STORE] [--check]."),
})
{
    Task(target).Description(description).Does(() => RunRegistryScript(target));
}

void RunRegistryScript(string target)
{
    BuildAddin();
    if (target == "VerifyModel" && EngineProject(Argument("engine", "")) is { } engine) Dotnet("build", $"src/{engine}");
    var code = Try(Root, "dotnet", ["cake", "build/registry.cake", $"--target={target}", .. PassedArguments.Of(Context.Arguments.GetArguments())]);
    // The other script has said what was wrong.
    if (code != 0) Environment.Exit(code);
}

// MSBuild knows what is up to date.
void BuildAddin() => Dotnet("build", "src/Cake.ModelRegistry");
