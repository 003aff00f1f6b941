using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;

namespace ModelRegistry.Dashboard.Tests.Support;

/// <summary>What the server has answered, for what a browser does not tell.</summary>
internal sealed class AnsweredRequests : IStartupFilter
{
    private readonly ConcurrentQueue<(string Method, string Path, int Status)> _all = new();

    /// <summary>Waits until so many requests of a path were answered, and returns their status codes.</summary>
    public async Task<IReadOnlyList<int>> To(string method, string ending, int count)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (true)
        {
            var found = _all.Where(a => a.Method == method && a.Path.EndsWith(ending, StringComparison.Ordinal)).Select(a => a.Status).ToList();
            if (found.Count >= count) return found;
            await Task.Delay(20, limit.Token);
        }
    }

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use(async (http, rest) =>
        {
            try
            {
                await rest(http);
            }
            finally
            {
                _all.Enqueue((http.Request.Method, http.Request.Path.Value ?? "", http.Response.StatusCode));
            }
        });
        next(app);
    };
}
