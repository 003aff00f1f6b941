using ModelRegistry.Diagnostics;
using static ModelRegistry.Diagnostics.ErrorKind;

namespace ModelRegistry.Weights;

/// <summary>Diagnostic codes of reading and scanning; each has a page in docs/diagnostics.</summary>
internal static class WeightsCodes
{
    internal const string NotWeights = "MR0501";
    internal const string Unreadable = "MR0502";
    internal const string ZipStructure = "MR0503";
    internal const string ZipFeature = "MR0504";
    internal const string ZipHeaderMismatch = "MR0505";
    internal const string Checksum = "MR0506";
    internal const string SizeLimit = "MR0507";
    internal const string EntryName = "MR0508";
    internal const string ArchiveLayout = "MR0509";
    internal const string PickleMalformed = "MR0510";
    internal const string PickleOpcode = "MR0511";
    internal const string PickleGlobal = "MR0512";
    internal const string PickleCall = "MR0513";
    internal const string PickleLimit = "MR0514";
    internal const string PersistentId = "MR0515";
    internal const string Storage = "MR0516";
    internal const string TensorGeometry = "MR0517";
    internal const string TrailingData = "MR0518";
    internal const string LegacyLayout = "MR0519";
    internal const string TensorAccess = "MR0520";
    internal const string TensorConversion = "MR0521";
    internal const string OpaqueSkipped = "MR0522";
    internal const string NameCollision = "MR0523";
    internal const string TorchScript = "MR0524";
    internal const string HiddenPickle = "MR0525";
    internal const string NestedArchive = "MR0526";
    internal const string PlainValue = "MR0527";
    internal const string ScriptOperator = "MR0528";
    internal const string ScriptSource = "MR0529";
    internal const string ExpandedTensor = "MR0530";
    internal const string ShardIndex = "MR0532";
    internal const string ShardMissing = "MR0533";
    internal const string ShardContent = "MR0534";
    internal const string ShardUnlisted = "MR0535";
    internal const string SeveralModels = "MR0536";
    internal const string KerasLambda = "MR0537";
    internal const string CutOff = "MR0538";

    /// <summary>All of this library with kind and title, by code; those of one format are declared beside its reader.</summary>
    internal static IReadOnlyList<Diagnostic> All => field ??=
    [
        new(NotWeights, InvalidInput, "Not a weights file"),
        new(Unreadable, InvalidInput, "Weights file cannot be read"),
        new(ZipStructure, InvalidInput, "Zip archive is damaged or not plain"),
        new(ZipFeature, InvalidInput, "Zip record uses a feature that is not read"),
        new(ZipHeaderMismatch, InvalidInput, "Zip record and directory disagree"),
        new(Checksum, InvalidInput, "Checksum does not match"),
        new(SizeLimit, InvalidInput, "Size limit exceeded"),
        new(EntryName, InvalidInput, "Name of a zip record is unsafe"),
        new(ArchiveLayout, InvalidInput, "Archive lacks what PyTorch writes"),
        new(PickleMalformed, InvalidInput, "Malformed pickle"),
        new(PickleOpcode, InvalidInput, "Pickle uses an opcode that weights never need"),
        new(PickleGlobal, InvalidInput, "Pickle asks for code"),
        new(PickleCall, InvalidInput, "Pickle uses an allowed name in a way that is not allowed"),
        new(PickleLimit, InvalidInput, "Pickle exceeds a limit"),
        new(PersistentId, InvalidInput, "Invalid persistent id"),
        new(Storage, InvalidInput, "Storage is missing or of the wrong size"),
        new(TensorGeometry, InvalidInput, "Impossible tensor"),
        new(TrailingData, InvalidInput, "Data after the end"),
        new(LegacyLayout, InvalidInput, "Legacy layout is broken"),
        new(TensorAccess, InvalidInput, "Tensor cannot be read this way"),
        new(TensorConversion, InvalidInput, "Tensor does not convert to float32"),
        new(OpaqueSkipped, InvalidInput, "Value skipped"),
        new(NameCollision, InvalidInput, "Two tensors share a name"),
        new(TorchScript, InvalidInput, "TorchScript archive is not as expected"),
        new(HiddenPickle, InvalidInput, "Pickle hides where none belongs"),
        new(NestedArchive, InvalidInput, "Archives nested too deep"),
        new(PlainValue, CheckFailed, "Plain values beside the tensors"),
        new(ScriptOperator, InvalidInput, "Code in an archive reaches beyond computing"),
        new(ScriptSource, InvalidInput, "Code in an archive cannot be read"),
        new(ExpandedTensor, InvalidInput, "Tensor repeats its elements too often"),
        new(OnnxError.ExternalRange, InvalidInput, "External data leaves its file"),
        new(ShardIndex, InvalidInput, "Index of a sharded model cannot be read"),
        new(ShardMissing, InvalidInput, "Part of a sharded model is missing"),
        new(ShardContent, InvalidInput, "Parts of a sharded model do not fit together"),
        new(ShardUnlisted, InvalidInput, "Tensors that the index of a sharded model does not list"),
        new(SeveralModels, InvalidInput, "Several models"),
        new(KerasLambda, InvalidInput, "Keras model holds code"),
        new(CutOff, InvalidInput, "Model is cut off"),
        new(GgufError.Header, InvalidInput, "Malformed GGUF file"),
        new(GgufError.Tensor, InvalidInput, "GGUF tensor that cannot be"),
        new(WritingError.Rename, InvalidInput, "Tensors cannot be renamed like that"),
        new(SafetensorsError.HeaderLength, InvalidInput, "Safetensors header length is impossible"),
        new(SafetensorsError.HeaderJson, InvalidInput, "Safetensors header is not strict JSON"),
        new(SafetensorsError.TensorEntry, InvalidInput, "Safetensors tensor is not fully described"),
        new(SafetensorsError.Layout, InvalidInput, "Safetensors data has holes, overlaps or other sizes"),
        new(SafetensorsError.Metadata, InvalidInput, "Safetensors metadata other than strings"),
        new(OnnxError.Protobuf, InvalidInput, "Malformed ONNX protobuf"),
        new(OnnxError.Model, InvalidInput, "Invalid ONNX model"),
        new(OnnxError.ExternalLocation, InvalidInput, "ONNX external data outside the model"),
        new(OnnxError.ExternalMissing, InvalidInput, "ONNX external data is missing"),
        new(OnnxError.Sparse, InvalidInput, "Sparse ONNX initialisers are not listed"),
        new(NpyError.File, InvalidInput, "Not a valid .npy file"),
        new(NpyError.Type, InvalidInput, "Element type of a .npy file is not supported"),
        new(WritingError.Exists, InvalidInput, "Destination exists"),
        new(WritingError.Type, InvalidInput, "Target format has no such tensor type"),
        new(WritingError.Shared, InvalidInput, "Tensors share memory"),
        new(WritingError.Name, InvalidInput, "Tensor name cannot be written"),
        new(WritingError.Verification, InvalidInput, "What was written differs from the source"),
        new(WritingError.Target, InvalidInput, "No format to write"),
        new(WritingError.NoData, InvalidInput, "Tensor has no data"),
        new(WritingError.Output, InvalidInput, "File cannot be written"),
    ];

    /// <summary>What is known of a code; one of another's making is a refusal of the input.</summary>
    internal static Diagnostic Of(string code) => All.FirstOrDefault(known => known.Code == code) ?? new(code, InvalidInput, "Weights refused");
}
