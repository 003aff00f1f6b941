namespace ModelRegistry.Inference.Kernels.Recurrent;

/// <summary>How a recurrent layer goes from one step to the next, with the gates in PyTorch's order.</summary>
internal enum RecurrentKind
{
    /// <summary>h = tanh(x W + h U)</summary>
    Tanh,

    /// <summary>h = relu(x W + h U)</summary>
    Relu,

    /// <summary>Input, forget, cell and output gate (Hochreiter and Schmidhuber 1997).</summary>
    Lstm,

    /// <summary>Reset, update and new gate (Cho et al. 2014); the reset gate acts after the product, as in cuDNN.</summary>
    Gru,
}
