using System.Text;
using System.Text.Json;
using ModelRegistry.Tool.Tests.Support;

namespace ModelRegistry.Tool.Tests;

/// <summary>What <c>modelreg serve</c> answers below <c>/api/v1</c> is what the command prints with <c>--json</c>, byte for byte.</summary>
public sealed class ApiDocumentTests : IDisposable
{
    private static readonly (string[] Command, string Address)[] Pairs =
    [
        (["list"], "models"),
        (["list", "m"], "models/m"),
        (["list", "m"], "models/m/versions"),
        (["list", "net"], "models/net/versions"),
        (["show", "m/1.0.0"], "models/m/versions/1.0.0"),
        (["show", "m/@production"], "models/m/versions/@production"),
        (["show", "net"], "models/net/versions/latest"),
        (["inspect", "m/1.1.0"], "models/m/versions/1.1.0/layers"),
        (["inspect", "net"], "models/net/versions/1.0.0/layers"),
        (["lineage", "m/1.1.0"], "models/m/versions/1.1.0/lineage"),
        (["compare", "m/1.0.0", "m/1.1.0"], "compare?left=m/1.0.0&right=m/1.1.0"),
        (["resolve", "m", "best"], "resolve?name=m&selector=best"),
        (["resolve", "net"], "resolve?name=net"),
        (["log"], "log"),
        (["log", "m"], "log?name=m"),
        (["doctor"], "doctor"),
    ];

    private readonly Scratch _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public async Task EveryDocument_IsThatOfTheCommand()
    {
        Fill();
        using var process = _scratch.Start("serve", "--port", "0", "--json");
        try
        {
            var line = await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException(await process.StandardError.ReadToEndAsync());
            using var told = JsonDocument.Parse(line);
            using var client = new HttpClient { BaseAddress = new Uri(told.RootElement.GetProperty("address").GetString()!), Timeout = TimeSpan.FromMinutes(4) };
            var wrong = new List<string>();
            foreach (var (command, address) in Pairs)
            {
                var printed = _scratch.Run([.. command, "--json"]).Output;
                using var answer = await client.GetAsync(new Uri("api/v1/" + address, UriKind.Relative));
                var answered = Encoding.UTF8.GetString(await answer.Content.ReadAsByteArrayAsync());
                if (printed.Length == 0 || printed != answered) wrong.Add($"{string.Join(' ', command)} printed\n{printed}\n{address} answered\n{answered}");
            }

            Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        }
        finally
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
        }
    }

    /// <summary>Versions with everything that the documents tell of: reasons, a parent, a yank, verifications that passed and failed.</summary>
    private void Fill()
    {
        _scratch.Register("m", "one", "--metric", "accuracy=0.9", "--description", "Zähler für <alles>", "--tag", "team=vision").Text.ToString();
        _scratch.Register("m", "two", "--metric", "accuracy=0.95", "--metric", "loss=0.25", "--parent", "m/1.0.0", "--dataset", "digits@2").Text.ToString();
        _scratch.Run("promote", "m", "1.1.0", "production", "--reason", "passed the review").Text.ToString();
        _scratch.Run("yank", "m/1.0.0", "--reason", "trained on the test set", "--replacement", "1.1.0").Text.ToString();
        var fixture = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "fixtures", "graphs.json"))).RootElement;
        var checkpoint = _scratch.File_("lightning.ckpt", fixture.GetProperty("files").GetProperty("lightning.ckpt").GetBytesFromBase64());
        Assert.Equal(0, _scratch.Run("register", "--name", "net", "--file", checkpoint, "--architecture", "mlp").ExitCode);
        Assert.True(_scratch.Run("verify", "net", "--timeout", "600", "--json").Json.GetProperty("passed").GetBoolean());
        Assert.NotEqual(0, _scratch.Run("verify", "m/1.1.0", "--timeout", "600").ExitCode);
    }
}
