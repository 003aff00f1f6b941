// Runs every test project and sums up.
#load "test-results.cake"

Task("Test")
    .Description("Runs all tests, or those of --project=NAME and --filter=EXPRESSION, two projects at a time (--jobs=N); the last line sums up.")
    .Does(() =>
{
    var results = Artifacts.Combine("test-results");
    EnsureDirectoryExists(results);
    CleanDirectory(results);
    var total = new TestTotal();
    // Cake still has something to say when a target fails; the sum stands below that.
    AppDomain.CurrentDomain.ProcessExit += (_, _) => Console.Out.WriteLine(total.Line);

    var only = Argument("project", "");
    // The longest first: it builds and packs projects one after the other, and the rest takes as long beside it.
    var projects = GetFiles($"{Root}/tests/*/*.Tests.csproj")
        .Where(project => project.GetFilename().FullPath.Contains(only, StringComparison.OrdinalIgnoreCase))
        .OrderByDescending(project => project.GetFilename().FullPath.Contains(".Packages."))
        .ThenBy(project => project.FullPath, StringComparer.Ordinal)
        .ToList();
    try
    {
        if (only.Length == 0) Dotnet("build", Solution.FullPath);
        else projects.ForEach(project => Dotnet("build", project.FullPath));
    }
    catch (CakeException failure)
    {
        total.Fail(failure.Message);
        throw;
    }

    string[] filter = HasArgument("filter") ? ["--filter", Argument<string>("filter")] : [];
    System.Threading.Tasks.Parallel.ForEach(
        System.Collections.Concurrent.Partitioner.Create(projects, System.Collections.Concurrent.EnumerablePartitionerOptions.NoBuffering),
        new System.Threading.Tasks.ParallelOptions { MaxDegreeOfParallelism = Argument("jobs", 2) },
        project =>
        {
            var name = project.GetFilenameWithoutExtension().FullPath;
            var log = results.CombineWithFilePath(name + ".trx");
            Say($"running {name}");
            var (code, output) = Captured(Root, "dotnet", ["test", project.FullPath, "-c", Configuration, "--no-build", "--nologo",
                "--results-directory", results.FullPath, "--logger", $"trx;LogFileName={log.GetFilename()}",
                "--blame-hang-timeout", "20min", "--blame-hang-dump-type", "none", .. filter]);
            lock (total)
            {
                Say(output);
                total.Add(name, log.FullPath, code, mayBeEmpty: filter.Length > 0);
            }
        });

    foreach (var skipped in total.SkippedTests) Warning("{0}", $"skipped {skipped}");
    var skipsFail = EnvironmentVariable("CI") == "true" && total.Skipped > 0;
    foreach (var problem in total.Problems) Error("{0}", problem);
    if (skipsFail) Error("tests were skipped, and with CI=true none may be");
    if (total.Passed + total.Failed + total.Skipped == 0) throw new CakeException(1, "no test ran");
    if (total.Failed > 0 || skipsFail) throw new CakeException(1, "not all tests passed");
});
