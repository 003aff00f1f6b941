using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;
using ModelRegistry.Inference;
using ModelRegistry.Verification.Hosting;
using ModelRegistry.Weights;

namespace ModelRegistry.Verification.Tests;

/// <summary>
/// An engine that the product knows nothing of, in a program of its own: this test assembly. It doubles what it is given; the name of the
/// weights file makes it misbehave.
/// </summary>
internal sealed class StrangeEngine : IVerificationEngine
{
    public string Name => "strange";

    public string Version => "7.5";

    public IReadOnlyList<string> Formats => ["strange"];

    /// <summary>How this assembly is started as an engine's program.</summary>
    public static EngineHost Host { get; } = EngineHost.At("strange", typeof(StrangeEngine).Assembly.Location);

    public static int Main(string[] arguments) =>
        arguments is [InstallingProgram.Argument, ..] ? InstallingProgram.Run(arguments[1..]) : EngineProgram.Run(arguments, new ManagedEngine(), new StrangeEngine());

    public IEngineSession Load(EngineRequest request)
    {
        var mode = Path.GetFileNameWithoutExtension(request.WeightsPath);
        switch (mode)
        {
            case "prints":
                // As native code prints: past Console, to the descriptor itself.
                using (var output = new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write)) output.Write(Encoding.ASCII.GetBytes("NNPACK: unsupported\n"));
                Console.WriteLine("and through Console");
                break;
            case "complains":
                for (var i = 0; i < 100_000; i++) Console.Error.WriteLine("a line of a library that says much");
                break;
            case "aborts":
                Marshal.WriteByte(1, 0);
                break;
            case "hangs":
                Thread.Sleep(Timeout.Infinite);
                break;
            case "leaks":
                for (var kept = new List<nint>(); ;)
                {
                    kept.Add(Marshal.AllocHGlobal(1 << 24));
                    for (var i = 0; i < 1 << 24; i += 4096) Marshal.WriteByte(kept[^1], i, 1);
                }
            case "secrets" when Environment.GetEnvironmentVariable("MODELREG_TEST_TOKEN") is { } secret:
                throw new InferenceException("MR0699", $"the child knows {secret}");
            default:
                break;
        }

        return new Session(mode);
    }

    private sealed class Session(string mode) : IEngineSession
    {
        public IReadOnlyList<EngineInput> Inputs { get; } = [new EngineInput("x", DType.Float32, [-1, 3])];

        public IReadOnlyList<Tensor> Run(IReadOnlyList<Tensor> inputs)
        {
            if (inputs is not [{ Shape: [_, 3] } input]) throw new InferenceException("MR0616", "three values, please", hint: "give three");
            var values = input.ToFloat32();
            if (mode == "stops" && values[0] < 0) Thread.Sleep(Timeout.Infinite);
            return [Tensor.FromFloat32("y", input.Shape.AsSpan(), [.. values.Select(v => v * 2)])];
        }

        public void Dispose()
        {
        }
    }
}
