using System.CommandLine;
using System.CommandLine.Completions;
using ModelRegistry.Diagnostics;
using ModelRegistry.Tool.Hosting;

namespace ModelRegistry.Tool.CommandLine;

/// <summary>What the registry at hand offers for completion: names, selectors, aliases. Where there is no registry there is nothing.</summary>
internal static class Completions
{
    private const int ShownVersions = 20;

    /// <summary>The models; behind a slash, the selectors of one.</summary>
    public static IEnumerable<CompletionItem> Names(CompletionContext context) => From(registry =>
        context.WordToComplete.IndexOf('/', StringComparison.Ordinal) is > 0 and var slash
            ? SelectorsOf(registry, context.WordToComplete[..slash]).Select(selector => $"{context.WordToComplete[..slash]}/{selector}")
            : registry.Names().Select(name => name.Value));

    /// <summary>The models alone, for what names a family and no version.</summary>
    public static IEnumerable<CompletionItem> Families(CompletionContext context) => From(registry => registry.Names().Select(name => name.Value));

    /// <summary>The selectors of the model that another argument names.</summary>
    public static Func<CompletionContext, IEnumerable<CompletionItem>> SelectorsOf(Argument name) =>
        context => From(registry => Typed(context, name) is { Length: > 0 } typed ? SelectorsOf(registry, typed) : []);

    /// <summary>The selectors, and the bare names of the aliases, of the model that another argument names.</summary>
    public static Func<CompletionContext, IEnumerable<CompletionItem>> AliasesOf(Argument name) =>
        context => From(registry => Typed(context, name) is { Length: > 0 } typed ? [.. SelectorsOf(registry, typed), .. Family(registry, typed.Split('/')[0])?.Aliases.Keys ?? []] : []);

    /// <summary>The versions of the model that another argument names.</summary>
    public static Func<CompletionContext, IEnumerable<CompletionItem>> VersionsOf(Argument name) =>
        context => From(registry => Family(registry, Typed(context, name) ?? "")?.Versions.Take(ShownVersions).Select(v => v.Version.Value) ?? []);

    private static IEnumerable<string> SelectorsOf(Registry registry, string name)
    {
        if (Family(registry, name) is not { } family) return [];
        var metrics = family.Versions.Take(ShownVersions).SelectMany(v => v.Metrics).Select(m => "best:" + m.Key).Distinct(StringComparer.Ordinal);
        return ["latest", "best", .. family.Aliases.Keys.Order(StringComparer.Ordinal).Select(a => "@" + a), .. family.Versions.Take(ShownVersions).Select(v => v.Version.Value), .. metrics];
    }

    private static string? Typed(CompletionContext context, Argument name) => context.ParseResult.GetResult(name)?.Tokens is [var first, ..] ? first.Value : null;

    private static Family? Family(Registry registry, string name) => ModelName.TryParse(name, out var known) ? registry.GetFamily(known) : null;

    private static IEnumerable<CompletionItem> From(Func<Registry, IEnumerable<string>> offered)
    {
        try
        {
            using var session = RegistrySession.Open(address: null, ToolEnvironment.Options(quiet: true, verbose: false) with { Offline = true });
            return [.. offered(session.Registry).Select(word => new CompletionItem(word))];
        }
        catch (ModelRegistryException)
        {
            return [];
        }
    }
}
