using System.Diagnostics;
using ModelRegistry.Diagnostics;
using ModelRegistry.Verification.Delivery;

namespace ModelRegistry.Verification.Tests;

/// <summary>This assembly as a program that installs an engine: one with an environment of its own, and one that can be killed.</summary>
internal static class InstallingProgram
{
    public const string Argument = "install";

    public static int Run(string[] arguments)
    {
        try
        {
            new EngineInstaller(arguments[0], arguments[1]).Add(arguments[2], arguments[3]);
            Console.WriteLine("installed");
            return 0;
        }
        catch (ModelRegistryException failure)
        {
            Console.WriteLine($"{failure.Code} {failure.Message}");
            return 1;
        }
    }

    /// <summary>Starts it with a folder of packages of its own.</summary>
    public static Process Start(string release, string cache, string engine, string configuration, string packages)
    {
        var start = new ProcessStartInfo(StrangeEngine.Host.Program, [.. StrangeEngine.Host.Arguments, Argument, release, cache, engine, configuration]) { RedirectStandardOutput = true, UseShellExecute = false };
        start.Environment["NUGET_PACKAGES"] = packages;
        return Process.Start(start)!;
    }
}
