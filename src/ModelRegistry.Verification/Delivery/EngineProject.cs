using System.Security;

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
        File.WriteAllText(Path.Combine(folder, FileName), Document(source.Entry, source.Platform, source.Packages));
    }

    /// <summary>The project of an engine. As text: the framework's XML would be a twentieth of the command compiled ahead of time.</summary>
    public static string Document(EngineEntry entry, string platform, IEnumerable<(string Id, string Version)> packages) => $"""
        <Project>
          <PropertyGroup>
            <ImportDirectoryBuildProps>false</ImportDirectoryBuildProps>
            <ImportDirectoryBuildTargets>false</ImportDirectoryBuildTargets>
            <ImportDirectoryPackagesProps>false</ImportDirectoryPackagesProps>
          </PropertyGroup>
          <Import Project="Sdk.props" Sdk="Microsoft.NET.Sdk" />
          <PropertyGroup>
            <TargetFramework>net10.0</TargetFramework>
            <OutputType>Exe</OutputType>
            <AssemblyName>{Text(Path.GetFileNameWithoutExtension(entry.Program))}</AssemblyName>
            <RuntimeIdentifier>{Text(platform)}</RuntimeIdentifier>
            <SelfContained>false</SelfContained>
            <UseAppHost>false</UseAppHost>
            <RollForward>Major</RollForward>
            <InvariantGlobalization>true</InvariantGlobalization>
            <TieredPGO>false</TieredPGO>
            <SatelliteResourceLanguages>en</SatelliteResourceLanguages>
            <EnableDefaultItems>false</EnableDefaultItems>
            <GenerateAssemblyInfo>false</GenerateAssemblyInfo>
            <DebugType>none</DebugType>
            <ProduceReferenceAssembly>false</ProduceReferenceAssembly>
            <NuGetAudit>false</NuGetAudit>
            <RestorePackagesWithLockFile>true</RestorePackagesWithLockFile>
            <RestoreLockedMode>true</RestoreLockedMode>
            <!-- Half a gigabyte stands in the folder of packages already. -->
            <CreateHardLinksForCopyLocalIfPossible>true</CreateHardLinksForCopyLocalIfPossible>
            <CreateHardLinksForPublishFilesIfPossible>true</CreateHardLinksForPublishFilesIfPossible>
          </PropertyGroup>
          <ItemGroup>
            {Lines(packages.Select(package => $"""<PackageReference Include="{Text(package.Id)}" Version="[{Text(package.Version)}]" />"""))}
            <Reference Include="host/*.dll" Exclude="host/{Text(entry.Program)}" />
          </ItemGroup>
          <Import Project="Sdk.targets" Sdk="Microsoft.NET.Sdk" />
          <Target Name="CoreCompile">
            <Copy SourceFiles="host/{Text(entry.Program)}" DestinationFiles="@(IntermediateAssembly)" />
          </Target>
          <Target Name="_LeaveOut" AfterTargets="ComputeResolvedFilesToPublishList">
            <ItemGroup>
              {Lines((entry.Unneeded ?? []).Select(name => $"""<ResolvedFileToPublish Remove="@(ResolvedFileToPublish)" Condition="'%(Filename)%(Extension)' == '{Text(name)}'" />"""))}
            </ItemGroup>
          </Target>
        </Project>
        """;

    private static string Lines(IEnumerable<string> elements) => string.Join('\n', elements);

    private static string Text(string value) => SecurityElement.Escape(value);
}
