using System.Diagnostics;
using System.Text;
using System.Text.Json;
using ModelRegistry.Verification;

namespace ModelRegistry.Dashboard.Tests.Support;

/// <summary>A registry in a git repository of its own, in a temporary folder.</summary>
internal sealed class TestRegistry : IDisposable
{
    private int _files;

    private readonly string _temporary = Directory.CreateTempSubdirectory("mr-dash-").FullName;

    /// <param name="start">What it begins with.</param>
    /// <param name="name">What the repository's folder, and so the registry, is called.</param>
    public TestRegistry(Start start = Start.Empty, string name = "models")
    {
        Folder = Directory.CreateDirectory(Path.Combine(_temporary, name)).FullName;
        Environment.SetEnvironmentVariable("GIT_CONFIG_GLOBAL", "/dev/null");
        Environment.SetEnvironmentVariable("GIT_CONFIG_NOSYSTEM", "1");
        switch (start)
        {
            case Start.Empty:
                PreparedFolders.CopyEmpty(Folder);
                break;
            case Start.Demo:
                PreparedFolders.CopyDemo(Folder);
                break;
            case Start.Made:
                Git("init", "-q", "-b", "main", "--template=");
                Git("config", "user.name", "A. Author");
                Git("config", "user.email", "author@example.org");
                Registry.Initialise(Folder);
                break;
        }
    }

    /// <summary>What a registry begins with.</summary>
    internal enum Start
    {
        /// <summary>A registry without models.</summary>
        Empty,

        /// <summary>The demo data.</summary>
        Demo,

        /// <summary>A registry without models that is made here, and not copied.</summary>
        Made,
    }

    public string Folder { get; }

    public string Root => Path.Combine(Folder, "registry");

    public Registry Open() => RegistrySession.OpenWorkingCopy(Folder, new RegistryOptions { Examiner = new WeightsExaminer() }).Registry;

    /// <summary>Registers a version whose weights are a few tensors.</summary>
    public ModelId Register(string name, double? accuracy = null, string? version = null, Action<Dictionary<string, double>>? metrics = null, Func<RegistrationRequest, RegistrationRequest>? change = null, byte[]? weights = null)
    {
        var values = new Dictionary<string, double>();
        if (accuracy is { } value) values["accuracy"] = value;
        metrics?.Invoke(values);
        var path = Path.Combine(Folder, "made", $"{++_files}", "weights.safetensors");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, weights ?? Safetensors(("layer1.0.weight", [4, 4]), ("layer1.1.weight", [4, 4]), ("fc.weight", [2, _files])));
        var request = new RegistrationRequest
        {
            Name = ModelName.Parse(name),
            Files = [new FileToRegister(path)],
            Version = version is null ? null : ModelVersion.Parse(version),
            Metrics = values,
            Architecture = "mlp",
            Framework = "pytorch",
            Family = new FamilySettings { Task = "image-classification", Description = $"The family {name}." },
        };
        return Open().Register(change?.Invoke(request) ?? request).Id;
    }

    public string Git(params string[] arguments)
    {
        var start = new ProcessStartInfo("git") { WorkingDirectory = Folder, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        var errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"git {string.Join(' ', arguments)}: {errors}");
    }

    /// <summary>A safetensors file of float32 tensors that count up.</summary>
    public static byte[] Safetensors(params (string Name, int[] Shape)[] tensors)
    {
        using var header = new MemoryStream();
        var offset = 0;
        using (var json = new Utf8JsonWriter(header))
        {
            json.WriteStartObject();
            foreach (var (name, shape) in tensors)
            {
                var length = shape.Aggregate(4, (a, b) => a * b);
                json.WriteStartObject(name);
                json.WriteString("dtype", "F32");
                json.WriteStartArray("shape");
                foreach (var dimension in shape) json.WriteNumberValue(dimension);
                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(offset);
                json.WriteNumberValue(offset + length);
                json.WriteEndArray();
                json.WriteEndObject();
                offset += length;
            }

            json.WriteEndObject();
        }

        var text = header.ToArray();
        var padded = Encoding.UTF8.GetString(text).PadRight((text.Length + 7) / 8 * 8);
        using var file = new MemoryStream();
        file.Write(BitConverter.GetBytes((long)padded.Length));
        file.Write(Encoding.UTF8.GetBytes(padded));
        for (var i = 0; i < offset / 4; i++) file.Write(BitConverter.GetBytes((float)i));
        return file.ToArray();
    }

    public void Dispose()
    {
        foreach (var file in new DirectoryInfo(_temporary).EnumerateFiles("*", SearchOption.AllDirectories)) file.Attributes = FileAttributes.Normal;
        Directory.Delete(_temporary, recursive: true);
    }
}
