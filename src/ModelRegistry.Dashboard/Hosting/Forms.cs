namespace ModelRegistry.Dashboard.Hosting;

/// <summary>Reads forms of ours.</summary>
internal static class Forms
{
    private const long MaxLength = 1 << 20;

    /// <exception cref="Diagnostics.ModelRegistryException">MR0920: not a form.</exception>
    public static async Task<IFormCollection> Read(HttpContext http)
    {
        if (!http.Request.HasFormContentType) throw DashboardCodes.InvalidRequest.Error("the request is not a form", "send the form of the page");
        if (http.Request.ContentLength > MaxLength) throw DashboardCodes.TooLarge.Error("the form is larger than 1 MiB", "write less");
        if (http.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit) limit.MaxRequestBodySize = MaxLength;
        return await http.Request.ReadFormAsync(new Microsoft.AspNetCore.Http.Features.FormOptions { ValueCountLimit = 500, ValueLengthLimit = 1 << 20, BufferBody = false }, http.RequestAborted);
    }

    /// <summary>Why the form cannot be taken: its secret is of another process. Null where it can.</summary>
    public static string? Expired(IFormCollection form, DashboardServices services) =>
        services.FormToken.Matches(form["form"]) ? null : $"{DashboardCodes.FormExpired.Code}: this form was made before the dashboard was started. Send it again: what you wrote is still in it.";
}
