using System.Collections.Frozen;
using System.Collections.Immutable;

namespace ModelRegistry.Weights;

/// <summary>
/// A weights file opened for reading: names, types and places of its tensors are known, their data stays in the
/// mapped file until it is asked for. Nothing in the file is ever executed. Dispose it when its tensors are done with.
/// </summary>
public abstract class WeightsFile : IDisposable
{
    private readonly MappedFile _file;
    private FrozenDictionary<string, Tensor?>? _byName;
    private ModuleNode? _moduleTree;

    private protected WeightsFile(MappedFile file) => _file = file;

    /// <summary>The container, found from the content.</summary>
    public abstract WeightsFormat Format { get; }

    /// <summary>
    /// The model's tensors, in file order. For a checkpoint, those of its state dict with names as in that dict;
    /// what stands beside it (optimizer state) is in <see cref="OtherTensors"/>.
    /// </summary>
    public abstract IReadOnlyList<Tensor> Tensors { get; }

    /// <summary>Tensors that are not the model's: optimizer state, averages and the like. Empty for most files.</summary>
    public virtual IReadOnlyList<Tensor> OtherTensors => [];

    /// <summary>Dotted path of the dictionary <see cref="Tensors"/> come from, e.g. <c>state_dict</c>; empty for the root.</summary>
    public virtual string StateDictPath => "";

    /// <summary>Strings the file says about itself, e.g. safetensors metadata, ONNX producer and opset, a checkpoint's epoch.</summary>
    public virtual IReadOnlyDictionary<string, string> Metadata => ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Inputs and outputs, where the file declares them (TorchScript, ONNX); else null.</summary>
    public virtual ModelSignature? Signature => null;

    /// <summary>Source text the file carries (TorchScript); empty otherwise. Shown, never run.</summary>
    public virtual IReadOnlyList<SourceListing> Code => [];

    /// <summary>
    /// Files beside this one in which tensor data stands, relative to its folder and <c>/</c>-separated (ONNX external data). They belong to the
    /// model: without them its tensors cannot be read. Empty for most files.
    /// </summary>
    public virtual IReadOnlyList<string> ExternalFiles => [];

    /// <summary>What a user should know though it did not stop the reading, e.g. values skipped under tensors-only.</summary>
    public virtual IReadOnlyList<WeightsFinding> Findings => [];

    /// <summary>Modules with what they hold, from dotted names or from TorchScript.</summary>
    public ModuleNode ModuleTree => _moduleTree ??= BuildModuleTree();

    /// <summary>Bytes on disk of the file, or of all parts.</summary>
    public virtual long FileLength => _file.Length;

    /// <summary>The files that were read as one model: one, or every part of a sharded model and its index. Empty for bytes held in memory.</summary>
    public virtual IReadOnlyList<string> Parts => _file.Path is { } path ? [path] : [];

    /// <summary>The bytes the tensors live in; disposed with this file.</summary>
    private protected MappedFile File => _file;

    /// <summary>Opens a file and reads what it holds, but no tensor data.</summary>
    /// <remarks>
    /// One part of a sharded model, or its index (<c>*.index.json</c>), opens the whole model: every part is there, every tensor is where the
    /// index says, none is there twice. A folder opens the one model in it.
    /// </remarks>
    /// <param name="path">Any path; the name says nothing about the format, only whether the file is one part of several.</param>
    /// <param name="options">Defaults to <see cref="WeightsReadOptions.Default"/>.</param>
    /// <exception cref="WeightsFormatException">The file is unreadable, unknown, malformed or asks for code (MR05xx).</exception>
    public static WeightsFile Open(string path, WeightsReadOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (Directory.Exists(path))
        {
            path = ModelFolder.MainFile(path);
        }

        var set = options?.SinglePart == true ? null : ShardSet.Of(path);
        return set is null ? Open(MappedFile.Open(path), options) : ShardedFile.Open(set, options ?? WeightsReadOptions.Default);
    }

    /// <summary>Opens bytes held in memory.</summary>
    /// <inheritdoc cref="Open(string, WeightsReadOptions?)"/>
    /// <param name="bytes">The whole file; must not change while the result is in use.</param>
    /// <param name="options">Defaults to <see cref="WeightsReadOptions.Default"/>.</param>
    public static WeightsFile Open(ReadOnlyMemory<byte> bytes, WeightsReadOptions? options = null) =>
        Open(MappedFile.FromBytes(bytes), options);

    /// <summary>Finds a tensor of <see cref="Tensors"/> by <see cref="Tensor.Name"/>.</summary>
    /// <returns>False when there is none, or when two tensors share the name (a finding says so): tell them apart by key path.</returns>
    public bool TryGetTensor(string name, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Tensor? tensor)
    {
        _byName ??= Tensors.GroupBy(t => t.Name, StringComparer.Ordinal)
            .ToFrozenDictionary(g => g.Key, g => g.Count() == 1 ? g.First() : null, StringComparer.Ordinal);
        return _byName.TryGetValue(name, out tensor) && tensor is not null;
    }

    /// <summary>Unmaps the file. Spans taken from its tensors are invalid afterwards.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    internal static WeightsFile Open(MappedFile file, WeightsReadOptions? options)
    {
        try
        {
            return FormatDetection.Open(file, options ?? WeightsReadOptions.Default);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private protected virtual ModuleNode BuildModuleTree() => ModuleTreeBuilder.FromNames(Tensors);

    /// <summary>Releases the mapped file; a reader that maps further files releases those too.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
        {
            _file.Dispose();
        }
    }
}
