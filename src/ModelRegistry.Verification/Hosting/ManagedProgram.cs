return ModelRegistry.Verification.Hosting.EngineProgram.RunManaged(args);
