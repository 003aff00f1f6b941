namespace ModelRegistry.Net8;

/// <summary>What <see cref="Convert"/> has from .NET 9 on.</summary>
internal static class ConvertMembers
{
    extension(Convert)
    {
        /// <summary>Bytes as lower-case hexadecimal digits.</summary>
        public static string ToHexStringLower(ReadOnlySpan<byte> bytes) => Convert.ToHexString(bytes).ToLowerInvariant();
    }
}
