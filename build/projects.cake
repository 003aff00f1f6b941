// Building, packing, cleaning and formatting.

FilePath Solution => Root.CombineWithFilePath("ModelRegistry.sln");

Task("Build")
    .Description("Builds the solution in Release.")
    .Does(() => Dotnet("build", Solution.FullPath));

Task("Pack")
    .Description("Packs the NuGet packages and the tool into artifacts/packages.")
    .Does(() => Pack());

Task("Bench")
    .Description("Runs the benchmarks: --only=resolve --only=register ... and --filter=GLOB choose some.")
    .Does(() =>
{
    // As the tool is shipped: compiled ahead of time for this platform. Its own artifacts folder keeps obj/ as it was.
    var modelreg = Artifacts.Combine("bench/modelreg");
    Dotnet("publish", "src/ModelRegistry.Tool", "--use-current-runtime", "--self-contained", "false", "-p:PublishReadyToRun=true",
        "-p:NuGetLockFilePath=obj/bench.packages.lock.json", "--artifacts-path", Artifacts.Combine("bench/build").FullPath, "-o", modelreg.FullPath);
    var command = modelreg.CombineWithFilePath(IsRunningOnWindows() ? "modelreg.exe" : "modelreg").FullPath;
    foreach (var project in GetFiles($"{Root}/bench/*/*.csproj").OrderBy(project => project.FullPath, StringComparer.Ordinal))
    {
        string[] arguments = project.GetFilenameWithoutExtension().FullPath.EndsWith(".CommandBench")
            ? [command, .. Arguments<string>("only", (string)null).Where(name => !string.IsNullOrEmpty(name))]
            : ["--filter", Argument("filter", "*")];
        Run(Root, "dotnet", ["run", "-c", Configuration, "--project", project.FullPath, "--", .. arguments]);
    }
});

Task("Format")
    .Description("Formats the code by .editorconfig; --check only looks.")
    .Does(() => Run(Root, "dotnet", ["format", Solution.FullPath, "--no-restore", .. HasArgument("check") ? new[] { "--verify-no-changes" } : []]));

Task("Clean")
    .Description("Removes bin, obj and artifacts; downloads in pretrained_models stay.")
    .Does(() =>
{
    // The folder of compiled scripts holds the one that is running.
    var running = new[] { "cake-cache", "cake-tools" };
    foreach (var folder in GetDirectories($"{Root}/{{src,tests,bench,samples}}/*/{{bin,obj}}")
        .Concat(GetSubDirectories(Artifacts).Where(folder => !running.Contains(folder.GetDirectoryName()))))
        DeleteDirectory(folder, new DeleteDirectorySettings { Recursive = true, Force = true });
});

void Pack()
{
    EmptyFeed();
    Dotnet("pack", Solution.FullPath, "-o", Packages.FullPath);
    foreach (var package in GetFiles($"{Packages}/*.nupkg").OrderBy(package => package.FullPath, StringComparer.Ordinal))
        Say($"packed {Root.GetRelativePath(package)}");
}

// Only what the samples restore: packing the tool for every platform takes minutes.
void PackForSamples()
{
    EmptyFeed();
    foreach (var project in new[] { "ModelRegistry.MSBuild", "ModelRegistry.Weights", "ModelRegistry.Inference" })
        Dotnet("pack", $"src/{project}", "-o", Packages.FullPath);
}

// An older package of the same version must stay neither in the feed nor in the cache of those who consume it.
void EmptyFeed()
{
    EnsureDirectoryExists(Packages);
    DeleteFiles($"{Packages}/*.nupkg");
    var consumed = Artifacts.Combine("sample-packages");
    if (DirectoryExists(consumed)) DeleteDirectory(consumed, new DeleteDirectorySettings { Recursive = true, Force = true });
}
