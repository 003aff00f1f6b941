using ModelRegistry.Diagnostics;
using ModelRegistry.Names;

namespace ModelRegistry.Stores.Oci;

/// <summary>The addresses of an OCI registry (opencontainers/distribution-spec): <c>HOST/v2/PREFIX/FAMILY/…</c>.</summary>
internal sealed class OciNames
{
    private readonly StoreSettings _settings;
    private readonly string _prefix;

    public OciNames(StoreSettings settings)
    {
        var text = settings.Oci!.TrimEnd('/');
        // Without a scheme it is https, and for this machine http, as container tools have it.
        var host = text.Contains("://", StringComparison.Ordinal) ? text : $"{(IsLoopback(text) ? "http" : "https")}://{text}";
        if (!Uri.TryCreate(host, UriKind.Absolute, out var root) || root.Scheme is not ("http" or "https") || root.Query.Length > 0 || root.UserInfo.Length > 0)
            throw Codes.StoreSettingsInvalid.Error($"the oci address of the store '{Printable.Quote(settings.Name)}' is none", "write HOST/PREFIX, such as oci.example.org/vision");
        _settings = settings;
        _prefix = root.AbsolutePath.Trim('/');
        Root = new Uri(root.GetLeftPart(UriPartial.Authority));
    }

    /// <summary>The registry's own address.</summary>
    public Uri Root { get; }

    /// <summary>The registry and the start of its repositories' names.</summary>
    public string Place => _prefix.Length == 0 ? Root.Authority : $"{Root.Authority}/{_prefix}";

    /// <summary>The repository of a family.</summary>
    /// <exception cref="ModelRegistryException">MR0319: an OCI registry refuses the name.</exception>
    public string Repository(ModelName family)
    {
        var own = _settings.Repositories.GetValueOrDefault(family.Value, family.Value);
        var repository = _prefix.Length == 0 ? own : $"{_prefix}/{own}";
        if (IsRepository(repository)) return repository;
        throw Codes.OciNameRefused.Error(
            $"OCI registries refuse the repository name {Printable.Quote(repository)}", $"give the family another one there: \"repositories\": {{ \"{family}\": \"{string.Join('.', family.Value.Split(['.', '_', '-'], StringSplitOptions.RemoveEmptyEntries))}\" }} in the store's entry of registry.json");
    }

    /// <summary>A blob.</summary>
    public Uri Blob(ModelName family, Digest digest) => new(Root, $"/v2/{Repository(family)}/blobs/{digest.Value}");

    /// <summary>Where uploads begin.</summary>
    public Uri Uploads(ModelName family) => new(Root, $"/v2/{Repository(family)}/blobs/uploads/");

    /// <summary>An image by its tag or digest.</summary>
    public Uri Manifest(ModelName family, string reference) => new(Root, $"/v2/{Repository(family)}/manifests/{reference}");

    /// <summary>Whether a registry takes a text as the name of a repository.</summary>
    public static bool IsRepository(string name) => name.Split('/').All(IsComponent);

    // distribution-spec: [a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*
    private static bool IsComponent(string part)
    {
        for (var i = 0; i < part.Length;)
        {
            var word = i;
            while (i < part.Length && char.IsAsciiLetterLower(part[i]) | char.IsAsciiDigit(part[i])) i++;
            if (i == word) return false;
            if (i == part.Length) return true;
            var separator = i;
            while (i < part.Length && part[i] == part[separator] && part[i] is '.' or '_' or '-' && part[i] == part[separator]) i++;
            var length = i - separator;
            var allowed = part[separator] switch { '.' => length == 1, '_' => length is 1 or 2, '-' => length > 0, _ => false };
            if (!allowed) return false;
        }

        return false;
    }

    private static bool IsLoopback(string text)
    {
        var host = text.Split('/')[0];
        host = host.StartsWith('[') ? host : host.Split(':')[0];
        return host is "localhost" or "[::1]" || host.StartsWith("127.", StringComparison.Ordinal);
    }
}
