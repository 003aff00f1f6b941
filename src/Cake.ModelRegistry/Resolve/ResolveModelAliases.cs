using Cake.Core;
using Cake.Core.Annotations;
using Cake.Core.Diagnostics;
using Cake.Core.IO;
using ModelRegistry;

namespace Cake.ModelRegistry;

/// <summary>Resolves model versions.</summary>
[CakeAliasCategory("Model registry")]
public static class ResolveModelAliases
{
    /// <summary>Resolves a selector to a version and the verified paths of its files.</summary>
    /// <param name="context">The script.</param>
    /// <param name="name">The family, or <c>name/selector</c>.</param>
    /// <param name="selector">The selector; null for <c>latest</c>.</param>
    /// <returns>The version and its files.</returns>
    /// <exception cref="CakeException">There is no answer, or the bytes are not what they should be.</exception>
    /// <example>
    /// <code>
    /// var model = ResolveModel("resnet18", "best");
    /// CopyFileToDirectory(model.Path, "out");
    /// </code>
    /// </example>
    [CakeMethodAlias]
    public static ResolvedModel ResolveModel(this ICakeContext context, string name, string? selector = null) =>
        ResolveModel(context, new ResolveModelSettings { Name = name, Selector = selector });

    /// <summary>Resolves a selector to a version and the verified paths of its files, and puts the files into a folder where one is named.</summary>
    /// <param name="context">The script.</param>
    /// <param name="settings">What to resolve.</param>
    /// <returns>The version and its files.</returns>
    /// <exception cref="CakeException">There is no answer, or the bytes are not what they should be.</exception>
    [CakeMethodAlias]
    public static ResolvedModel ResolveModel(this ICakeContext context, ResolveModelSettings settings)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(settings);
        return AliasRun.Run(context, () =>
        {
            var (name, selector) = ModelReference.Parse(settings.Name, settings.Selector);
            using var session = CakeSession.Open(context, settings);
            var resolution = session.Registry.Resolve(
                name, selector ?? Selector.Latest,
                new ResolveOptions { IncludePrerelease = settings.IncludePrerelease, Files = [.. settings.Files] });
            var model = Describe(resolution, Place(context, settings, resolution));
            context.Log.Information("{0}", $"{name} {resolution.Selector} is {model.Id}: {model.Path}");
            return model;
        });
    }

    private static IReadOnlyList<string> Place(ICakeContext context, ResolveModelSettings settings, Resolution resolution) =>
        settings.OutputDirectory is { } folder
            ? Registry.Materialise(resolution, folder.MakeAbsolute(context.Environment).FullPath, new MaterialiseOptions { Force = true })
            : [.. resolution.Files.Select(file => file.LocalPath!)];

    private static ResolvedModel Describe(Resolution resolution, IReadOnlyList<string> paths)
    {
        var files = resolution.Files
            .Zip(paths, (resolved, path) => new ResolvedModelFile(new FilePath(path), resolved.File.Path.Value, resolved.File.Role, resolved.File.Size, resolved.File.Digest.Value))
            .ToList();
        var weights = files[Math.Max(0, resolution.Files.IndexOf(resolution.Weights))];
        return new ResolvedModel(
            resolution.Manifest.Name.Value, resolution.Manifest.Version.Value, resolution.Selector.Text, weights.Path, files, resolution.Manifest.Metrics);
    }
}
