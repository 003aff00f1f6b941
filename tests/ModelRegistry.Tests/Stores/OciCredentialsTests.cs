using ModelRegistry.Stores.Credentials;
using ModelRegistry.Tests.Support;

namespace ModelRegistry.Tests.Stores;

/// <summary>Where the credential for a registry is found.</summary>
public sealed class OciCredentialsTests : IDisposable
{
    private readonly Scratch _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Theory]
    [InlineData("https://index.docker.io/v1/", "registry-1.docker.io", true)]
    [InlineData("docker.io", "registry-1.docker.io", true)]
    [InlineData("registry-1.docker.io", "registry-1.docker.io", true)]
    [InlineData("https://index.docker.io/v1/", "registry-2.docker.io", false)]
    [InlineData("docker.io", "oci.example.org", false)]
    [InlineData("oci.example.org", "oci.example.org", true)]
    public async Task Find_WhatDockerAndPodmanKeepDockerHubUnder_IsForDockerHubAlone(string key, string host, bool isFound)
    {
        await File.WriteAllTextAsync(Path.Combine(_scratch.Root, "config.json"), $$"""{ "auths": { "other.example.org": { "auth": "b3RoZXI6eA==" }, "{{key}}": { "auth": "dXNlcjpzZWNyZXQ=" } } }""");

        var found = await OciCredentials.FindAsync(host, new RegistryOptions { Variable = name => name == "DOCKER_CONFIG" ? _scratch.Root : null });

        Assert.Equal(isFound ? "dXNlcjpzZWNyZXQ=" : null, found?.Basic);
    }
}
