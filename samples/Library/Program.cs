// Registers a file, resolves the best version and promotes it, in the git repository of the current directory.
using ModelRegistry;

if (args is not [var file, var accuracy]) return Usage();
if (!Directory.Exists("registry")) Registry.Initialise(".");
using var session = RegistrySession.OpenWorkingCopy(".");
var name = ModelName.Parse(Path.GetFileNameWithoutExtension(file).ToLowerInvariant());
var registered = session.Registry.Register(new RegistrationRequest
{
    Name = name,
    Files = [new FileToRegister(file)],
    Metrics = new Dictionary<string, double> { ["accuracy"] = double.Parse(accuracy, System.Globalization.CultureInfo.InvariantCulture) },
});
var best = session.Registry.Resolve(name, Selector.Best);
session.Registry.Promote(name, Selector.Exactly(best.Manifest.Version), "production", reason: "the best accuracy so far");
Console.WriteLine($"registered {registered.Id}; production is {best.Id}, {best.Weights.LocalPath}");
return 0;

static int Usage()
{
    Console.Error.WriteLine("usage: Library WEIGHTS ACCURACY");
    return 2;
}
