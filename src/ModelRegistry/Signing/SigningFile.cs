using System.Security.Cryptography;
using System.Text;
using ModelRegistry.Diagnostics;
using ModelRegistry.Json;
using ModelRegistry.Shared;

namespace ModelRegistry.Signing;

/// <summary>Reads the small files that signing needs; what goes wrong never shows their content.</summary>
internal static class SigningFile
{
    /// <summary>Reads a file of text, without the mark that some editors put before it.</summary>
    /// <exception cref="ModelRegistryException">Of the given kind: missing, unreadable or too long.</exception>
    public static string ReadText(string path, int most, Diagnostic unreadable)
    {
        var content = Read(path, most, unreadable);
        try
        {
            return Encoding.UTF8.GetString(JsonText.WithoutBom(content).Span);
        }
        finally
        {
            // It may be a private key.
            CryptographicOperations.ZeroMemory(content);
        }
    }

    /// <exception cref="ModelRegistryException">Of the given kind: missing, unreadable or too long.</exception>
    public static byte[] Read(string path, int most, Diagnostic unreadable)
    {
        try
        {
            using var file = RegularFile.OpenRead(path);
            if (file.Length > most) throw unreadable.Error($"{path} is longer than {most} bytes", "name the right file");
            var content = new byte[file.Length];
            file.ReadExactly(content);
            return content;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw unreadable.Error($"cannot read {path}: {failure.Message}", "check the path and its permissions", failure);
        }
    }
}
