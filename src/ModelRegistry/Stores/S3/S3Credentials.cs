using System.Text.Json;
using ModelRegistry.Diagnostics;
using ModelRegistry.Stores.Credentials;
using ModelRegistry.Stores.Http;

namespace ModelRegistry.Stores.S3;

/// <summary>
/// Finds a key pair as Amazon's own tools do: <c>AWS_ACCESS_KEY_ID</c> and <c>AWS_SECRET_ACCESS_KEY</c>; a web identity
/// (<c>AWS_WEB_IDENTITY_TOKEN_FILE</c>, <c>AWS_ROLE_ARN</c>); the profile of <c>~/.aws</c>, its keys or its <c>credential_process</c>.
/// </summary>
internal static class S3Credentials
{
    public static async Task<S3Credential?> FindAsync(string region, RegistryOptions options, CancellationToken cancellation)
    {
        if (options.Variable("AWS_ACCESS_KEY_ID") is { } key && options.Variable("AWS_SECRET_ACCESS_KEY") is { } secret)
            return new S3Credential(key, secret, options.Variable("AWS_SESSION_TOKEN"), "AWS_ACCESS_KEY_ID");
        if (options.Variable("AWS_WEB_IDENTITY_TOKEN_FILE") is { } file && options.Variable("AWS_ROLE_ARN") is { } role) return await AssumeAsync(file, role, region, options, cancellation).ConfigureAwait(false);
        var profile = options.Variable("AWS_PROFILE") ?? "default";
        var home = options.Variable("HOME") ?? options.Variable("USERPROFILE");
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (variable, name, section) in new[] { ("AWS_CONFIG_FILE", "config", profile == "default" ? "default" : "profile " + profile), ("AWS_SHARED_CREDENTIALS_FILE", "credentials", profile) })
        {
            var path = options.Variable(variable) ?? (home is null ? null : Path.Combine(home, ".aws", name));
            if (path is not null && File.Exists(path)) Read(path, section, values);
        }

        if (values.TryGetValue("aws_access_key_id", out var id) && values.TryGetValue("aws_secret_access_key", out var own))
            return new S3Credential(id, own, values.GetValueOrDefault("aws_session_token"), $"the profile {profile} of ~/.aws");
        return values.TryGetValue("credential_process", out var command) ? await RunAsync(command, profile, cancellation).ConfigureAwait(false) : null;
    }

    private static void Read(string path, string section, Dictionary<string, string> values)
    {
        var inside = false;
        foreach (var line in File.ReadLines(path).Select(l => l.Trim()).Where(l => l.Length > 0 && l[0] is not ('#' or ';')))
        {
            if (line[0] == '[') inside = line.Trim('[', ']').Trim() == section;
            else if (inside && line.IndexOf('=', StringComparison.Ordinal) is var equals and > 0) values[line[..equals].Trim()] = line[(equals + 1)..].Trim();
        }
    }

    // The user's own file names the program; the line is split as a shell would, without one.
    private static async Task<S3Credential> RunAsync(string command, string profile, CancellationToken cancellation)
    {
        var words = Words(command);
        var answer = await CredentialProgram.RunAsync(words[0], words[1..], "", cancellation).ConfigureAwait(false);
        try
        {
            using var document = JsonDocument.Parse(answer);
            var root = document.RootElement;
            return new S3Credential(
                root.GetProperty("AccessKeyId").GetString()!, root.GetProperty("SecretAccessKey").GetString()!,
                root.TryGetProperty("SessionToken", out var token) ? token.GetString() : null, $"the credential_process of the profile {profile}")
            {
                Expires = root.TryGetProperty("Expiration", out var time) && time.TryGetDateTimeOffset(out var expires) ? expires : DateTimeOffset.MaxValue,
            };
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw Codes.CredentialHelperFailed.Error($"the credential_process of the profile {profile} does not answer with a key pair", "run it by hand", failure);
        }
    }

    private static List<string> Words(string command)
    {
        var words = new List<string>();
        var (word, quote) = (new System.Text.StringBuilder(), '\0');
        foreach (var c in command + " ")
        {
            if (quote != '\0' && c == quote) quote = '\0';
            else if (quote == '\0' && c is '"' or '\'') quote = c;
            else if (quote == '\0' && c == ' ')
            {
                if (word.Length > 0) words.Add(word.ToString());
                word.Clear();
            }
            else word.Append(c);
        }

        return words;
    }

    // AWS Security Token Service, AssumeRoleWithWebIdentity: the token shows who asks, so nothing is signed.
    private static async Task<S3Credential> AssumeAsync(string file, string role, string region, RegistryOptions options, CancellationToken cancellation)
    {
        var address = new Uri(options.Variable("AWS_ENDPOINT_URL_STS") ?? $"https://sts.{region}.amazonaws.com/");
        var form = new Dictionary<string, string>
        {
            ["Action"] = "AssumeRoleWithWebIdentity",
            ["Version"] = "2011-06-15",
            ["RoleArn"] = role,
            ["RoleSessionName"] = options.Variable("AWS_ROLE_SESSION_NAME") ?? "modelreg",
            ["WebIdentityToken"] = (await File.ReadAllTextAsync(file, cancellation).ConfigureAwait(false)).Trim(),
        };
        var transport = new StoreTransport("the security token service", insecure: false, new Unsigned(), options);
        using var response = await transport.SendAgainAsync(address, () => new HttpRequestMessage(HttpMethod.Post, (Uri?)null) { Content = new FormUrlEncodedContent(form) }, cancellation).ConfigureAwait(false);
        if (!response.IsSuccessStatusCode) throw transport.Refused(response, address, "AssumeRoleWithWebIdentity");
        try
        {
            var answer = XmlAnswers.Parse(await response.Content.ReadAsByteArrayAsync(cancellation).ConfigureAwait(false));
            string Value(string name) => answer.Below(name).First().Text;
            return new S3Credential(Value("AccessKeyId"), Value("SecretAccessKey"), Value("SessionToken"), "AWS_WEB_IDENTITY_TOKEN_FILE")
            {
                Expires = DateTimeOffset.Parse(Value("Expiration"), System.Globalization.CultureInfo.InvariantCulture),
            };
        }
        catch (Exception failure) when (failure is InvalidOperationException or FormatException)
        {
            throw Codes.CredentialHelperFailed.Error("the security token service does not answer with a key pair", "check AWS_ROLE_ARN", failure);
        }
    }

    private sealed class Unsigned : IRequestAuthoriser
    {
        public string Credential => "AWS_WEB_IDENTITY_TOKEN_FILE";

        public ValueTask AuthoriseAsync(HttpRequestMessage request, CancellationToken cancellation) => ValueTask.CompletedTask;
    }
}
