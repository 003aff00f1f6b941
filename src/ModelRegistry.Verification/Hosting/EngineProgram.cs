using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using ModelRegistry.Inference;
using ModelRegistry.Shared;

namespace ModelRegistry.Verification.Hosting;

#pragma warning disable RS0030 // The streams of the child process are its protocol.

/// <summary>
/// The program that holds engines, as its <c>Main</c> calls it. A host of one's own is a project with one line:
/// <code>return EngineProgram.Run(args, new MyEngine());</code>
/// </summary>
public static class EngineProgram
{
    /// <summary>The first argument by which the command knows that it is to be the managed engine's program.</summary>
    public const string CommandArgument = "__engine";

    /// <summary>Speaks the <see cref="EngineProtocol"/> on the standard streams.</summary>
    /// <param name="arguments">The program's arguments.</param>
    /// <param name="engines">Its engines; a request names one.</param>
    /// <returns>The exit code: 0, or 2 where nothing that could be answered was asked.</returns>
    public static int Run(string[] arguments, params IReadOnlyList<IVerificationEngine> engines)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        EndWithParent();
        ImageInput.Use(new CarriedImageDecoder());
        using var output = ProtocolOutput.Take();
        using var input = Console.OpenStandardInput();
        switch (arguments)
        {
            case [EngineProtocol.DescribeArgument]:
                JsonSerializer.Serialize(output, Describe(engines), VerificationJson.Default.EngineDescription);
                return 0;
            case [EngineProtocol.ServeArgument]:
                return new EngineServer(engines, input, output).RunAsync().GetAwaiter().GetResult();
            case []:
                var request = JsonSerializer.Deserialize(input, VerificationJson.Default.VerificationRequest);
                if (request is null) return 2;
                JsonSerializer.Serialize(output, Verify(request, engines), VerificationJson.Default.VerificationReport);
                return 0;
            default:
                Console.Error.WriteLine($"this is an engine of modelreg; it takes {EngineProtocol.DescribeArgument}, {EngineProtocol.ServeArgument}, or a request on standard input");
                return 2;
        }
    }

    /// <summary>The managed engine's program.</summary>
    public static int RunManaged(string[] arguments) => Run(arguments, new ManagedEngine());

    /// <summary>The engine that a request names; null with a reason where it cannot be served.</summary>
    internal static IVerificationEngine? Choose(VerificationRequest request, IReadOnlyList<IVerificationEngine> engines, out string reason)
    {
        if (request.Protocol != EngineProtocol.Version)
        {
            reason = $"version {request.Protocol} of the engine protocol was asked for, and this engine speaks {EngineProtocol.Version}; install the engine and modelreg of one release";
            return null;
        }

        reason = $"there is no engine '{SafeText.OneLine(request.Engine)}' here, only {string.Join(", ", engines.Select(e => e.Name))}";
        return engines.FirstOrDefault(e => e.Name == request.Engine);
    }

    // A parent that is killed watches over nothing any more: a loop without end would run on, and so would what takes memory.
    private static void EndWithParent()
    {
        if (!int.TryParse(Environment.GetEnvironmentVariable(ChildEnvironment.Parent), NumberStyles.None, CultureInfo.InvariantCulture, out var id)) return;
        new Thread(() =>
        {
            try
            {
                using var parent = Process.GetProcessById(id);
                parent.WaitForExit();
            }
            catch (ArgumentException)
            {
                // It is gone already.
            }

            // Nothing of this process is asked: native code may be in the middle of anything.
            using var self = Process.GetCurrentProcess();
            self.Kill();
        })
        { IsBackground = true, Name = "parent" }.Start();
    }

    private static VerificationReport Verify(VerificationRequest request, IReadOnlyList<IVerificationEngine> engines) =>
        Choose(request, engines, out var reason) is { } engine ? new Checks.SmokeTest(request, engine).Run() : VerificationReport.Unanswered(request.Engine, reason);

    private static EngineDescription Describe(IReadOnlyList<IVerificationEngine> engines) => new()
    {
        Runtime = RuntimeInformation.FrameworkDescription,
        Platform = RuntimeInformation.RuntimeIdentifier,
        Engines = [.. engines.Select(e => new DescribedEngine(e.Name, e.Version, [.. e.Formats]))],
    };
}
