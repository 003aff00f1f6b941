using ModelRegistry.Weights;

namespace ModelRegistry.Verification.Checks;

/// <summary>Compares the inputs that a file declares for itself with those of the manifest: ONNX is the format that names them.</summary>
internal static class SignatureCheck
{
    private const string Name = "signature";

    /// <summary>Null where there is nothing to compare.</summary>
    public static CheckResult? Of(VerificationRequest request, IReadOnlyList<EngineInput> found)
    {
        if (request.Format != "onnx" || request.Inputs.IsDefaultOrEmpty) return null;
        if (found.Count != request.Inputs.Length) return new CheckResult(Name, false, $"the file takes {found.Count} inputs, but the manifest declares {request.Inputs.Length}");
        foreach (var declared in request.Inputs)
        {
            if (found.FirstOrDefault(input => input.Name == declared.Name) is not { } input)
                return new CheckResult(Name, false, $"the manifest declares the input '{declared.Name}', but the file takes {string.Join(", ", found.Select(i => i.Name))}");
            if (input.DType != DeclaredTensor.ParseType(declared.Dtype) || !Fits(input.Shape, declared.Shape))
                return new CheckResult(Name, false, $"input '{input.Name}' is {input.DType.DisplayName()}{Show(input.Shape)}, but the manifest declares {declared.Dtype}{Show(declared.Shape)}");
        }

        return new CheckResult(Name, true, $"{string.Join(", ", found.Select(i => i.Name))} as declared");
    }

    private static bool Fits(IReadOnlyList<long> found, IReadOnlyList<long> declared) =>
        found.Count == declared.Count && found.Zip(declared).All(pair => pair.First < 0 || pair.Second < 0 || pair.First == pair.Second);

    private static string Show(IEnumerable<long> shape) => $"[{string.Join(", ", shape.Select(size => size < 0 ? "?" : $"{size}"))}]";
}
