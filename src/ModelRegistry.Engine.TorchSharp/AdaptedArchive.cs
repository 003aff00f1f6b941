using System.IO.Compression;
using System.Text;
using ModelRegistry.Inference;
using ModelRegistry.Verification;
using ModelRegistry.Weights;

namespace ModelRegistry.Engine.TorchSharp;

/// <summary>An archive whose <c>forward</c> takes or gives what TorchSharp does not hand over, with methods beside it that do.</summary>
/// <param name="Content">The archive.</param>
/// <param name="Inputs">What the methods take, in the order of <c>forward</c>.</param>
/// <param name="Required">How many of them cannot be left out.</param>
internal sealed record AdaptedArchive(byte[] Content, IReadOnlyList<ScriptType> Inputs, int Required)
{
    // A method is written for each number of inputs.
    private const int MostInputs = 64;

    /// <summary>The archive with these methods in its class; null where it needs none, or none can be written.</summary>
    /// <exception cref="InferenceException">MR0645: it is too large to be held in memory.</exception>
    public static AdaptedArchive? Of(string path, WeightsFile file)
    {
        if (file.Signature is not { } signature || Find(file) is not var (source, className, end) || Returned(source.Text[..end], className) is not { } text || new ScriptTypes(file.Code) is var types && types.Read(text) is not { } output) return null;
        var required = signature.Inputs.Count(input => !input.HasDefault);
        var inputs = signature.Inputs.Take(MostInputs).Select(input => types.Read(input.Type)).TakeWhile(type => type is not null && ScriptAdapter.Packs(type)).Select(type => type!).ToList();
        if ((signature.Inputs.All(IsPlainInput) && ScriptAdapter.IsPlain(output)) || inputs.Count < required || inputs.Count(ScriptAdapter.IsCollection) > 1 || !ScriptAdapter.Unpacks(output)) return null;
        return new AdaptedArchive(Rewrite(path, source.Path, source.Text.Insert(end, ScriptAdapter.Write(className, inputs, required, output))), inputs, required);
    }

    /// <summary>How many inputs of <c>forward</c> so many tensors make; null where they are too few or too many.</summary>
    public int? CountFor(int tensors)
    {
        for (var count = Required; count <= Inputs.Count; count++)
        {
            var taken = Inputs.Take(count).ToList();
            var width = taken.Sum(ScriptAdapter.Width);
            if (taken.Any(ScriptAdapter.IsCollection) ? tensors >= width : tensors == width) return count;
        }

        return null;
    }

    private static bool IsPlainInput(SignatureValue input) => input.HasDefault || ScriptType.Parse(input.Type) is { Name: "Tensor" } or { IsNumber: true } or { Name: "Optional", Of: [{ Name: "Tensor" } or { IsNumber: true }] };

    // The class stands in the file of its module, from its header to the next line that is not indented.
    private static (SourceListing Source, string ClassName, int End)? Find(WeightsFile file)
    {
        if (!file.Metadata.TryGetValue("root_class", out var className) || ScriptTypes.Listing(className, file.Code) is not { } source || source.Text.IndexOf(ScriptTypes.Header(className, "Module"), StringComparison.Ordinal) is var start && start < 0) return null;
        var end = source.Text.IndexOf('\n', start) + 1;
        while (end > 0 && end < source.Text.Length && source.Text[end] is ' ' or '\n') end = source.Text.IndexOf('\n', end) + 1;
        return end == 0 ? null : (source, className, end);
    }

    private static string? Returned(string text, string className)
    {
        var forward = text.IndexOf("\n  def forward(", text.IndexOf(ScriptTypes.Header(className, "Module"), StringComparison.Ordinal), StringComparison.Ordinal);
        var arrow = forward < 0 ? -1 : text.IndexOf(") -> ", forward, StringComparison.Ordinal);
        var end = arrow < 0 ? -1 : text.IndexOf(":\n", arrow, StringComparison.Ordinal);
        return end < 0 ? null : text[(arrow + ") -> ".Length)..end];
    }

    private static byte[] Rewrite(string path, string changed, string text)
    {
        var length = new FileInfo(path).Length + text.Length;
        if (length > Array.MaxLength)
            throw new InferenceException(EngineRefusal.Code, "the archive takes or gives more than tensors and tuples of them, and is too large to be adapted", hint: "export it with tensors as inputs and a tuple as output");
        using var content = new MemoryStream((int)length);
        using (var from = ZipFile.OpenRead(path))
        using (var to = new ZipArchive(content, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var entry in from.Entries)
            {
                using var target = to.CreateEntry(entry.FullName, CompressionLevel.NoCompression).Open();
                if (entry.FullName.EndsWith($"/{changed}", StringComparison.Ordinal))
                {
                    target.Write(Encoding.UTF8.GetBytes(text));
                    continue;
                }

                using var source = entry.Open();
                source.CopyTo(target);
            }
        }

        return content.ToArray();
    }
}
