using ModelRegistry.Dashboard.Tests.Support;

namespace ModelRegistry.Dashboard.Tests.Security;

public sealed class PathTests
{
    private const string Secret = "this must not be read";

    private static readonly string[] Bases =
    [
        "/models/digits/1.0.0/files/", "/api/v1/models/digits/versions/1.0.0/files/", "/models/digits/1.0.0/images/", "/assets/", "/assets/{assets}/", "/samples/", "/models/", "/models/digits/", "/drafts/", "/registry/digits/resolve/main/",
    ];

    private static readonly string[] Attacks =
    [
        "../../../secret.txt", "..%2f..%2f..%2fsecret.txt", "..%2F..%2F..%2F..%2Fsecret.txt", "%2e%2e/%2e%2e/%2e%2e/secret.txt", "%2e%2e%2f%2e%2e%2fsecret.txt", "..%5c..%5c..%5csecret.txt", "..\\..\\secret.txt", "....//....//secret.txt",
        "%252e%252e%252f%252e%252e%252fsecret.txt", "/etc/passwd", "//etc/passwd", "%2fetc%2fpasswd", "%2F%2Fetc/passwd", "weights.safetensors%00.png", "weights.safetensors/../../secret.txt", "..;/..;/secret.txt", "%c0%ae%c0%ae/%c0%ae%c0%ae/secret.txt",
        "%uff0e%uff0e/secret.txt", "file:///etc/passwd", "C:%5csecret.txt", "./.././../secret.txt", "~/secret.txt", "..%00/secret.txt", "%ef%bc%8e%ef%bc%8e/secret.txt",
    ];

    [Fact]
    public async Task Targets_ThatLeadOutside_AreNotServed()
    {
        using var registry = new TestRegistry();
        registry.Register("digits", 0.9);
        await File.WriteAllTextAsync(Path.Combine(registry.Folder, "secret.txt"), Secret);
        await File.WriteAllTextAsync(Path.Combine(registry.Root, "secret.txt"), Secret);
        await using var dashboard = await RunningDashboard.Start(registry);
        var targets = Bases.SelectMany(b => Attacks.Select(a => b.Replace("{assets}", dashboard.Services.Assets.Folder, StringComparison.Ordinal) + a)).ToList();
        var wrong = new List<string>();

        foreach (var target in targets)
        {
            var answer = await RawRequest.Get(dashboard.Address, target);
            if (RawRequest.Status(answer) is not (400 or 404 or 405) || answer.Contains(Secret, StringComparison.Ordinal) || answer.Contains("root:", StringComparison.Ordinal))
                wrong.Add($"{target}: {answer.Split('\r')[0]}");
        }

        Assert.InRange(targets.Count, 80, 1000);
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Theory]
    [InlineData("/models/digits/1.0.0/files/weights.safetensors")]
    [InlineData("/api/v1/models/digits/versions/1.0.0/files/weights%2Esafetensors")]
    public async Task File_OfTheManifest_IsServed(string target)
    {
        using var registry = new TestRegistry();
        registry.Register("digits", 0.9);
        await using var dashboard = await RunningDashboard.Start(registry);

        Assert.Equal(200, RawRequest.Status(await RawRequest.Get(dashboard.Address, target)));
    }

    [Fact]
    public async Task File_ThatWasExchangedForALink_IsNotFollowed()
    {
        using var registry = new TestRegistry();
        var id = registry.Register("digits", 0.9);
        var secret = Path.Combine(registry.Folder, "secret.txt");
        await File.WriteAllTextAsync(secret, Secret);
        var open = registry.Open();
        var blob = open.Locate(open.Get(id).Weights, id, CancellationToken.None);
        File.SetAttributes(blob, FileAttributes.Normal);
        File.Delete(blob);
        File.CreateSymbolicLink(blob, secret);
        await using var dashboard = await RunningDashboard.Start(registry);

        var answer = await RawRequest.Get(dashboard.Address, "/models/digits/1.0.0/files/weights.safetensors");

        Assert.InRange(RawRequest.Status(answer), 400, 599);
        Assert.DoesNotContain(Secret, answer, StringComparison.Ordinal);
    }
}
