using System.Text;
using ModelRegistry.Diagnostics;
using ModelRegistry.Shared;

namespace ModelRegistry;

/// <summary>
/// A registration as people write it: texts by field. <see cref="ToRequest"/> reads them with one set of rules and messages, whatever front end they
/// came through. What is said directly wins over the files that <c>metrics</c>, <c>hyperparameters</c> and <c>preprocessing</c> name, and those over <c>metadata</c>.
/// </summary>
/// <param name="baseDirectory">The folder that relative paths are relative to, and that says the source where no field does.</param>
/// <param name="standardInput">Opens what <c>-</c> stands for; null where there is no such thing.</param>
public sealed class RegistrationInput(string baseDirectory, Func<Stream>? standardInput = null)
{
    /// <summary>The longest file that is read, in bytes.</summary>
    private const int MaxLength = 16 << 20;

    private readonly Dictionary<RegistrationField, List<string>> _texts = [];
    private readonly List<FileToRegister> _files = [];

    /// <summary>The folder that relative paths are relative to.</summary>
    internal string BaseDirectory { get; } = Path.GetFullPath(baseDirectory);

    /// <summary>Gives a field its text; a list gets one more. Null and blank texts are not given.</summary>
    public RegistrationInput Add(RegistrationField field, string? text)
    {
        if (string.IsNullOrWhiteSpace(text)) return this;
        if (!_texts.TryGetValue(field, out var texts)) _texts[field] = texts = [];
        texts.Add(text);
        return this;
    }

    /// <summary>Adds texts to a list.</summary>
    public RegistrationInput Add(RegistrationField field, IEnumerable<string?> texts)
    {
        foreach (var text in texts) Add(field, text);
        return this;
    }

    /// <summary>Turns a switch on.</summary>
    public RegistrationInput Add(RegistrationField field, bool isOn) => isOn ? Add(field, "true") : this;

    /// <summary>Adds a file whose path inside the model is said on its own.</summary>
    public RegistrationInput Add(FileToRegister file)
    {
        _files.Add(file with { Source = FullPath(file.Source) });
        return this;
    }

    /// <summary>Reads all texts.</summary>
    /// <exception cref="ModelRegistryException">A text cannot be read; the line names it and says what is expected.</exception>
    public RegistrationRequest ToRequest()
    {
        foreach (var field in RegistrationFields.All.Where(f => f.Kind != FieldKind.List && _texts.TryGetValue(f, out var texts) && texts.Count > 1))
            throw Codes.InvalidMetadata.Error($"{field.Name} is given twice", "give it once");
        if (!Has(RegistrationFields.Name)) throw Codes.InvalidName.Error("no name is given", "name the model family, such as resnet18");
        var request = new RegistrationRequest { Name = ModelName.Parse(Text(RegistrationFields.Name)!.Trim()), Files = [.. _files], Source = RegistrationSource.At(BaseDirectory) };
        foreach (var field in RegistrationFields.InOrderOfWeight)
        {
            if (_texts.TryGetValue(field, out var texts)) request = field.Apply(request, new Registration.FieldTexts(this, texts));
        }

        return request;
    }

    internal bool Has(RegistrationField field) => _texts.ContainsKey(field);

    internal string? Text(RegistrationField field) => _texts.TryGetValue(field, out var texts) ? texts[^1] : null;

    internal string FullPath(string path) => Path.GetFullPath(path, BaseDirectory);

    /// <summary>JSON as it stands, or what a file holds, or standard input for <c>-</c>.</summary>
    /// <exception cref="ModelRegistryException">MR0110: it cannot be read, or is too long.</exception>
    internal byte[] Read(string text, string field, out string origin)
    {
        origin = text;
        if (text.TrimStart().StartsWith('{'))
        {
            origin = field;
            return Encoding.UTF8.GetBytes(text);
        }

        try
        {
            if (text.Trim() == "-" && standardInput is not null)
            {
                origin = "standard input";
                using var input = standardInput();
                return ReadAll(input, origin, field);
            }

            var path = FullPath(text.Trim());
            // What a shell hands over, as <(command), is a pipe with a writer.
            if (RegularFile.Otherwise(path) is { } other && !IsHandedOver(path))
                throw Codes.InvalidJson.Error($"{text}, named by {field}, is {other}, not a regular file", "name a JSON file, or - for standard input");
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            return ReadAll(stream, text, field);
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException)
        {
            throw Codes.InvalidJson.Error($"{text}, named by {field}, does not exist", $"check the path; it is relative to {BaseDirectory}", failure);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Codes.InvalidJson.Error($"{text}, named by {field}, cannot be read: {failure.Message}", "check the permissions of the file", failure);
        }
    }

    private static bool IsHandedOver(string path) => path is "/dev/stdin" || path.StartsWith("/dev/fd/", StringComparison.Ordinal) || path.StartsWith("/proc/self/fd/", StringComparison.Ordinal);

    // A pipe has no length; the limit holds for what comes out of it.
    private static byte[] ReadAll(Stream stream, string origin, string field)
    {
        var content = new MemoryStream();
        var buffer = new byte[64 << 10];
        for (int read; (read = stream.Read(buffer)) > 0;)
        {
            content.Write(buffer, 0, read);
            if (content.Length > MaxLength) throw Codes.InvalidJson.Error($"{origin}, named by {field}, is larger than 16 MiB", "name a JSON file with the metadata alone");
        }

        return content.ToArray();
    }
}
