using System.Xml;
using System.Xml.Linq;
using Microsoft.Build.Framework;

namespace ModelRegistry.MSBuild.References;

/// <summary>Finds the line of a project file that an item stands in. Looked for only when there is something to say about the item.</summary>
internal static class ItemPlace
{
    public static (string File, int Line, int Column)? Find(ITaskItem item)
    {
        var file = item.GetMetadata("DefiningProjectFullPath");
        if (file.Length == 0 || !File.Exists(file)) return null;
        try
        {
            using var reader = XmlReader.Create(file, new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null });
            var elements = XDocument.Load(reader, LoadOptions.SetLineInfo).Descendants().Where(e => e.Name.LocalName == "ModelReference").ToList();
            var element = elements.FirstOrDefault(e => Names(e, "Include", item.ItemSpec)) ?? elements.FirstOrDefault(e => Names(e, "Update", item.ItemSpec)) ?? elements.FirstOrDefault();
            return element is IXmlLineInfo place && place.HasLineInfo() ? (file, place.LineNumber, place.LinePosition) : (file, 0, 0);
        }
        catch (Exception failure) when (failure is XmlException or IOException or UnauthorizedAccessException)
        {
            return (file, 0, 0);
        }
    }

    private static bool Names(XElement element, string attribute, string name) =>
        element.Attributes().Any(a => a.Name.LocalName == attribute && a.Value.Split(';', StringSplitOptions.TrimEntries).Contains(name, StringComparer.OrdinalIgnoreCase));
}
