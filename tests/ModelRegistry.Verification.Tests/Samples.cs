using System.Text.Json;

namespace ModelRegistry.Verification.Tests;

/// <summary>The really trained models of <c>samples/digits</c>.</summary>
internal static class Samples
{
    public static string Root { get; } = Find();

    public static string Digits(params string[] path) => Path.Combine([Root, "samples", "digits", .. path]);

    /// <summary>A manifest of a sample as registration would write it, and where its files stand.</summary>
    public static (Manifest Manifest, Dictionary<string, string> Paths) Describe(string folder)
    {
        using var training = JsonDocument.Parse(File.ReadAllText(Digits(folder, "training.json")));
        var metadata = RegistrationMetadata.Parse(File.ReadAllBytes(Digits(folder, "training.json")), "training.json");
        var paths = Directory.GetFiles(Digits(folder)).Where(f => !f.EndsWith(".json", StringComparison.Ordinal)).ToDictionary(f => Path.GetFileName(f)!, f => f);
        return (new Manifest
        {
            Name = ModelName.Parse("sample"),
            Version = ModelVersion.First,
            CreatedAt = default,
            Architecture = metadata.Architecture,
            Inputs = metadata.Inputs,
            Outputs = metadata.Outputs,
            Preprocessing = metadata.Preprocessing,
            Files =
            [
                .. paths.Keys.OrderBy(name => FileRoles.ByFileName(name) == FileRoles.Weights ? 0 : 1).Select(name => new ModelFile
                {
                    Path = RelativeFilePath.Parse(name),
                    Role = FileRoles.ByFileName(name),
                    Size = new FileInfo(paths[name]).Length,
                    Digest = Digest.Of(File.ReadAllBytes(paths[name])),
                }),
            ],
        }, paths);
    }

    public static VerificationReport Verify(this (Manifest Manifest, Dictionary<string, string> Paths) sample, VerifyOptions? options = null) =>
        Verifier.Verify(sample.Manifest, file => sample.Paths[file.Path.Value], options);

    private static string Find()
    {
        for (var directory = AppContext.BaseDirectory; directory is not null; directory = Path.GetDirectoryName(directory))
        {
            if (File.Exists(Path.Combine(directory, "ModelRegistry.sln"))) return directory;
        }

        throw new InvalidOperationException("the tests do not run inside the repository");
    }
}
