using System.Net;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using ModelRegistry.Dashboard.Hosting;

namespace ModelRegistry.Dashboard.Tests.Support;

/// <summary>The dashboard on a loopback port of its own.</summary>
internal sealed class RunningDashboard : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly TestRegistry? _owned;

    private RunningDashboard(WebApplication app, DashboardServices services, AnsweredRequests answered, TestRegistry? owned)
    {
        Answered = answered;
        _app = app;
        _owned = owned;
        Services = services;
        Address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        Client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, AutomaticDecompression = DecompressionMethods.All }) { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(60) };
    }

    public Uri Address { get; }

    public HttpClient Client { get; }

    public DashboardServices Services { get; }

    public AnsweredRequests Answered { get; }

    public IReadOnlyList<RouteEndpoint> Routes => [.. _app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()];

    public static async Task<RunningDashboard> Start(TestRegistry registry, DashboardOptions? options = null, bool owns = false, Action<IServiceCollection>? configure = null)
    {
        var services = new DashboardServices(registry.Open(), (options ?? new DashboardOptions()) with { Port = 0 }, TimeProvider.System);
        var answered = new AnsweredRequests();
        var app = DashboardServer.Build(services, host => host.ConfigureServices(s =>
        {
            s.AddSingleton<IStartupFilter>(answered);
            configure?.Invoke(s);
        }));
        await app.StartAsync();
        return new RunningDashboard(app, services, answered, owns ? registry : null);
    }

    /// <summary>A page that must be there, parsed.</summary>
    public async Task<IHtmlDocument> Page(string address, HttpStatusCode expected = HttpStatusCode.OK)
    {
        using var answer = await Client.GetAsync(new Uri(address, UriKind.Relative));
        var html = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == expected, $"{address} answered {(int)answer.StatusCode}: {html}");
        return await new HtmlParser().ParseDocumentAsync(html);
    }

    /// <summary>Sends a form of ours, with its token.</summary>
    public async Task<HttpResponseMessage> Post(string address, params (string Key, string Value)[] fields)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, address)
        {
            Content = new FormUrlEncodedContent([new("form", Services.FormToken.Value), .. fields.Select(f => new KeyValuePair<string, string>(f.Key, f.Value))]),
        };
        request.Headers.Add("Sec-Fetch-Site", "same-origin");
        return await Client.SendAsync(request);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        _owned?.Dispose();
    }
}
