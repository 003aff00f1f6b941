using System.Globalization;
using System.Text;

namespace ModelRegistry.CommandBench;

/// <summary>Files that are measured.</summary>
internal static class Files
{
    /// <summary>A safetensors file with one tensor of random numbers.</summary>
    public static void Safetensors(string path, int count, int seed)
    {
        var header = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $$$"""{"w":{"dtype":"U8","shape":[{{{count * 4L}}}],"data_offsets":[0,{{{count * 4L}}}]}}"""));
        using var file = File.Create(path);
        file.Write(BitConverter.GetBytes((long)header.Length));
        file.Write(header);
        var block = new byte[1 << 20];
        var random = new Random(seed);
        for (var left = count * 4L; left > 0; left -= block.Length)
        {
            random.NextBytes(block);
            file.Write(block, 0, (int)Math.Min(left, block.Length));
        }
    }

    /// <summary>Deletes a file or folder, write-protected or not.</summary>
    public static void Remove(string path)
    {
        if (File.Exists(path)) File.Delete(path);
        if (!Directory.Exists(path)) return;
        foreach (var file in Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories).Where(f => (File.GetAttributes(f) & FileAttributes.ReadOnly) != 0))
            File.SetAttributes(file, FileAttributes.Normal);
        Directory.Delete(path, recursive: true);
    }
}
