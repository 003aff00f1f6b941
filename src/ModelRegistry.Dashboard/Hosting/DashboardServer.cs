using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using ModelRegistry.Dashboard.Assets;
using ModelRegistry.Dashboard.Files;
using ModelRegistry.Dashboard.Security;

namespace ModelRegistry.Dashboard.Hosting;

/// <summary>Puts the server together.</summary>
internal static class DashboardServer
{
    /// <summary>Builds the application. No configuration, no environment variable and no file of ASP.NET has a say.</summary>
    /// <param name="services">The registry and what reads it.</param>
    /// <param name="host">Changes the host; for tests.</param>
    public static WebApplication Build(DashboardServices services, Action<IWebHostBuilder>? host = null)
    {
        var options = services.Options;
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "modelreg-dashboard", ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => Listen(kestrel, options)).UseSockets(FileOutput.Use);
        host?.Invoke(builder.WebHost);
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton(services);
        builder.Services.AddOpenApi("v1", document =>
        {
            document.OpenApiVersion = Microsoft.OpenApi.OpenApiSpecVersion.OpenApi3_1;
            document.ShouldInclude = description => description.RelativePath?.StartsWith("api/v1", StringComparison.Ordinal) == true;
        });
        if (options.Verbose) builder.Logging.AddSimpleConsole().SetMinimumLevel(LogLevel.Information);
        var app = builder.Build();
        if (options.BasePath.Length > 0) app.UsePathBase(options.BasePath);
        app.UseMiddleware<RequestGuard>();
        app.UseMiddleware<ErrorHandling>();
        app.UseRouting();
        AssetRoutes.Map(app, services.Assets);
        PageRoutes.Map(app, services);
        app.MapOpenApi("/openapi/{documentName}.json");
        app.MapFallback((HttpContext http) => throw DashboardCodes.PageNotFound.Error($"there is no page {Shown.OneLine(http.Request.Path.Value ?? "")}", "look for it in the list of models"));
        return app;
    }

    private static void Listen(KestrelServerOptions kestrel, DashboardOptions options)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = options.MaxUpload;
        kestrel.Limits.MaxRequestHeadersTotalSize = 16 * 1024;
        kestrel.Limits.MaxRequestLineSize = 8 * 1024;
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
        kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(bytesPerSecond: 240, gracePeriod: options.PatienceWithSenders);
        if (options.Host is { } host && host != "localhost")
        {
            kestrel.Listen(IPAddress.TryParse(host.Trim('[', ']'), out var address) ? address : throw ModelRegistry.Diagnostics.Codes.Usage.Error($"--host '{Shown.OneLine(host)}' is not an address", "give an IP address, such as 0.0.0.0"), options.Port, FileOutput.Use);
            return;
        }

        kestrel.Listen(IPAddress.Loopback, options.Port, FileOutput.Use);
        // Port 0 would be another one on each of the two.
        if (Socket.OSSupportsIPv6 && options.Port != 0) kestrel.Listen(IPAddress.IPv6Loopback, options.Port, FileOutput.Use);
    }
}
