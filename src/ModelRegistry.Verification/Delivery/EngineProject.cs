using System.Xml.Linq;

namespace ModelRegistry.Verification.Delivery;

/// <summary>
/// The project that is published to install an engine: packages by exact version under a lock file, and the host's own assemblies as the release
/// brought them. Nothing is compiled, and nothing of the folders above reaches in.
/// </summary>
internal static class EngineProject
{
    /// <summary>The project's file.</summary>
    public const string FileName = "engine.csproj";

    /// <summary>Writes the project, its lock file and the host's assemblies into an empty folder.</summary>
    public static void Write(EngineSource source, string folder)
    {
        var host = Directory.CreateDirectory(Path.Combine(folder, "host")).FullName;
        foreach (var assembly in source.Assemblies) File.Copy(assembly, Path.Combine(host, Path.GetFileName(assembly)));
        File.Copy(source.LockFile, Path.Combine(folder, "packages.lock.json"));
        Document(source.Entry, source.Platform, source.Packages).Save(Path.Combine(folder, FileName));
    }

    /// <summary>The project of an engine.</summary>
    public static XDocument Document(EngineEntry entry, string platform, IEnumerable<(string Id, string Version)> packages) => new(new XElement(
        "Project",
        Properties(("ImportDirectoryBuildProps", "false"), ("ImportDirectoryBuildTargets", "false"), ("ImportDirectoryPackagesProps", "false")),
        new XElement("Import", new XAttribute("Project", "Sdk.props"), new XAttribute("Sdk", "Microsoft.NET.Sdk")),
        Properties(
            ("TargetFramework", "net10.0"), ("OutputType", "Exe"), ("AssemblyName", Path.GetFileNameWithoutExtension(entry.Program)), ("RuntimeIdentifier", platform), ("SelfContained", "false"),
            ("UseAppHost", "false"), ("RollForward", "Major"), ("InvariantGlobalization", "true"), ("TieredPGO", "false"), ("SatelliteResourceLanguages", "en"), ("EnableDefaultItems", "false"),
            ("GenerateAssemblyInfo", "false"), ("DebugType", "none"), ("ProduceReferenceAssembly", "false"), ("NuGetAudit", "false"), ("RestorePackagesWithLockFile", "true"), ("RestoreLockedMode", "true"),
            // Half a gigabyte stands in the folder of packages already.
            ("CreateHardLinksForCopyLocalIfPossible", "true"), ("CreateHardLinksForPublishFilesIfPossible", "true")),
        new XElement(
            "ItemGroup",
            packages.Select(package => new XElement("PackageReference", new XAttribute("Include", package.Id), new XAttribute("Version", $"[{package.Version}]"))),
            new XElement("Reference", new XAttribute("Include", "host/*.dll"), new XAttribute("Exclude", $"host/{entry.Program}"))),
        new XElement("Import", new XAttribute("Project", "Sdk.targets"), new XAttribute("Sdk", "Microsoft.NET.Sdk")),
        new XElement(
            "Target", new XAttribute("Name", "CoreCompile"),
            new XElement("Copy", new XAttribute("SourceFiles", $"host/{entry.Program}"), new XAttribute("DestinationFiles", "@(IntermediateAssembly)"))),
        new XElement(
            "Target", new XAttribute("Name", "_LeaveOut"), new XAttribute("AfterTargets", "ComputeResolvedFilesToPublishList"),
            new XElement(
                "ItemGroup",
                (entry.Unneeded ?? []).Select(name => new XElement(
                    "ResolvedFileToPublish", new XAttribute("Remove", "@(ResolvedFileToPublish)"), new XAttribute("Condition", $"'%(Filename)%(Extension)' == '{name}'")))))));

    private static XElement Properties(params IEnumerable<(string Name, string Value)> properties) => new("PropertyGroup", properties.Select(p => new XElement(p.Name, p.Value)));
}
