using Cake.Core.Diagnostics;
using ModelRegistry;

namespace Cake.ModelRegistry;

/// <summary>Says at every tenth of a big file how far its copy has come. A build log is no place for a bar.</summary>
internal sealed class CakeTransferProgress(ICakeLog log) : IProgress<TransferProgress>
{
    private const long Big = 256L << 20;
    private const int Steps = 10;
    private readonly Dictionary<string, long> _said = new(StringComparer.Ordinal);

    public void Report(TransferProgress value)
    {
        if (value.Total < Big) return;
        var step = value.Done * Steps / value.Total;
        lock (_said)
        {
            if (step <= _said.GetValueOrDefault(value.File)) return;
            _said[value.File] = step;
        }

        log.Information("{0}", $"{value.File}: {value.Done >> 20} of {value.Total >> 20} MiB");
    }
}
