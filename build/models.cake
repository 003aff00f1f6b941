// The targets that use our own addin. A script cannot reference an assembly that it builds itself, so they stand in a
// second script, registry.cake, which this one runs once the addin is built.

foreach (var (target, description) in new[]
{
    ("RegisterModel", "Registers a model version: --name=N --file=PATH[:ROLE] --metric=K=V ..."),
    ("ResolveModel", "Prints where a version's weights are: --name=N [--selector=best] [--output=DIR]."),
    ("VerifyModel", "Proves that a version loads and infers: --name=N [--selector=best] [--image=FILE]."),
    ("PromoteModel", "Points an alias at a version: --name=N --selector=best --alias=production [--reason=...]."),
})
{
    Task(target).Description(description).Does(() => RunRegistryScript(target));
}

void RunRegistryScript(string target)
{
    BuildAddin();
    var arguments = Context.Arguments.GetArguments()
        .Where(argument => argument.Key != "target")
        .SelectMany(argument => argument.Value.Select(value => $"--{argument.Key}={value}"));
    var code = Try(Root, "dotnet", ["cake", "build/registry.cake", $"--target={target}", .. arguments]);
    // The other script has said what was wrong.
    if (code != 0) Environment.Exit(code);
}

void BuildAddin()
{
    var addin = Artifacts.CombineWithFilePath("cake/Cake.ModelRegistry.dll");
    var sources = GetFiles($"{Root}/src/{{ModelRegistry,ModelRegistry.Weights,ModelRegistry.Inference,ModelRegistry.Verification,Cake.ModelRegistry}}/**/*.{{cs,csproj,json}}")
        .Where(file => !file.Segments.Contains("obj") && !file.Segments.Contains("bin"))
        .Concat(GetFiles($"{Root}/Directory.*"))
        .Concat(GetFiles($"{Root}/build/*.props"));
    if (FileExists(addin))
    {
        var built = System.IO.File.GetLastWriteTimeUtc(addin.FullPath);
        if (sources.All(source => System.IO.File.GetLastWriteTimeUtc(source.FullPath) < built)) return;
    }

    Dotnet("build", "src/Cake.ModelRegistry");
    var output = Root.Combine($"src/Cake.ModelRegistry/bin/{Configuration}/net10.0");
    EnsureDirectoryExists(addin.GetDirectory());
    foreach (var file in GetFiles($"{output}/*.dll") + GetFiles($"{output}/ModelRegistry.Verification.*.json"))
    {
        var copy = addin.GetDirectory().CombineWithFilePath(file.GetFilename());
        CopyFile(file, copy);
        // A copy keeps the time of what it copies, which may be older than a source that changed nothing.
        System.IO.File.SetLastWriteTimeUtc(copy.FullPath, DateTime.UtcNow);
    }
}
