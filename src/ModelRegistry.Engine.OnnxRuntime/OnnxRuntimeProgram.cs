using ModelRegistry.Engine.OnnxRuntime;
using ModelRegistry.Verification.Hosting;

return EngineProgram.Run(args, new OnnxRuntimeEngine());
