using System.Globalization;
using System.Text;
using ModelRegistry.Shared;

namespace ModelRegistry.Weights.PyTorch;

/// <summary>The zip layout of PyTorch 1.6 and newer: one prefix, <c>data.pkl</c>, <c>version</c>, <c>byteorder</c>, <c>data/KEY</c>.</summary>
internal sealed class PyTorchArchive
{
    private const int MinVersion = 1;
    private const int MaxVersion = 10;

    private PyTorchArchive(ZipDirectory zip, string prefix, bool isBigEndian, int version) =>
        (Zip, Prefix, IsBigEndian, Version) = (zip, prefix, isBigEndian, version);

    internal ZipDirectory Zip { get; }

    /// <summary>With its slash, e.g. <c>archive/</c>.</summary>
    internal string Prefix { get; }

    internal bool IsBigEndian { get; }

    /// <summary>The archive's format version, 1 to 10.</summary>
    internal int Version { get; }

    internal bool IsTorchScript => Find("constants.pkl") is not null || Zip.Entries.Any(e => e.Name.StartsWith(Prefix + "code/", StringComparison.Ordinal));

    internal static PyTorchArchive Read(ZipDirectory zip)
    {
        var prefix = CommonPrefix(zip);
        if (zip.Find(prefix + "data.pkl") is null)
        {
            throw NotPyTorch(zip, prefix);
        }

        var order = Text(zip, prefix + "byteorder") ?? Text(zip, prefix + ".data/byteorder");
        if (order is not null and not "little" and not "big")
        {
            throw Layout(zip, $"record 'byteorder' says {Display.Quote(order)}, neither 'little' nor 'big'");
        }

        // Since file format version 10 some writers keep it below .data/.
        var version = Text(zip, prefix + "version") ?? Text(zip, prefix + ".data/version") ?? throw Layout(zip, "record 'version' is missing");
        return int.TryParse(version.TrimEnd('\n'), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= MinVersion and <= MaxVersion
            ? new PyTorchArchive(zip, prefix, order == "big", number)
            : throw Layout(zip, $"record 'version' says {Display.Quote(version)}, which is not {MinVersion} to {MaxVersion}");
    }

    internal ZipEntry? Find(string name) => Zip.Find(Prefix + name);

    internal string Where(string name) => Prefix + name;

    /// <summary>Reads a pickle record, which has to end where its pickle does.</summary>
    internal object? ReadPickle(string name, WeightsReadOptions options, PickleReport report, bool torchScript)
    {
        var entry = Find(name)!;
        var bytes = ZipContent.Read(Zip, entry, PickleLimits.Bytes);
        var (value, length) = PickleReader.Read(bytes, new PickleOptions { Where = Where(name), TorchScript = torchScript, TensorsOnly = options.TensorsOnly }, report);
        return length == bytes.Length
            ? value
            : throw new WeightsFormatException(WeightsCodes.TrailingData, $"{bytes.Length - length} bytes follow the end of the pickle", $"{Where(name)} at byte {length}", "run the scanner on this file: a second pickle may hide there");
    }

    /// <summary>Finds the record of each storage in <paramref name="folder"/> and holds its size against the pickle's.</summary>
    internal Dictionary<string, TensorStorage> ReadStorages(PickleReport report, string folder, bool verify)
    {
        var storages = new Dictionary<string, TensorStorage>(StringComparer.Ordinal);
        foreach (var (key, declared) in report.Storages)
        {
            var entry = Find($"{folder}/{key}") ?? throw new WeightsFormatException(
                WeightsCodes.Storage, $"the pickle names storage {Display.Quote(key)}, and there is no record '{folder}/{Display.Escape(key)}'", Zip.Where);
            if (Saturating.Multiply(declared.Count, declared.ElementSize) != entry.Length)
            {
                throw new WeightsFormatException(
                    WeightsCodes.Storage, $"storage {Display.Quote(key)} is {declared.Count} × {declared.ElementSize} bytes by the pickle, its record has {entry.Length}", Where($"{folder}/{key}"), "fetch or save the file again");
            }

            if (verify && !entry.IsDeflated)
            {
                ZipContent.Verify(Zip, entry);
            }

            storages.Add(key, entry.IsDeflated
                ? new TensorStorage(() => ZipContent.Read(Zip, entry, (int)ZipLimits.InflatedEntry).ToArray(), entry.Length, key) { IsBigEndian = IsBigEndian }
                : new TensorStorage(Zip.File, entry.DataOffset, entry.Length, key) { IsBigEndian = IsBigEndian });
        }

        return storages;
    }

    private static string CommonPrefix(ZipDirectory zip)
    {
        string? prefix = null;
        foreach (var entry in zip.Entries)
        {
            var slash = entry.Name.IndexOf('/', StringComparison.Ordinal);
            if (slash < 0 || prefix is not null && !entry.Name.StartsWith(prefix, StringComparison.Ordinal))
            {
                throw prefix is null && zip.Entries.All(e => !e.Name.EndsWith("/data.pkl", StringComparison.Ordinal))
                    ? NotPyTorch(zip, "")
                    : ZipEntryName.Bad(entry.Name, "is not under the one prefix that all records share", zip.Where);
            }

            prefix ??= entry.Name[..(slash + 1)];
        }

        return prefix ?? throw Layout(zip, "the archive is empty");
    }

    private static WeightsFormatException NotPyTorch(ZipDirectory zip, string prefix)
    {
        if (zip.Find(prefix + "model.json") is not null)
        {
            return Layout(zip, "this is a TorchScript archive from before PyTorch 1.0, which is not read");
        }

        return new WeightsFormatException(WeightsCodes.ArchiveLayout, $"this is a zip archive of {zip.Entries.Count} records without 'data.pkl': not from PyTorch", zip.Where, "name the model file itself");
    }

    private static string? Text(ZipDirectory zip, string name) =>
        zip.Find(name) is { } entry ? Encoding.Latin1.GetString(ZipContent.Read(zip, entry, 16)) : null;

    private static WeightsFormatException Layout(ZipDirectory zip, string what) => new(WeightsCodes.ArchiveLayout, what, zip.Where);
}
