using System.Text.Json;
using System.Text.Json.Serialization;

namespace ModelRegistry.Json;

/// <summary>A document whose unknown fields are kept: what a newer version wrote is written back as it was read.</summary>
public abstract record Extensible
{
    /// <summary>Fields that this version does not know, in the order read.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Unknown { get; set; }
}
