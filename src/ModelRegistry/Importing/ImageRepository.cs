using System.Collections.Immutable;
using ModelRegistry.Diagnostics;
using ModelRegistry.Stores;
using ModelRegistry.Stores.Oci;

namespace ModelRegistry.Importing;

/// <summary>The repository of an OCI registry that a model is imported from, as a store that has its files by digest: client and credentials are those of the stores.</summary>
internal sealed class ImageRepository : IArtifactStore
{
    // The registry that container tools mean by this name answers, and gives its tokens, elsewhere.
    private const string Docker = "docker.io", DockerRegistry = "registry-1.docker.io", DockerTokens = "auth.docker.io";

    // Stores name repositories by families; here one family stands for the one repository.
    private static readonly ModelName Any = ModelName.Parse("model");

    private readonly ImageReference _image;
    private readonly OciStore _store;

    /// <param name="image">What is asked for.</param>
    /// <param name="options">Has credentials and the clock.</param>
    /// <param name="stores">The stores of the registry that it is for; what it says of one on the same host holds here too.</param>
    /// <param name="isChosen">Whether the user chose the address. One that stands in a registry, which may come from anybody, gets no credential of the environment unless that names the host.</param>
    public ImageRepository(ImageReference image, RegistryOptions options, ImmutableArray<StoreSettings> stores, bool isChosen)
    {
        _image = image;
        var variable = options.Variable;
        if (!isChosen && variable("MODELREG_OCI_HOST") is null) options = options with { Variable = name => name.StartsWith("MODELREG_OCI_", StringComparison.Ordinal) ? null : variable(name) };
        var host = image.Host == Docker ? DockerRegistry : image.Host;
        var known = stores.FirstOrDefault(store => store.Oci is { } address && address[(address.IndexOf("://", StringComparison.Ordinal) is var scheme and >= 0 ? scheme + 3 : 0)..].Split('/')[0] == host);
        var (prefix, last) = image.Repository.LastIndexOf('/') is var slash and >= 0 ? ("/" + image.Repository[..slash], image.Repository[(slash + 1)..]) : ("", image.Repository);
        _store = new OciStore(
            new StoreSettings
            {
                Name = "the registry",
                Oci = host + prefix,
                ReadOnly = true,
                Insecure = known?.Insecure ?? false,
                TrustedRealms = host == DockerRegistry ? [DockerTokens] : known?.TrustedRealms ?? [],
                Repositories = Manifest.NoTags.Add(Any.Value, last),
            },
            options,
            "check the address and the network, then try again; what arrived is kept");
    }

    public string Name => OriginStores.Name;

    public string Place => $"{_image.Host}/{_image.Repository}";

    public ValueTask<long?> FindAsync(Artifact artifact, CancellationToken cancellation) => _store.FindAsync(artifact with { Family = Any }, cancellation);

    public ValueTask<ArtifactContent?> OpenAsync(Artifact artifact, long offset, CancellationToken cancellation) => _store.OpenAsync(artifact with { Family = Any }, offset, cancellation);

    /// <summary>The digest of the image that the address names now.</summary>
    /// <exception cref="ModelRegistryException">MR0817: there is none.</exception>
    public async Task<Digest> ResolveAsync(CancellationToken cancellation) =>
        _image.IsPinned ? Digest.Parse(_image.Reference)
        : await _store.FindImageAsync(Any, _image.Reference, cancellation).ConfigureAwait(false) ?? throw NotThere();

    /// <summary>What an image says of the model in it.</summary>
    /// <exception cref="ModelRegistryException">MR0817: it is not there; MR0818: the registry gives another one, or it is none of a model.</exception>
    public async Task<ImageModel> ReadAsync(Digest digest, CancellationToken cancellation)
    {
        var image = await _store.ReadImageAsync(Any, digest, cancellation).ConfigureAwait(false)
            ?? throw (_image.IsPinned ? NotThere() : Codes.OriginAnswerWrong.Error($"{Place} says that {_image.Reference} is {digest.Value[..19]}… and does not give that image", "try again later, or ask who keeps the registry; nothing was imported"));
        var config = await _store.ReadSmallAsync(Any, ImageModel.Config(image, Place), ImageModel.LargestConfig, cancellation).ConfigureAwait(false)
            ?? throw Codes.OriginAnswerWrong.Error($"{Place} does not give the configuration that its image names", "ask who keeps the registry; nothing was imported");
        return ImageModel.Read(image, config, Place);
    }

    private ModelRegistryException NotThere() => Codes.OriginNotFound.Error($"{Place} has no image {_image.Reference}", "check the address; docs/stores.md says where credentials are looked for");
}
