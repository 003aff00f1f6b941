namespace ModelRegistry.Weights.Tests.Onnx;

/// <summary>A test that makes symbolic links, which Windows gives only to privileged users.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class UnixFactAttribute : FactAttribute
{
    public UnixFactAttribute()
    {
        if (OperatingSystem.IsWindows())
            Skip = "symbolic links need privileges on Windows";
    }
}
