using System.Text.Json.Serialization;
using ModelRegistry.Verification.Delivery;
using ModelRegistry.Verification.Hosting;

namespace ModelRegistry.Verification;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(VerificationRequest))]
[JsonSerializable(typeof(VerificationReport))]
[JsonSerializable(typeof(EngineDescription))]
[JsonSerializable(typeof(EngineEntry))]
[JsonSerializable(typeof(ServeRequest))]
[JsonSerializable(typeof(ServeAnswer))]
internal sealed partial class VerificationJson : JsonSerializerContext;
