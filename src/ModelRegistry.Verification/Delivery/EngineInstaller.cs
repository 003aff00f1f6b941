using System.Text.Json;
using ModelRegistry.Diagnostics;
using ModelRegistry.Files;

namespace ModelRegistry.Verification.Delivery;

/// <summary>
/// Installs engines into the per-user cache and removes them. Only what is complete has its name there: an engine is published beside it and renamed in
/// one step. One process works at a time; those that come meanwhile wait and find the work done.
/// </summary>
public sealed class EngineInstaller
{
    internal const string FolderName = "engines";

    private const string Work = ".work";

    private readonly string _release;
    private readonly string _folder;
    private readonly string _cache;

    /// <param name="releaseFolder">What the release brings of engines.</param>
    /// <param name="cacheDirectory">The per-user cache.</param>
    /// <exception cref="ModelRegistryException">MR0653: there is no cache.</exception>
    public EngineInstaller(string releaseFolder, string? cacheDirectory)
    {
        _release = releaseFolder;
        _cache = cacheDirectory ?? throw VerificationCodes.EngineNotInstalled.Error("there is no per-user cache for engines", "name a folder with MODELREG_CACHE");
        _folder = Path.Combine(_cache, FolderName);
    }

    /// <summary>The engines that can be installed.</summary>
    public IReadOnlyList<string> Available => EngineSource.Names(_release);

    /// <summary>The engines that are installed.</summary>
    public IReadOnlyList<InstalledEngine> Installed => InstalledEngine.In(_cache);

    /// <summary>Installs an engine for this platform. Needs the .NET SDK, and no network where its packages are cached.</summary>
    /// <param name="engine">Its name.</param>
    /// <param name="configurationFolder">The folder whose <c>nuget.config</c>, with those above it, names the feeds.</param>
    /// <param name="compatible">Whether a library that asks for a newer system than this may be changed in the private copy, so that it loads.</param>
    /// <param name="cancellation">Ends it; nothing is installed then.</param>
    /// <exception cref="ModelRegistryException">MR0641, MR0650: there is none of that name, or none for this platform; MR0651 to MR0653: it cannot be installed; MR0646: it does not answer.</exception>
    public EngineInstallation Add(string engine, string configurationFolder, bool compatible = true, CancellationToken cancellation = default)
    {
        var source = EngineSource.Find(_release, engine, EngineSource.CurrentPlatform);
        var target = Path.Combine(_folder, engine, source.FolderName);
        using var held = Hold(cancellation);
        if (InstalledEngine.Read(engine, target) is { } there && there.Release == source.Release) return new EngineInstallation(there, Created: false, Changed: HasOriginals(target));
        var work = Directory.CreateDirectory(Path.Combine(_folder, Work, Path.GetRandomFileName())).FullName;
        try
        {
            var (project, published) = (Directory.CreateDirectory(Path.Combine(work, "project")).FullName, Path.Combine(work, "engine"));
            EngineProject.Write(source, project);
            EnginePublish.Run(engine, project, published, configurationFolder, cancellation);
            if (compatible) SystemLibraries.MakeLoadable(published);
            var entry = source.Entry with { Library = null, Unneeded = null, Version = $"{source.Version.Library} ({source.Version.Native})", Platform = source.Platform, Release = source.Release };
            File.WriteAllBytes(Path.Combine(published, EngineEntry.FileName), JsonSerializer.SerializeToUtf8Bytes(entry, VerificationJson.Default.EngineEntry));
            (InstalledEngine.Read(engine, published) ?? throw VerificationCodes.EngineNotInstalled.Error($"the engine {engine} was published without its program", "install the command again")).Host.Describe(cancellation);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            if (Directory.Exists(target)) Directory.Move(target, Path.Combine(work, "old"));
            Directory.Move(published, target);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw VerificationCodes.EngineNotInstalled.Error($"the engine {engine} cannot be written: {failure.Message}", "look at the space and the rights of the cache", failure);
        }
        finally
        {
            Sweep();
        }

        return new EngineInstallation(InstalledEngine.Read(engine, target)!, Created: true, Changed: HasOriginals(target));
    }

    /// <summary>Removes an engine, in all its versions.</summary>
    /// <returns>False where none of that name is installed.</returns>
    public bool Remove(string engine, CancellationToken cancellation = default)
    {
        // The names of folders are no paths.
        if (engine.Length == 0 || engine[0] == '.' || Path.GetFileName(engine) != engine || !Directory.Exists(Path.Combine(_folder, engine))) return false;
        using var held = Hold(cancellation);
        try
        {
            Directory.Move(Path.Combine(_folder, engine), Path.Combine(Directory.CreateDirectory(Path.Combine(_folder, Work, Path.GetRandomFileName())).FullName, "old"));
        }
        catch (DirectoryNotFoundException)
        {
            return false;
        }
        finally
        {
            Sweep();
        }

        return true;
    }

    private FileLock Hold(CancellationToken cancellation)
    {
        var held = FileLock.Take(Path.Combine(_folder, ".lock"), TimeSpan.FromMinutes(15), TimeProvider.System, cancellation)
            ?? throw VerificationCodes.EngineNotInstalled.Error("another process has been installing an engine for a quarter of an hour", "wait for it, or end it");
        // Whoever left something here was killed: nobody works here without the lock.
        Sweep();
        return held;
    }

    private void Sweep()
    {
        try
        {
            if (Directory.Exists(Path.Combine(_folder, Work))) Directory.Delete(Path.Combine(_folder, Work), recursive: true);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // A program that still runs holds its files on some systems; the next one sweeps.
        }
    }

    private static bool HasOriginals(string folder) => Directory.EnumerateFiles(folder, "*" + SystemLibraries.OriginalSuffix).Any();
}

/// <summary>What installing an engine came to.</summary>
/// <param name="Engine">The engine.</param>
/// <param name="Created">Whether it was installed now; false where it was there.</param>
/// <param name="Changed">Whether a library was changed so that it loads on this system; the original stands beside it.</param>
public sealed record EngineInstallation(InstalledEngine Engine, bool Created, bool Changed);
