using System.Buffers;
using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using System.Security.Cryptography;
using ModelRegistry.Dashboard.Display;
using ModelRegistry.Diagnostics;
using ModelRegistry.Verification;

namespace ModelRegistry.Dashboard.Drafts;

/// <summary>
/// Takes files in, part by part: hashed while they are written into the draft's folder, in constant memory. A part that breaks off leaves what
/// arrived, and the next one goes on from there.
/// </summary>
public sealed class Uploads(Registry registry, DraftStore drafts, long largest) : IDisposable
{
    private const int AtOnce = 2, BufferSize = 1 << 20, WorthWriting = 256 << 10;

    private readonly SemaphoreSlim _slots = new(AtOnce);
    private readonly ConcurrentDictionary<string, Upload> _uploads = new(StringComparer.Ordinal);

    private sealed class Upload(Draft draft, DraftFile file, Digest? expected)
    {
        public Draft Draft => draft;

        public DraftFile File => file;

        public Digest? Expected => expected;

        public IncrementalHash Hash { get; } = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

        public SemaphoreSlim Turn { get; } = new(1);
    }

    public long Largest => largest;

    /// <summary>Announces a file.</summary>
    /// <exception cref="ModelRegistryException">MR0106: not a path; MR0915: too large; MR0310: no room; MR0112: the draft has a file of the name.</exception>
    public DraftFile Begin(Draft draft, string name, long size, Digest? digest)
    {
        var path = RelativeFilePath.Parse(name);
        if (size <= 0) throw Codes.SourceEmpty.Error($"{Shown.OneLine(name)} is empty", "choose the file again");
        if (size > largest) throw DashboardCodes.TooLarge.Error($"{Shown.OneLine(name)} has {Figures.Bytes(size)}, and the limit is {Figures.Bytes(largest)}", "raise --max-upload");
        if (new DriveInfo(Path.GetFullPath(draft.Folder.Path)).AvailableFreeSpace < size + (64 << 20)) throw Codes.DiskFull.Error($"no space left in the store for {Figures.Bytes(size)}", "free some space and try again; nothing was registered");
        lock (draft.Files)
        {
            if (draft.Files.Find(f => f.Name.Equals(path.Value, StringComparison.OrdinalIgnoreCase)) is { } present)
            {
                if (!present.IsComplete && present.Size == size && present.Name == path.Value) return present;
                throw Codes.InvalidFiles.Error($"the draft has a {path} already", "remove it first");
            }

            if (draft.Files.Count >= 1000) throw Codes.InvalidFiles.Error("a draft holds at most 1,000 files", "register fewer");
            var id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
            // No name of the user's on the disk.
            var file = new DraftFile(id, path.Value, size, Path.Combine(draft.Folder.Path, id));
            using (System.IO.File.Create(file.Location))
            {
            }

            draft.Files.Add(file);
            draft.Report = null;
            _uploads[id] = new Upload(draft, file, digest);
            if (digest is not null && registry.TryFindBlob(digest, size) is { } blob) TakeFromStore(_uploads[id], blob);
            return file;
        }
    }

    /// <summary>How much of a file has arrived.</summary>
    public DraftFile Find(string id) => Get(id).File;

    /// <summary>Takes a part.</summary>
    /// <exception cref="ModelRegistryException">MR0917: the part does not follow, is too long, or the whole has another digest; MR0916: two others are under way.</exception>
    public async Task<DraftFile> Append(string id, long offset, Stream body, CancellationToken cancellation)
    {
        var upload = Get(id);
        if (!await _slots.WaitAsync(TimeSpan.FromSeconds(2), cancellation)) throw DashboardCodes.Busy.Error($"{AtOnce} uploads are under way", "try again in a moment");
        try
        {
            if (!await upload.Turn.WaitAsync(TimeSpan.FromSeconds(10), cancellation)) throw DashboardCodes.Busy.Error("another part of this file is under way", "try again in a moment");
            try
            {
                if (offset != upload.File.Received) throw DashboardCodes.UploadRefused.Error($"the upload is at {upload.File.Received}, and the part begins at {offset}", "ask for the offset with HEAD and go on from there");
                if (!upload.File.IsComplete) await Write(upload, body, cancellation);
                return upload.File;
            }
            finally
            {
                upload.Turn.Release();
            }
        }
        finally
        {
            _slots.Release();
        }
    }

