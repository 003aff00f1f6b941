using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Reflection;
using System.Text;
using ModelRegistry.Dashboard.Display;
using ModelRegistry.Verification.Hosting;

namespace ModelRegistry.Dashboard.Trying;

/// <summary>An image, an array or numbers that an input of a model is given.</summary>
/// <param name="Name">What it is called: a file's name, or <c>drawing.png</c>.</param>
/// <param name="Bytes">The file.</param>
public sealed record TrialInput(string Name, byte[] Bytes)
{
    public const int MaxLength = 20_000_000;

    private const long MostPixels = 64_000_000;

    public bool IsPng => Bytes.Length > 8 && Bytes[0] == 0x89 && Bytes.AsSpan(1, 3).SequenceEqual("PNG"u8);

    public bool IsArray => Bytes.AsSpan().StartsWith(new byte[] { 0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y' });

    public bool IsNetpbm => Bytes.Length > 2 && Bytes[0] == (byte)'P' && Bytes[1] is >= (byte)'1' and <= (byte)'7';

    /// <summary>Whether it is JSON: a list, or a number alone.</summary>
    public bool IsNumbers => Bytes.AsSpan().TrimStart(" \t\r\n"u8) is [(byte)'[' or (byte)'-' or (>= (byte)'0' and <= (byte)'9'), ..];

    /// <summary>What the model's process is asked.</summary>
    /// <param name="inputs">One for each input of the model.</param>
    /// <param name="manifest">Says what the inputs are.</param>
    /// <param name="top">How many classes are wanted.</param>
    /// <exception cref="Diagnostics.ModelRegistryException">MR0923: not a file that can be read here; MR0915: too large.</exception>
    public static RunRequest Request(IReadOnlyList<TrialInput> inputs, Manifest manifest, int top)
    {
        if (manifest.Inputs.IsEmpty && inputs.Count > 1 && inputs.All(input => input.IsArray)) return new RunRequest { Inputs = [.. inputs.Select(input => input.Tensor())], Top = top };
        var parts = inputs.Select((input, i) => input.Part(i < manifest.Inputs.Length ? manifest.Inputs[i] : null)).ToImmutableArray();
        return parts is [var only]
            ? new RunRequest { Image = only.Image, Array = only.Array, Inputs = only.Tensor is { } tensor ? [tensor] : [], Top = top }
            : new RunRequest { Parts = parts, Top = top };
    }

    // By its name, where nothing but the network knows the inputs.
    private TensorData Tensor()
    {
        try
        {
            using var stream = new MemoryStream(Bytes);
            var tensor = Weights.NpyFile.Read(stream).ToTensor(Path.GetFileNameWithoutExtension(Name));
            var data = new byte[tensor.ByteLength];
            tensor.CopyTo(data);
            return new TensorData(tensor.Name, Weights.DTypes.DisplayName(tensor.DType), tensor.Shape, data);
        }
        catch (Weights.WeightsFormatException failure)
        {
            throw Refused($"cannot be read: {failure.Message}");
        }
    }

    private RunPart Part(TensorSpec? declared)
    {
        if (Bytes.Length > MaxLength) throw DashboardCodes.TooLarge.Error($"{Shown.OneLine(Name)} has {Figures.Bytes(Bytes.Length)}, and the limit is 20 MB", "send a smaller image");
        if (IsPng)
        {
            // Looked at before anything is decoded: a few bytes can promise a billion pixels.
            if (Bytes.Length < 24) throw Refused("is cut off");
            var (width, height) = (BinaryPrimitives.ReadUInt32BigEndian(Bytes.AsSpan(16)), BinaryPrimitives.ReadUInt32BigEndian(Bytes.AsSpan(20)));
            if (width == 0 || height == 0 || (long)width * height > MostPixels) throw Refused($"has {Figures.Count(width)} by {Figures.Count(height)} pixels, and at most 64 million are read");
            return new RunPart { Image = Bytes };
        }

        // An array of another rank than the tensor's is an image.
        if (IsArray) return declared is { Shape.Length: 4 } && Rank() != 4 ? new RunPart { Image = Bytes } : new RunPart { Array = Bytes };
        if (IsNetpbm) return new RunPart { Image = Bytes };
        return IsNumbers ? new RunPart { Tensor = JsonNumbers.Read(Encoding.UTF8.GetString(Bytes), declared?.Name ?? Name, declared) } : throw Refused("is no PNG, PGM, PPM or NPY file, and no list of numbers");
    }

    private int Rank()
    {
        try
        {
            using var stream = new MemoryStream(Bytes);
            return Weights.NpyFile.Read(stream).Shape.Count;
        }
        catch (Weights.WeightsFormatException)
        {
            // The model's process says what is wrong with it.
            return 0;
        }
    }

    private Diagnostics.ModelRegistryException Refused(string why) =>
        DashboardCodes.InputRefused.Error($"{Shown.OneLine(Name)} {why}", "send a PNG, PGM, PPM or NPY file, or numbers as JSON; with JavaScript the browser converts what it can show");
}

/// <summary>The held-out digits that come with the program, for its own digit models.</summary>
internal static class DigitSamples
{
    private const string Prefix = "samples/";

    public static IReadOnlyList<string> Names { get; } =
        [.. Assembly.GetExecutingAssembly().GetManifestResourceNames().Where(n => n.StartsWith(Prefix, StringComparison.Ordinal)).Select(n => n[Prefix.Length..]).Order(StringComparer.Ordinal)];

    /// <summary>Whether the digits fit a model: one of the digits family whose input is one image of 28 by 28.</summary>
    public static bool Fit(Manifest manifest) =>
        manifest.Name.Value.StartsWith("digits", StringComparison.Ordinal) && manifest.Inputs is [{ Shape: [_, 1, 28, 28] }];

    public static byte[]? Read(string name)
    {
        if (!Names.Contains(name)) return null;
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(Prefix + name)!;
        var content = new byte[stream.Length];
        stream.ReadExactly(content);
        return content;
    }
}
