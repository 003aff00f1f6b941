using System.Collections.Immutable;
using System.Globalization;

namespace ModelRegistry.Weights.TorchScript;

/// <summary>
/// A TorchScript archive. Its code is listed, never run: tensors, modules and types come from <c>data.pkl</c>,
/// parameter names from the headers of the classes.
/// </summary>
internal sealed class TorchScriptFile : WeightsFile
{
    private readonly ScriptModules _modules;

    private TorchScriptFile(PyTorchArchive archive, ScriptModules modules, IReadOnlyList<Tensor> constants, ImmutableArray<SourceListing> code, IReadOnlyList<WeightsFinding> skipped)
        : base(archive.Zip.File)
    {
        _modules = modules;
        Code = code;
        OtherTensors = [.. modules.Attributes, .. constants];
        Signature = ScriptSignature.Parse(modules.RootClass?.Forward);
        Findings = [.. skipped, .. NameCollisions.Find(modules.Tensors)];
        Metadata = ImmutableSortedDictionary<string, string>.Empty
            .Add("archive_version", archive.Version.ToString(CultureInfo.InvariantCulture))
            .Add("root_class", Display.Escape(modules.RootType));
    }

    /// <summary>The module that the archive holds, with the values of its attributes.</summary>
    internal PickleObject Root => _modules.Root;

    public override WeightsFormat Format => WeightsFormat.TorchScript;

    public override IReadOnlyList<Tensor> Tensors => _modules.Tensors;

    public override IReadOnlyList<Tensor> OtherTensors { get; }

    public override IReadOnlyDictionary<string, string> Metadata { get; }

    public override ModelSignature? Signature { get; }

    public override IReadOnlyList<SourceListing> Code { get; }

    public override IReadOnlyList<WeightsFinding> Findings { get; }

    internal static TorchScriptFile Open(PyTorchArchive archive, WeightsReadOptions options)
    {
        var report = new PickleReport();
        var root = archive.ReadPickle("data.pkl", options, report, torchScript: true) as PickleObject
            ?? throw new WeightsFormatException(WeightsCodes.TorchScript, "a TorchScript archive holds a module, and this one's data.pkl does not", archive.Where("data.pkl"));
        var collector = new TensorCollector(archive.ReadStorages(report, "data", options.VerifyData), archive.Where("data.pkl"), archive.Find("data.pkl")!.Length);
        var code = ScriptCode.ReadSources(archive);
        var modules = new ScriptModules(root, ScriptCode.ReadClasses(code), collector, archive.Where("data.pkl"), archive.Find("data.pkl")!.Length);
        collector.CheckUnreached(report);
        return new TorchScriptFile(archive, modules, ReadConstants(archive, options), code, report.Skipped);
    }

    private protected override ModuleNode BuildModuleTree() => ModuleTreeBuilder.FromModules(Tensors, _modules.Types);

    private static List<Tensor> ReadConstants(PyTorchArchive archive, WeightsReadOptions options)
    {
        List<Tensor> tensors = [];
        if (archive.Find("constants.pkl") is { } entry)
        {
            var report = new PickleReport();
            var value = archive.ReadPickle("constants.pkl", options, report, torchScript: true);
            var collector = new TensorCollector(archive.ReadStorages(report, "constants", options.VerifyData), archive.Where("constants.pkl"), entry.Length);
            collector.Walk(value, TensorPath.Root.Child(new TensorKey(TensorKeyKind.Attribute, "constants")), 0, tensors, null);
            collector.CheckUnreached(report);
        }

        return tensors;
    }
}