    public void Remove(Draft draft, string id)
    {
        _uploads.TryRemove(id, out _);
        lock (draft.Files)
        {
            if (draft.Files.Find(f => f.Id == id) is not { } file) return;
            draft.Files.Remove(file);
            draft.Report = null;
            System.IO.File.Delete(file.Location);
        }
    }

    /// <summary>Ends an upload by its own name.</summary>
    public void Remove(string id) => Remove(Get(id).Draft, id);

    public void Dispose() => _slots.Dispose();

    private Upload Get(string id)
    {
        if (!_uploads.TryGetValue(id, out var upload)) throw DashboardCodes.DraftGone.Error("there is no such upload", "begin again");
        drafts.Get(upload.Draft.Id);
        return upload;
    }

    // One buffer is hashed while the other is filled and written.
    private static async Task Write(Upload upload, Stream body, CancellationToken cancellation)
    {
        var (buffer, other) = (ArrayPool<byte>.Shared.Rent(BufferSize), ArrayPool<byte>.Shared.Rent(BufferSize));
        var hashed = Task.CompletedTask;
        try
        {
            await using var file = new FileStream(upload.File.Location, FileMode.Open, FileAccess.Write, FileShare.None, 1, FileOptions.Asynchronous);
            file.Position = upload.File.Received;
            while (true)
            {
                var (read, cut) = await Read(body, buffer, cancellation);
                if (upload.File.Received + read > upload.File.Size) throw DashboardCodes.UploadRefused.Error($"more arrives than the {upload.File.Size} bytes that were announced", "begin again with the right size");
                await Put(upload, file, buffer.AsMemory(0, read));
                await hashed;
                var part = buffer;
                hashed = Task.Run(() => upload.Hash.AppendData(part, 0, read), CancellationToken.None);
                upload.File.Received += read;
                (buffer, other) = (other, buffer);
                cut?.Throw();
                if (read < WorthWriting) break;
            }

            await file.FlushAsync(CancellationToken.None);
        }
        finally
        {
            await hashed;
            ArrayPool<byte>.Shared.Return(buffer);
            ArrayPool<byte>.Shared.Return(other);
        }

        if (upload.File.Received == upload.File.Size) Complete(upload, Digest.FromHash(upload.Hash.GetHashAndReset()));
    }

    /// <summary>Reads until it is worth writing, or the body ends; where the connection breaks, what came before is told with the reason.</summary>
    private static async Task<(int Read, ExceptionDispatchInfo? Cut)> Read(Stream body, byte[] buffer, CancellationToken cancellation)
    {
        var read = 0;
        try
        {
            while (read < WorthWriting && await body.ReadAsync(buffer.AsMemory(read, BufferSize - read), cancellation) is > 0 and var more) read += more;
            return (read, null);
        }
        catch (Exception failure)
        {
            return (read, ExceptionDispatchInfo.Capture(failure));
        }
    }

    private static async Task Put(Upload upload, FileStream file, ReadOnlyMemory<byte> part)
    {
        try
        {
            await file.WriteAsync(part, CancellationToken.None);
        }
        catch (IOException failure) when (upload.Draft.Folder.NoSpace(failure) is { } full)
        {
            throw full;
        }
    }

    private static void Complete(Upload upload, Digest digest)
    {
        if (upload.Expected is { } expected && expected != digest)
        {
            upload.File.Received = 0;
            throw DashboardCodes.UploadRefused.Error($"the file has the digest {digest}, and {expected} was announced", "upload it again: it was damaged on the way, or is another file");
        }

        Examine(upload.File);
        upload.File.Digest = digest;
    }

    // Looked at in place: what is judged is what will be registered.
    private static void Examine(DraftFile file)
    {
        var found = new WeightsExaminer().Examine([new StagedFile(RelativeFilePath.Parse(file.Name), file.Role, file.Name, file.Location)], CancellationToken.None);
        file.Examination = found is [var only, ..] ? only : null;
    }

    private static void TakeFromStore(Upload upload, string blob)
    {
        System.IO.File.Copy(blob, upload.File.Location, overwrite: true);
        System.IO.File.SetAttributes(upload.File.Location, FileAttributes.Normal);
        upload.File.Received = upload.File.Size;
        using var stream = System.IO.File.OpenRead(upload.File.Location);
        Complete(upload, Digest.FromHash(SHA256.HashData(stream)));
    }
}
