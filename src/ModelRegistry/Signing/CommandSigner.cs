using System.Diagnostics;
using System.Security.Cryptography;
using ModelRegistry.Diagnostics;
using ModelRegistry.Names;
using ModelRegistry.Processes;

namespace ModelRegistry.Signing;

/// <summary>Lets a command sign. It sees the bytes on its standard input and nothing else of ours.</summary>
internal sealed class CommandSigner(IReadOnlyList<string> command, TimeSpan timeout, ECDsa publicKey, SignatureMaterial material) : ModelSigner(publicKey, material)
{
    private protected override byte[] Sign(byte[] data, HashAlgorithmName hash, CancellationToken cancellation)
    {
        using var process = Start();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(timeout);
        using var kill = limit.Token.Register(static state => ChildProcess.Kill((Process)state!), process);
        var errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
        var answer = ReadAnswerAsync(process.StandardOutput.BaseStream);
        try
        {
            process.StandardInput.BaseStream.Write(data);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended without reading; its exit code and its words say why.
        }

        process.WaitForExit();
        cancellation.ThrowIfCancellationRequested();
        if (limit.IsCancellationRequested) throw Codes.SignerFailed.Error($"the signing command '{command[0]}' did not finish within {timeout.TotalSeconds:0} s", "look for a prompt that it waits at");
        Task.WaitAll(new Task[] { answer, errors }, TimeSpan.FromSeconds(5));
        if (process.ExitCode != 0) throw Codes.SignerFailed.Error($"the signing command '{command[0]}' ended with exit code {process.ExitCode}: {Printable.Quote(errors.IsCompleted ? errors.Result.Trim() : "")}", "run it by hand to see more");
        return answer.IsCompletedSuccessfully && answer.Result is { Length: > 0 } signature
            ? signature
            : throw Codes.SignerFailed.Error($"the signing command '{command[0]}' answered with no signature", $"it must write an ECDSA signature in DER, at most {SigningLimits.MaxSignatureLength} bytes, on standard output");
    }

    private Process Start()
    {
        var start = new ProcessStartInfo(command[0]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false, CreateNoWindow = true };
        foreach (var argument in command.Skip(1)) start.ArgumentList.Add(argument);
        return ChildProcess.Start(start, failure => Codes.SignerFailed.Error($"cannot run the signing command '{command[0]}': {failure.Message}", "name a program on the PATH, or its full path", failure));
    }

    // One byte more than may be there tells a flood from a signature; what follows is drained, so that the command can end.
    private static async Task<byte[]?> ReadAnswerAsync(Stream output)
    {
        var answer = new byte[SigningLimits.MaxSignatureLength + 1];
        var length = await output.ReadAtLeastAsync(answer, answer.Length, throwOnEndOfStream: false);
        await output.CopyToAsync(Stream.Null);
        return length <= SigningLimits.MaxSignatureLength ? answer[..length] : null;
    }
}
