using System.Diagnostics.CodeAnalysis;
using System.Xml.Linq;
using Microsoft.Build.Framework;

namespace ModelRegistry.MSBuild;

/// <summary>
/// Writes the targets of a package that carries models: they put its files into the output of every app that uses the package, through
/// other packages too. Content files of a package reach only those who reference it themselves.
/// </summary>
public sealed class WritePackageTargets : RegistryTask
{
    /// <summary>The files, with the metadata <c>Link</c>, <c>ModelName</c>, <c>ModelVersion</c> and <c>CopyToOutputDirectory</c>.</summary>
    [Required]
    public ITaskItem[] Files { get; set; } = [];

    /// <summary>The folder of the files in the package, relative to the targets.</summary>
    [Required, NotNull]
    public string? Folder { get; set; }

    /// <summary>The file to write.</summary>
    [Required, NotNull]
    public string? TargetsFile { get; set; }

    private protected override void Run()
    {
        // A package that goes back to an older version has files with older times; an MSBuild that cannot compare more than that gets the rest.
        var copy = new XElement("PropertyGroup",
            new XElement("_ModelRegistryCopy", "PreserveNewest"),
            new XElement("_ModelRegistryCopy", new XAttribute("Condition", "$([MSBuild]::VersionGreaterThanOrEquals('$(MSBuildVersion)', '18.0'))"), "IfDifferent"));
        var items = Files.Select(file => new XElement("None",
            new XAttribute("Include", $"$(MSBuildThisFileDirectory){Folder}/{ModelFileItems.Escape(file.GetMetadata("Link"))}"),
            new XElement("Link", ModelFileItems.Escape(file.GetMetadata("Link"))),
            new XElement("TargetPath", ModelFileItems.Escape(file.GetMetadata("Link"))),
            new XElement("ModelName", file.GetMetadata("ModelName")),
            new XElement("ModelVersion", file.GetMetadata("ModelVersion")),
            new XElement("CopyToOutputDirectory", file.GetMetadata("CopyToOutputDirectory") == "Never" ? "Never" : "$(_ModelRegistryCopy)"),
            new XElement("Pack", "false"),
            new XElement("Visible", "false")));
        BuildFile.ReplaceIfDifferent(FullPath(TargetsFile), new XElement("Project", copy, new XElement("ItemGroup", items)) + "\n");
    }
}
