using System.Security.Cryptography;

namespace Digits;

/// <summary>The model that this library was built with.</summary>
public static class DigitModel
{
    /// <summary>Name and version, fixed when the library was compiled.</summary>
    public const string Id = Models.Constants.DigitsNet.Id;

    /// <summary>The digits, in the order of the network's outputs.</summary>
    public static IReadOnlyList<string> Labels => Models.DigitsNet.Labels;

    /// <summary>Opens the weights, which stand beside whatever program uses the library.</summary>
    public static FileStream OpenWeights() => File.OpenRead(Models.DigitsNet.WeightsPath);

    /// <summary>Whether the weights are the very bytes that were registered.</summary>
    public static bool IsIntact()
    {
        using var weights = OpenWeights();
        return Models.DigitsNet.Digest == "sha256:" + Convert.ToHexStringLower(SHA256.HashData(weights));
    }
}
