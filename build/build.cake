// The targets of this repository. build.sh and build.ps1 run this file; 'dotnet cake build/build.cake' does the same.
#load "repository.cake"
#load "projects.cake"
#load "public-api.cake"
#load "tests.cake"
#load "models.cake"
#load "demo.cake"

Task("Default")
    .Description("Lists the targets.")
    .Does(() =>
{
    Say("Usage: ./build.sh --target=TARGET [--NAME=VALUE ...]\n");
    foreach (var task in Tasks.Where(task => task.Name != "Default").OrderBy(task => task.Name, StringComparer.Ordinal))
        Say($"  {task.Name,-15} {task.Description}");
    Say("\nThe model targets take the options of the command of the same name; docs/cake.md lists them.");
});

RunTarget(Argument("target", "Default"));
