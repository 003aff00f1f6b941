namespace ModelRegistry.Dashboard.Api;

/// <summary>The operations of the API.</summary>
public sealed record ApiView(IReadOnlyList<ApiOperation> Operations, string Base)
{
    /// <summary>What the routes say of themselves: the same as the OpenAPI document.</summary>
    public static ApiView Of(IEnumerable<Endpoint> endpoints, string basePath) => new(
        [.. endpoints.OfType<RouteEndpoint>()
            .Where(e => e.RoutePattern.RawText?.StartsWith("/api/v1", StringComparison.Ordinal) == true)
            .SelectMany(e => (e.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? []).Where(m => m != "HEAD" || e.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Count == 1)
                .Select(m => new ApiOperation(m, e.RoutePattern.RawText!.Replace("{**path}", "{path}", StringComparison.Ordinal), e.Metadata.GetMetadata<Microsoft.AspNetCore.Http.Metadata.IEndpointSummaryMetadata>()?.Summary ?? "")))
            .OrderBy(o => o.Path, StringComparer.Ordinal).ThenBy(o => o.Method, StringComparer.Ordinal)],
        basePath);
}

public sealed record ApiOperation(string Method, string Path, string Summary);
