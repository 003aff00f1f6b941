using System.Globalization;
using System.IO.Compression;

namespace ModelRegistry.CommandBench.Groups;

/// <summary>What it costs to ask who vouches for a model.</summary>
internal static class Trusting
{
    private const int Models = 10;

    /// <summary>One version by one key, beside OpenSSL's check of one signature.</summary>
    public static IEnumerable<Measured.Figure> Signature(Bench bench)
    {
        var (root, key) = Signed(bench);
        var (document, signature) = (Path.Combine(root, "registry", "resnet18", "versions", "1.0.0.json"), Path.Combine(root, "openssl.sig"));
        Scratch.Run(root, "openssl", "dgst", "-sha256", "-sign", "key.pem", "-out", signature, document);
        return Measured.InTurn(
            15,
            new Timed("`modelreg verify-signature resnet18/1.0.0 --public-key`", root, bench.Modelreg, "verify-signature", "resnet18/1.0.0", "--public-key", key) { Budget = "80" },
            new Timed("`openssl dgst -sha256 -verify` of one signature", root, "openssl", "dgst", "-sha256", "-verify", key, "-signature", signature, document));
    }

    /// <summary>The same resolution of ten locked models in a build, with a policy and without; the difference is the check.</summary>
    public static IEnumerable<Measured.Figure> Policy(Bench bench)
    {
        var feed = Path.Combine(bench.Repository, "artifacts", "packages");
        var package = Directory.Exists(feed) ? Directory.EnumerateFiles(feed, "ModelRegistry.MSBuild.*.nupkg").FirstOrDefault() : null;
        if (package is null) throw new InvalidOperationException("no package ModelRegistry.MSBuild in artifacts/packages; run ./build.sh --target=Pack first");
        var (root, key) = Signed(bench);
        var unpacked = Path.Combine(root, "package");
        if (!Directory.Exists(unpacked)) ZipFile.ExtractToDirectory(package, unpacked);
        File.WriteAllText(Path.Combine(root, "models.trust.json"), $$"""{ "schemaVersion": 1, "mode": "require", "signers": [ { "name": "bench", "publicKey": "{{Path.GetFileName(key)}}", "families": ["*"] } ] }""");
        var references = string.Concat(Enumerable.Range(0, Models).Select(i => $"<ModelReference Include=\"{Family(i)}\" Version=\"latest\" NoWarn=\"MR0707;MR0710;MR0222\" />"));
        Timed Resolve(string what, string name, string policy)
        {
            var output = $"obj/{name}/";
            File.WriteAllText(Path.Combine(root, name + ".proj"), $"<Project DefaultTargets=\"AddModelFiles\"><PropertyGroup><IntermediateOutputPath>{output}</IntermediateOutputPath><ModelTrustPolicy>{policy}</ModelTrustPolicy><ModelLockFile>{name}.lock.json</ModelLockFile></PropertyGroup><Import Project=\"{unpacked}/build/ModelRegistry.MSBuild.props\" /><ItemGroup>{references}</ItemGroup><Import Project=\"{unpacked}/build/ModelRegistry.MSBuild.targets\" /></Project>");
            Scratch.Run(root, "dotnet", "msbuild", name + ".proj", "-nologo", "-v:q");
            return new Timed(what, root, "dotnet", "msbuild", name + ".proj", "-nologo", "-v:q")
            {
                // Without its stamp a resolution runs again, from the lock file.
                Before = () => Array.ForEach(Directory.GetFiles(Path.Combine(root, output, "models", ".state"), "*.stamp"), File.Delete),
            };
        }

        var figures = Measured.InTurn(15, Resolve("resolving 10 locked models in a build, no policy", "none", "none"), Resolve("the same with a policy that requires signatures", "asked", "models.trust.json"));
        return [.. figures, figures[1] with { What = "the policy's check (difference of medians, of minima)", Median = figures[1].Median - figures[0].Median, Min = figures[1].Min - figures[0].Min, Max = 0, PeakMegabytes = 0, Budget = "30" }];
    }

    private static (string Root, string Key) Signed(Bench bench)
    {
        var root = bench.Scratch.Registry(Models, 1);
        var key = Path.Combine(root, "public.pem");
        if (File.Exists(key)) return (root, key);
        Scratch.Run(root, "openssl", "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", "key.pem");
        Scratch.Run(root, "openssl", "pkey", "-in", "key.pem", "-pubout", "-out", key);
        for (var i = 0; i < Models; i++) Scratch.Run(root, bench.Modelreg, "sign", $"{Family(i)}/1.0.0", "--key", "key.pem", "--no-commit");
        return (root, key);
    }

    private static string Family(int index) => index == 0 ? "resnet18" : string.Create(CultureInfo.InvariantCulture, $"family-{index}");
}
