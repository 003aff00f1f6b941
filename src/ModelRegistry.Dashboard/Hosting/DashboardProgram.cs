using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Hosting.Server.Features;
using ModelRegistry.Dashboard.Demo;
using ModelRegistry.Diagnostics;

namespace ModelRegistry.Dashboard.Hosting;

/// <summary>One run of the program: opens the registry, serves or exports, and turns every failure into one line and an exit code.</summary>
internal static class DashboardProgram
{
    private const int InternalError = 70, Cancelled = 130;

    public static async Task<int> Run(string[] args)
    {
        try
        {
            var options = OptionsParser.Parse(args);
            if (options.Help)
            {
                await Console.Out.WriteAsync(HelpText.Text);
                return 0;
            }

            using var stop = new CancellationTokenSource();
            using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => Stop(signal, stop));
            using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => Stop(signal, stop));
            if (options.StopWithInput) StopWithInput(stop);
            return await Serve(options, stop.Token);
        }
        catch (ModelRegistryException failure)
        {
            await Console.Error.WriteLineAsync(Shown.OneLine(failure.ToLine()));
            return (int)failure.Diagnostic.Kind;
        }
        catch (OperationCanceledException)
        {
            return Cancelled;
        }
#pragma warning disable CA1031 // The last line of defence: whatever it is, the user gets one line.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            await Console.Error.WriteLineAsync($"error {DashboardCodes.Unexpected.Code}: unexpected failure, {failure.GetType().Name}: {Shown.OneLine(failure.Message)}; run it again with --verbose and report what it prints");
            if (args.Contains("--verbose")) await Console.Error.WriteLineAsync(failure.ToString());
            return InternalError;
        }
    }

    private static async Task<int> Serve(DashboardOptions options, CancellationToken stop)
    {
        using var demo = options.Demo ? DemoFolder.Make() : null;
        using var session = Opening.Open(demo is null ? options : options with { Registry = demo.Path });
        await using var services = new DashboardServices(session.Registry, options, TimeProvider.System);
        if (options.Export is { } target)
        {
            var pages = new Export.SiteExporter(services, stop).Run(target);
            if (options.Json) Console.WriteLine($$"""{"pages":{{pages}}}""");
            else if (!options.Quiet) Console.WriteLine($"{pages} pages in {Path.GetFullPath(target)}");
            return 0;
        }

        // What a killed process left behind goes before anything new comes.
        if (!options.ReadOnly)
        {
            session.Registry.ClearStaging();
            session.Registry.TakeBackInterrupted(stop);
        }

        await using var app = DashboardServer.Build(services);
        try
        {
            await app.StartAsync(stop);
        }
        catch (IOException failure) when (failure.InnerException is Microsoft.AspNetCore.Connections.AddressInUseException)
        {
            throw DashboardCodes.AddressInUse.Error($"port {options.Port} is taken", "end what listens there, or choose another with --port", failure);
        }

        var address = app.Services.GetRequiredService<Microsoft.AspNetCore.Hosting.Server.IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First() + options.BasePath;
        Announce(options, services, address);
        // Read while the first page is being asked for.
        _ = services.Reader.AllAsync(stop);
        try
        {
            await Task.Delay(Timeout.Infinite, stop);
        }
        catch (OperationCanceledException)
        {
            using var grace = new CancellationTokenSource(TimeSpan.FromSeconds(5));
            await app.StopAsync(grace.Token);
        }

        return 0;
    }

    private static void Announce(DashboardOptions options, DashboardServices services, string address)
    {
        var link = services.AccessToken is { } token ? $"{address.TrimEnd('/')}/session#{token.Value}" : address.TrimEnd('/') + "/";
        if (options.Json) Console.WriteLine($$"""{"address":"{{link}}"}""");
        else Console.WriteLine(options.Quiet ? link : $"ModelRegistry shows {services.Registry.Layout.Root} at {link}{Environment.NewLine}Press Ctrl+C to stop.");
    }

    private static void StopWithInput(CancellationTokenSource stop)
    {
        void Wait()
        {
            while (Console.In.Read() >= 0)
            {
                // Only the end matters.
            }

            stop.Cancel();
        }

        new Thread(Wait) { IsBackground = true }.Start();
    }

    private static void Stop(PosixSignalContext signal, CancellationTokenSource stop)
    {
        // The second signal ends the process at once.
        signal.Cancel = !stop.IsCancellationRequested;
        stop.Cancel();
    }
}
