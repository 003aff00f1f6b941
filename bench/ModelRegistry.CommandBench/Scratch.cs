using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace ModelRegistry.CommandBench;

/// <summary>Registries of any size in a temporary folder, written directly, because only the reading is measured.</summary>
internal sealed class Scratch : IDisposable
{
    public Scratch()
    {
        Root = Path.Combine(Path.GetTempPath(), "modelreg-bench-" + Path.GetRandomFileName());
        Directory.CreateDirectory(Root);
        Environment.SetEnvironmentVariable("MODELREG_CACHE", Path.Combine(Root, ".cache"));
        var config = Path.Combine(Root, ".gitconfig");
        File.WriteAllText(config, "[user]\n\tname = Bench\n\temail = bench@example.org\n[init]\n\tdefaultBranch = main\n[filter \"lfs\"]\n\tclean = git-lfs clean -- %f\n\tsmudge = git-lfs smudge -- %f\n\tprocess = git-lfs filter-process\n\trequired = true\n");
        Environment.SetEnvironmentVariable("GIT_CONFIG_GLOBAL", config);
        Environment.SetEnvironmentVariable("GIT_CONFIG_NOSYSTEM", "1");
    }

    public string Root { get; }

    public string Repository(string name)
    {
        var path = Path.Combine(Root, name);
        Directory.CreateDirectory(path);
        Run(path, "git", "init", "--quiet");
        return path;
    }

    /// <summary>A registry with as many families and versions as asked for; every version has a small blob.</summary>
    public string Registry(int families, int versionsEach)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"f{families}v{versionsEach}");
        var root = Path.Combine(Root, name);
        if (Directory.Exists(root)) return root;
        Repository(name);
        Directory.CreateDirectory(Path.Combine(root, "registry"));
        File.WriteAllText(Path.Combine(root, "registry", "registry.json"), """{ "schemaVersion": 1, "stores": [{ "name": "local", "path": "../models" }] }""");
        var blobs = Directory.CreateDirectory(Path.Combine(root, "models", "blobs", "sha256")).FullName;
        var content = Encoding.UTF8.GetBytes("weights");
        var digest = Convert.ToHexStringLower(SHA256.HashData(content));
        File.WriteAllBytes(Path.Combine(blobs, digest), content);
        var time = new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        for (var f = 0; f < families; f++)
        {
            var family = f == 0 ? "resnet18" : string.Create(CultureInfo.InvariantCulture, $"family-{f}");
            var folder = Directory.CreateDirectory(Path.Combine(root, "registry", family, "versions")).FullName;
            for (var v = 0; v < versionsEach; v++)
            {
                var version = string.Create(CultureInfo.InvariantCulture, $"1.{v}.0");
                File.WriteAllText(Path.Combine(folder, version + ".json"), string.Create(CultureInfo.InvariantCulture, $$"""
                    {
                      "schemaVersion": 1,
                      "name": "{{family}}",
                      "version": "{{version}}",
                      "createdAt": "{{time.AddMinutes(v):yyyy-MM-ddTHH:mm:ss}}Z",
                      "createdBy": "Bench <bench@example.org>",
                      "framework": "pytorch",
                      "architecture": "resnet18",
                      "metrics": {
                        "accuracy": {{0.5 + (v * 7919 % 10007 / 20014.0):R}},
                        "loss": {{1.0 / (v + 2):R}}
                      },
                      "lineage": {
                        "commit": "{{v:x40}}",
                        "branch": "main",
                        "dirty": false
                      },
                      "files": [
                        {
                          "path": "resnet18.pth",
                          "role": "weights",
                          "size": {{content.Length}},
                          "digest": "sha256:{{digest}}"
                        }
                      ]
                    }

                    """));
            }
        }

        return root;
    }

    /// <summary>As <see cref="Registry"/>, in a repository of its own where all of it is committed.</summary>
    public string Committed(int families, int versionsEach)
    {
        var read = Registry(families, versionsEach);
        var root = read + "-committed";
        if (Directory.Exists(root)) return root;
        Run(Root, "cp", "-r", read, root);
        File.WriteAllText(Path.Combine(root, ".gitignore"), "models/\n*.safetensors\n");
        Run(root, "git", "add", "registry", ".gitignore");
        Run(root, "git", "commit", "--quiet", "-m", "registry");
        return root;
    }

    public static void Run(string directory, string executable, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(executable, arguments) { WorkingDirectory = directory, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEndAsync();
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0) throw new InvalidOperationException($"{executable} {string.Join(' ', arguments)}: {errors.Result}");
    }

    public void Dispose() => Files.Remove(Root);
}
