using ModelRegistry.Dashboard.Hosting;

return await DashboardProgram.Run(args);
