// Building, packing, cleaning and formatting.

FilePath Solution => Root.CombineWithFilePath("ModelRegistry.sln");

Task("Build")
    .Description("Builds the solution in Release.")
    .Does(() => Dotnet("build", Solution.FullPath));

Task("Pack")
    .Description("Packs the NuGet packages and the tool into artifacts/packages.")
    .Does(() => Pack());

Task("Dashboard")
    .Description("Shows this repository's registry in a browser: --port=5117 chooses the port; --screenshots=DIR makes pictures of the pages instead.")
    .Does(() =>
{
    if (Argument("screenshots", "") is { Length: > 0 } pictures)
    {
        var folder = new DirectoryPath(pictures).MakeAbsolute(InvokedFrom);
        Environment.SetEnvironmentVariable("MODELREG_SCREENSHOTS", folder.FullPath);
        Run(Root, "dotnet", ["test", "tests/ModelRegistry.Dashboard.Tests", "-c", Configuration, "--nologo", "--filter", "FullyQualifiedName~ScreenshotTests"]);
        Say($"{GetFiles($"{folder}/*.png").Count} pictures in {folder}");
        return;
    }

    Dotnet("build", "src/ModelRegistry.Dashboard");
    Run(Root, "dotnet", [$"src/ModelRegistry.Dashboard/bin/{Configuration}/net10.0/modelreg-dashboard.dll", $"--port={Argument("port", "5117")}"]);
});

Task("Bench")
    .Description("Runs the benchmarks: --only=resolve --only=register ... and --filter=GLOB choose some.")
    .Does(() =>
{
    // As the tool is shipped: compiled ahead of time.
    if (NativePlatform is null) throw new CakeException("the benchmarks measure the native command, which is built on linux-x64 so far");
    var command = PublishNative().CombineWithFilePath("modelreg").FullPath;
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
    PackTool();
    foreach (var package in GetFiles($"{Packages}/*.nupkg").OrderBy(package => package.FullPath, StringComparer.Ordinal))
        Say($"packed {Root.GetRelativePath(package)}");
}

// The package that points to the others in place of the one for every platform; beside it that one, and the native one of this platform with its archive.
void PackTool()
{
    string[] platforms = NativePlatform is { } native ? ["", native, "any"] : ["", "any"];
    foreach (var platform in platforms)
        Dotnet("pack", "src/ModelRegistry.Tool", ["-p:NativeTool=true", "-o", Packages.FullPath, .. platform.Length > 0 ? new[] { "-r", platform } : []]);
    if (NativePlatform is not null) Say($"packed {Root.GetRelativePath(Archive(PublishNative()))}");
}

// Ahead of time is compiled on a machine of the platform's own kind.
string NativePlatform => IsRunningOnLinux() && System.Runtime.InteropServices.RuntimeInformation.OSArchitecture == System.Runtime.InteropServices.Architecture.X64 ? "linux-x64" : null;

DirectoryPath PublishNative()
{
    var folder = Artifacts.Combine($"native/{NativePlatform}");
    Dotnet("publish", "src/ModelRegistry.Tool", "-r", NativePlatform, "-p:NativeTool=true", "-o", folder.FullPath);
    return folder;
}

FilePath Archive(DirectoryPath folder)
{
    CopyFileToDirectory(Root.CombineWithFilePath("LICENSE"), folder);
    EnsureDirectoryExists(Artifacts.Combine("archives"));
    var archive = Artifacts.CombineWithFilePath($"archives/modelreg-{NativePlatform}.tar.gz");
    using var compressed = new System.IO.Compression.GZipStream(System.IO.File.Create(archive.FullPath), System.IO.Compression.CompressionLevel.SmallestSize);
    System.Formats.Tar.TarFile.CreateFromDirectory(folder.FullPath, compressed, includeBaseDirectory: false);
    return archive;
}

// Only what the sample restores, as the demo built it: packing the tool for every platform takes minutes.
void PackForSamples()
{
    EmptyFeed();
    Dotnet("pack", "build/sample-packages.slnf", "--no-build", "-p:BuildProjectReferences=false", "-p:CommandAlone=true", "-o", Packages.FullPath);
}

// An older package of the same version must stay neither in the feed nor in the cache of those who consume it.
void EmptyFeed()
{
    EnsureDirectoryExists(Packages);
    DeleteFiles($"{Packages}/*.nupkg");
    var consumed = Artifacts.Combine("sample-packages");
    if (DirectoryExists(consumed)) DeleteDirectory(consumed, new DeleteDirectorySettings { Recursive = true, Force = true });
}
