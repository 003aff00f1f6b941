using Cake.Core;
using Cake.Core.Annotations;
using Cake.Core.Diagnostics;
using Cake.Core.IO;
using Cake.ModelRegistry.Register;
using ModelRegistry.Verification;

namespace Cake.ModelRegistry;

/// <summary>Registers model versions.</summary>
[CakeAliasCategory("Model registry")]
public static class RegisterModelAliases
{
    /// <summary>
    /// Registers a version: the files go into the store, the manifest and one commit into git.
    /// The same content registered again returns the version that exists and writes nothing.
    /// </summary>
    /// <param name="context">The script.</param>
    /// <param name="settings">What to register.</param>
    /// <returns>The version.</returns>
    /// <exception cref="CakeException">The registry refused; the message is one line with an <c>MR####</c> code.</exception>
    /// <example>
    /// <code>
    /// var model = RegisterModel(new RegisterModelSettings {
    ///     Name = "resnet18",
    ///     Files = { "out/resnet18.pth", "out/labels.txt" },
    ///     Architecture = "resnet18",
    ///     Metrics = { ["accuracy"] = 0.93 },
    /// });
    /// Information(model.Id);
    /// </code>
    /// </example>
    [CakeMethodAlias]
    public static RegisteredModel RegisterModel(this ICakeContext context, RegisterModelSettings settings)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(settings);
        return AliasRun.Run(context, () =>
        {
            using var session = CakeSession.OpenWorkingCopy(context, settings);
            var registry = session.Registry;
            var request = RequestReader.Read(context, settings);
            var result = settings.Verify ? Verifier.Register(registry, request) : registry.Register(request);
            var model = new RegisteredModel(
                result.Manifest.Name.Value, result.Manifest.Version.Value, result.Created,
                new FilePath(result.ManifestPath), result.Commit, result.Manifest.Weights.Digest.Value);
            context.Log.Information("{0}", Describe(model));
            return model;
        });
    }

    private static string Describe(RegisteredModel model) => model switch
    {
        { Created: false } => $"{model.Id} has this content already; nothing was written",
        { Commit: null } => $"registered {model.Id} without a commit ({model.Digest})",
        _ => $"registered {model.Id} in commit {model.Commit[..12]} ({model.Digest})",
    };
}
