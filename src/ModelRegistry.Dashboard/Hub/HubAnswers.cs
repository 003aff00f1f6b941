using System.Text.Json;

namespace ModelRegistry.Dashboard.Hub;

/// <summary>Answers as clients of a hub expect them.</summary>
internal static class HubAnswers
{
    /// <summary>Nothing there; the code tells a client what is missing.</summary>
    public static Task Missing(HttpContext http, string code, string message)
    {
        http.Response.StatusCode = StatusCodes.Status404NotFound;
        http.Response.Headers["X-Error-Code"] = code;
        http.Response.Headers["X-Error-Message"] = message;
        return Json(http, json =>
        {
            json.WriteStartObject();
            json.WriteString("error", message);
            json.WriteEndObject();
        });
    }

    public static async Task Json(HttpContext http, Action<Utf8JsonWriter> document)
    {
        http.Response.ContentType = "application/json; charset=utf-8";
        if (HttpMethods.IsHead(http.Request.Method)) return;
        await using var json = new Utf8JsonWriter(http.Response.BodyWriter);
        document(json);
    }
}
