namespace ModelRegistry.Weights;

/// <summary>The container a weights file uses. Decided by its content, never by its name.</summary>
public enum WeightsFormat
{
    /// <summary>A zip archive written by <c>torch.save</c> of PyTorch 1.6 or newer.</summary>
    PyTorchZip,

    /// <summary>The pickle stream written by <c>torch.save</c> before PyTorch 1.6.</summary>
    PyTorchLegacy,

    /// <summary>A zip archive written by <c>torch.jit.save</c>: tensors, module tree and code.</summary>
    TorchScript,

    /// <summary>A safetensors file: JSON header, then tensor data.</summary>
    Safetensors,

    /// <summary>An ONNX protobuf: graph, initialisers, possibly external data.</summary>
    Onnx,

    /// <summary>A GGUF file of llama.cpp: metadata, tensor table, quantised or plain tensor data.</summary>
    Gguf,

    /// <summary>A zip of NumPy arrays, <c>.npz</c>.</summary>
    NumpyZip,
}
