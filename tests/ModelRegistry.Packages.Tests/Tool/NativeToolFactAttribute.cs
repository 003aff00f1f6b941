namespace ModelRegistry.Packages.Tests.Tool;

/// <summary>A test that needs the native command: always on the platform that it is made for, never silently elsewhere.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class NativeToolFactAttribute : FactAttribute
{
    public NativeToolFactAttribute()
    {
        if (!PackedTool.HasNative) Skip = "the native command is made on linux-x64 so far";
    }
}
