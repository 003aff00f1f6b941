using ModelRegistry.Engine.TorchSharp;
using ModelRegistry.Verification.Hosting;

return EngineProgram.Run(args, new TorchSharpEngine());
