using System.Collections.Frozen;
using Microsoft.AspNetCore.Components;

namespace ModelRegistry.Dashboard.Layout;

/// <summary>The drawings of 16 by 16 that stand before words. They are put once into each page, as symbols.</summary>
internal static class Icons
{
    private static readonly FrozenDictionary<string, string> Drawings = new Dictionary<string, string>
    {
        ["shield"] = "<path d=\"M8 1.8 13 3.6v4c0 3-2 5.3-5 6.6-3-1.3-5-3.6-5-6.6v-4z\"/><path d=\"m5.8 8 1.6 1.6 2.9-3.1\"/>",
        ["shield-off"] = "<path d=\"M8 1.8 13 3.6v4c0 3-2 5.3-5 6.6-3-1.3-5-3.6-5-6.6v-4z\"/><path d=\"m6.2 6.2 3.6 3.6M9.8 6.2 6.2 9.8\"/>",
        ["shield-other"] = "<path d=\"M8 1.8 13 3.6v4c0 3-2 5.3-5 6.6-3-1.3-5-3.6-5-6.6v-4z\"/><path d=\"M5.8 8h4.4\"/>",
        ["circle"] = "<circle cx=\"8\" cy=\"8\" r=\"5.8\" stroke-dasharray=\"2.4 2.2\"/>",
        ["data"] = "<ellipse cx=\"8\" cy=\"3.8\" rx=\"5\" ry=\"2\"/><path d=\"M3 3.8v8.4c0 1.1 2.2 2 5 2s5-.9 5-2V3.8M3 8c0 1.1 2.2 2 5 2s5-.9 5-2\"/>",
        ["star"] = "<path d=\"m8 1.9 1.8 3.8 4.1.5-3 2.8.8 4.1L8 11l-3.7 2.1.8-4.1-3-2.8 4.1-.5z\"/>",
        ["branch"] = "<circle cx=\"4.5\" cy=\"3.8\" r=\"1.6\"/><circle cx=\"4.5\" cy=\"12.2\" r=\"1.6\"/><circle cx=\"11.5\" cy=\"5.8\" r=\"1.6\"/><path d=\"M4.5 5.4v5.2M11.5 7.4c0 2.4-4 1.8-6.6 3.6\"/>",
        ["cross"] = "<path d=\"m4 4 8 8M12 4l-8 8\"/>",
        ["check"] = "<path d=\"m3 8.5 3.3 3.3L13 4.8\"/>",
        ["warn"] = "<path d=\"M8 2.2 14.3 13H1.7z\"/><path d=\"M8 6.3v3.2M8 11.3v.1\"/>",
        ["play"] = "<path d=\"M4.5 2.8v10.4L13 8z\"/>",
        ["clock"] = "<circle cx=\"8\" cy=\"8\" r=\"5.8\"/><path d=\"M8 4.8V8l2.2 1.4\"/>",
        ["upload"] = "<path d=\"M8 10.5V3M4.8 6 8 2.8 11.2 6M3 13.5h10\"/>",
        ["download"] = "<path d=\"M8 2.5V10M4.8 7 8 10.2 11.2 7M3 13.5h10\"/>",
        ["compare"] = "<path d=\"M5 2.5v11M11 2.5v11M2.5 5 5 2.5 7.5 5M8.5 11l2.5 2.5 2.5-2.5\"/>",
        ["right"] = "<path d=\"M2.5 8h11M9.5 4l4 4-4 4\"/>",
        ["box"] = "<path d=\"m8 1.8 5.5 3v6.4L8 14.2l-5.5-3V4.8z\"/><path d=\"m2.6 4.9 5.4 3 5.4-3M8 8v6\"/>",
        ["layers"] = "<path d=\"M8 2 14 5 8 8 2 5z\"/><path d=\"m2 8 6 3 6-3M2 11l6 3 6-3\"/>",
        ["pen"] = "<path d=\"m10.8 2.7 2.5 2.5-8 8H2.8v-2.5z\"/>",
        ["file"] = "<path d=\"M9 1.8H4.5A1.5 1.5 0 0 0 3 3.3v9.4a1.5 1.5 0 0 0 1.5 1.5h7a1.5 1.5 0 0 0 1.5-1.5V5.8z\"/><path d=\"M9 1.8v4h4\"/>",
        ["plus"] = "<path d=\"M8 3v10M3 8h10\"/>",
        ["flag"] = "<path d=\"M3.5 14V2.5M3.5 3h8l-1.6 2.7 1.6 2.8h-8\"/>",
        ["info"] = "<circle cx=\"8\" cy=\"8\" r=\"6\"/><path d=\"M8 7.4V11M8 5v.1\"/>",
        ["undo"] = "<path d=\"M5.5 3.5 2.8 6.2l2.7 2.7\"/><path d=\"M3 6.2h6.2a3.6 3.6 0 0 1 0 7.2H6\"/>",
        ["image"] = "<rect x=\"2\" y=\"3\" width=\"12\" height=\"10\" rx=\"1.5\"/><circle cx=\"5.5\" cy=\"6.3\" r=\"1.1\"/><path d=\"m2.5 11.5 3.4-3 2.3 1.9 2.7-2.9 2.8 2.9\"/>",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>All of them as symbols; the one place beside the model card that writes markup.</summary>
    public static MarkupString Symbols { get; } = new(string.Concat(Drawings.OrderBy(d => d.Key, StringComparer.Ordinal).Select(d => $"<symbol id=\"i-{d.Key}\" viewBox=\"0 0 16 16\">{d.Value}</symbol>")));

    public static string Reference(string name) => Drawings.ContainsKey(name) ? "#i-" + name : throw new ArgumentException($"no drawing is called '{name}'", nameof(name));
}
