using System.Globalization;
using System.Net;

namespace ModelRegistry.Dashboard.Security;

/// <summary>Asks for the token: as a bearer's, or in the cookie that <c>/session</c> gave for it.</summary>
internal sealed class TokenCheck(AccessToken token, Assets.AssetCatalogue assets)
{
    // Nobody has shown a token yet: a token and its name fit, and nothing else is read.
    private const int LongestForm = 4096;

    /// <summary>Answers a request that has no token, and says that it did.</summary>
    public async Task<bool> Refuses(HttpContext http)
    {
        var request = http.Request;
        if (request.Query.ContainsKey("token"))
        {
            await Say(http, StatusCodes.Status400BadRequest, "A token has no place in an address: it would stay in logs. Use the link that was printed, or Authorization: Bearer.");
            return true;
        }

        if (request.Path == "/session" && request.Method == "POST") return await Exchange(http);
        if (request.Path == "/session" || request.Path.StartsWithSegments("/assets")) return request.Path == "/session" && await Open(http);
        var bearer = request.Headers.Authorization.ToString() is { } header && header.StartsWith("Bearer ", StringComparison.Ordinal) ? header["Bearer ".Length..].Trim() : null;
        var given = bearer ?? request.Cookies[Cookie(http)];
        switch (token.Matches(given))
        {
            case true: return false;
            case null:
                http.Response.Headers.RetryAfter = "60";
                await Say(http, StatusCodes.Status429TooManyRequests, "Too many wrong tokens. Wait a minute.");
                return true;
            default:
                http.Response.Headers.WWWAuthenticate = "Bearer";
                await Say(http, StatusCodes.Status401Unauthorized, $"{DashboardCodes.TokenNeeded.Code}: open the link that 'modelreg serve --token' printed.");
                return true;
        }
    }

    private async Task<bool> Exchange(HttpContext http)
    {
        if (http.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit) limit.MaxRequestBodySize = LongestForm;
        var given = http.Request.HasFormContentType && http.Request.ContentLength <= LongestForm ? (await http.Request.ReadFormAsync(http.RequestAborted))["token"].ToString() : "";
        switch (token.Matches(given))
        {
            case true:
                http.Response.Cookies.Append(Cookie(http), token.Value, new CookieOptions { HttpOnly = true, SameSite = SameSiteMode.Strict, Path = "/" });
                http.Response.StatusCode = StatusCodes.Status204NoContent;
                return true;
            case null:
                http.Response.Headers.RetryAfter = "60";
                await Say(http, StatusCodes.Status429TooManyRequests, "Too many wrong tokens. Wait a minute.");
                return true;
            default:
                await Say(http, StatusCodes.Status401Unauthorized, "That is not the token.");
                return true;
        }
    }

    // The token stands in the fragment, which no server is ever sent; a script hands it over.
    private async Task<bool> Open(HttpContext http)
    {
        http.Response.ContentType = "text/html; charset=utf-8";
        await http.Response.WriteAsync("<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>ModelRegistry</title><script type=\"module\" src=\"" + WebUtility.HtmlEncode(http.Request.PathBase + $"/assets/{assets.Folder}/session.js") + "\"></script></head><body><p id=\"status\">Opening…</p><noscript>Opening with the link needs JavaScript. Without it, send the token as Authorization: Bearer.</noscript></body></html>");
        return true;
    }

    private static string Cookie(HttpContext http) => string.Create(CultureInfo.InvariantCulture, $"modelreg-{http.Connection.LocalPort}");

    private static Task Say(HttpContext http, int status, string text)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "text/html; charset=utf-8";
        return http.Response.WriteAsync($"<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>ModelRegistry</title></head><body><p>{WebUtility.HtmlEncode(text)}</p></body></html>");
    }
}
