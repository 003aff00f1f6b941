using System.Text;
using System.Text.Json;
using ModelRegistry.Diagnostics;

namespace ModelRegistry.Stores.Credentials;

/// <summary>What an OCI registry is shown.</summary>
/// <param name="Source">Where it came from, for messages.</param>
internal sealed record OciCredential(string Source)
{
    /// <summary>User name and password, as the Basic scheme has them.</summary>
    public string? Basic { get; init; }

    /// <summary>A bearer token that is ready.</summary>
    public string? Token { get; init; }

    /// <summary>A token that the registry's realm exchanges for others.</summary>
    public string? IdentityToken { get; init; }
}

/// <summary>
/// Finds the credential for an OCI registry: <c>MODELREG_OCI_TOKEN</c>, or <c>MODELREG_OCI_USERNAME</c> and <c>MODELREG_OCI_PASSWORD</c>
/// (only for <c>MODELREG_OCI_HOST</c>, where that is set), then the configuration of Docker, then that of Podman.
/// </summary>
internal static class OciCredentials
{
    // Docker keeps what it logs in to Docker Hub with under the address of an older protocol; Podman under the name in images.
    private static readonly string[] s_dockerHub = ["https://index.docker.io/v1/", "index.docker.io", "docker.io"];

    public static async Task<OciCredential?> FindAsync(string host, RegistryOptions options)
    {
        if (options.Variable("MODELREG_OCI_HOST") is not { } only || only == host)
        {
            if (options.Variable("MODELREG_OCI_TOKEN") is { } token) return new OciCredential("MODELREG_OCI_TOKEN") { Token = token };
            if (options.Variable("MODELREG_OCI_USERNAME") is { } user && options.Variable("MODELREG_OCI_PASSWORD") is { } password) return Pair("MODELREG_OCI_USERNAME and MODELREG_OCI_PASSWORD", user, password);
        }

        string[] keys = host is "registry-1.docker.io" ? [host, .. s_dockerHub] : [host];
        foreach (var file in Files(options).Where(File.Exists))
        {
            foreach (var key in keys)
            {
                if (await ReadAsync(file, key).ConfigureAwait(false) is { } found) return found;
            }
        }

        return null;
    }

    private static IEnumerable<string> Files(RegistryOptions options)
    {
        if (options.Variable("DOCKER_CONFIG") is { } docker) yield return Path.Combine(docker, "config.json");
        var home = options.Variable("HOME") ?? options.Variable("USERPROFILE");
        if (home is not null) yield return Path.Combine(home, ".docker", "config.json");
        if (options.Variable("REGISTRY_AUTH_FILE") is { } podman) yield return podman;
        if (options.Variable("XDG_RUNTIME_DIR") is { } runtime) yield return Path.Combine(runtime, "containers", "auth.json");
        if (home is not null) yield return Path.Combine(home, ".config", "containers", "auth.json");
    }

    private static async Task<OciCredential?> ReadAsync(string file, string key)
    {
        try
        {
            using var document = JsonDocument.Parse(await File.ReadAllBytesAsync(file).ConfigureAwait(false));
            var root = document.RootElement;
            var helper = root.TryGetProperty("credHelpers", out var helpers) && helpers.TryGetProperty(key, out var own) ? own.GetString()
                : root.TryGetProperty("credsStore", out var all) && root.TryGetProperty("auths", out var named) && named.TryGetProperty(key, out _) ? all.GetString() : null;
            if (helper is not null) return await AskAsync(helper, key, file).ConfigureAwait(false);
            if (!root.TryGetProperty("auths", out var auths) || !auths.TryGetProperty(key, out var auth)) return null;
            var basic = auth.TryGetProperty("auth", out var encoded) ? encoded.GetString() : null;
            var identity = auth.TryGetProperty("identitytoken", out var exchange) ? exchange.GetString() : null;
            return new OciCredential(file) { Basic = identity is null ? basic : null, IdentityToken = identity };
        }
        catch (Exception failure) when (failure is JsonException or IOException or UnauthorizedAccessException or InvalidOperationException)
        {
            throw Codes.CredentialHelperFailed.Error($"{file} cannot be read: {failure.Message}", "log in again with your container tool, or mend the file", failure);
        }
    }

    // docker-credential-helpers: the key on standard input, {"Username", "Secret"} on standard output; <token> for an identity token.
    private static async Task<OciCredential?> AskAsync(string helper, string key, string file)
    {
        var answer = await CredentialProgram.RunAsync("docker-credential-" + helper, ["get"], key, CancellationToken.None).ConfigureAwait(false);
        using var document = JsonDocument.Parse(answer);
        var (user, secret) = (document.RootElement.GetProperty("Username").GetString()!, document.RootElement.GetProperty("Secret").GetString()!);
        var source = $"docker-credential-{helper} of {file}";
        return user == "<token>" ? new OciCredential(source) { IdentityToken = secret } : Pair(source, user, secret);
    }

    private static OciCredential Pair(string source, string user, string password) =>
        new(source) { Basic = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")) };
}
