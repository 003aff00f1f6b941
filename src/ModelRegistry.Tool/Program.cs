using ModelRegistry.Tool.Hosting;

return (int)CommandHost.Run(args);
