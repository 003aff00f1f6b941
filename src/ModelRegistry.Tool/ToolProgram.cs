using ModelRegistry.Tool.Hosting;
using ModelRegistry.Verification.Hosting;

if (OpenFileLimit.TooLow() is { } limit) return (int)OpenFileLimit.Refuse(limit);
// Compiled ahead of time, the command is also the program of the managed engine, in a process of its own.
return args is [EngineProgram.CommandArgument, ..] ? EngineProgram.RunManaged(args[1..]) : (int)CommandHost.Run(args);
