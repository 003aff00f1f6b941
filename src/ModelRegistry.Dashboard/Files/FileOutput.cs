using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace ModelRegistry.Dashboard.Files;

/// <summary>
/// A connection's output that the kernel can write parts of files to, without a copy of them in this process. The server counts a part as it counts
/// bytes in memory, so lengths, rates and the next request on the connection stay its business.
/// </summary>
internal sealed class FileOutput(PipeWriter inner, Socket socket) : PipeWriter
{
    private (FileStream File, long Offset, int Length)? _offered;
    private bool _taken;

    /// <summary>A flush ends when all is handed to the kernel, and what follows may go there by another way.</summary>
    public static void Use(SocketTransportOptions sockets) => sockets.MaxWriteBufferSize = 1;

    /// <summary>Gives each connection such an output.</summary>
    public static void Use(ListenOptions listen) => listen.Use(next => async connection =>
    {
        var transport = connection.Transport;
        if (connection.Features.Get<IConnectionSocketFeature>() is { } feature)
        {
            var output = new FileOutput(transport.Output, feature.Socket);
            connection.Features.Set(output);
            connection.Transport = new Duplex(transport.Input, output);
        }

        try
        {
            await next(connection);
        }
        finally
        {
            connection.Transport = transport;
        }
    });

    /// <summary>Writes a part of a file to the body of an answer that has begun.</summary>
    /// <returns>Whether all of it was sent.</returns>
    public async Task<bool> WriteAsync(PipeWriter body, FileStream file, long offset, int length)
    {
        _offered = (file, offset, length);
        var memory = body.GetMemory(length);
        if (!_taken)
        {
            // The server keeps what is written until later: it gets the bytes themselves.
            _offered = null;
            for (var read = 0; read < length;)
            {
                var more = await RandomAccess.ReadAsync(file.SafeFileHandle, memory[read..length], offset + read);
                if (more == 0) return false;
                read += more;
            }
        }

        body.Advance(length);
        return !(await body.FlushAsync()).IsCompleted;
    }

    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        if (_offered is not { } part || part.Length != sizeHint) return inner.GetMemory(sizeHint);
        _taken = true;
        return Nowhere.Instance.Memory[..sizeHint];
    }

    public override Span<byte> GetSpan(int sizeHint = 0) => inner.GetSpan(sizeHint);

    public override void Advance(int bytes)
    {
        if (!_taken) inner.Advance(bytes);
    }

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) => _taken ? SendAsync(cancellationToken) : inner.FlushAsync(cancellationToken);

    public override bool CanGetUnflushedBytes => inner.CanGetUnflushedBytes;

    public override long UnflushedBytes => inner.UnflushedBytes;

    public override void CancelPendingFlush() => inner.CancelPendingFlush();

    public override void Complete(Exception? exception = null) => inner.Complete(exception);

    public override ValueTask CompleteAsync(Exception? exception = null) => inner.CompleteAsync(exception);

    private async ValueTask<FlushResult> SendAsync(CancellationToken cancellation)
    {
        var (file, offset, length) = _offered!.Value;
        (_offered, _taken) = (null, false);
        var before = await inner.FlushAsync(cancellation);
        if (before.IsCompleted || before.IsCanceled) return before;
        using var sending = new Sending();
        var all = await sending.SendAsync(socket, new SendPacketsElement(file, offset, length));
        return new FlushResult(isCanceled: false, isCompleted: !all);
    }

    private sealed class Duplex(PipeReader input, PipeWriter output) : IDuplexPipe
    {
        public PipeReader Input => input;

        public PipeWriter Output => output;
    }

    /// <summary>Memory that has a length, and that nobody reads or writes.</summary>
    private sealed class Nowhere : MemoryManager<byte>
    {
        public static readonly Nowhere Instance = new();

        public override Memory<byte> Memory => CreateMemory(int.MaxValue);

        public override Span<byte> GetSpan() => throw new NotSupportedException("the kernel sends this part");

        public override MemoryHandle Pin(int elementIndex = 0) => throw new NotSupportedException("the kernel sends this part");

        public override void Unpin()
        {
        }

        protected override void Dispose(bool disposing)
        {
        }
    }

    private sealed class Sending : SocketAsyncEventArgs
    {
        private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <returns>Whether all was sent.</returns>
        public async Task<bool> SendAsync(Socket socket, SendPacketsElement part)
        {
            SendPacketsElements = [part];
            try
            {
                if (socket.SendPacketsAsync(this)) await _done.Task;
            }
            catch (ObjectDisposedException)
            {
                return false;
            }

            return SocketError == SocketError.Success && BytesTransferred == part.Count;
        }

        protected override void OnCompleted(SocketAsyncEventArgs e) => _done.SetResult();
    }
}
