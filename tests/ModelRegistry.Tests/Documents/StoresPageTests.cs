using System.Text.RegularExpressions;
using ModelRegistry.Stores;
using ModelRegistry.Stores.Http;
using ModelRegistry.Stores.Oci;
using ModelRegistry.Stores.S3;
using ModelRegistry.Tests.Support;

namespace ModelRegistry.Tests.Documents;

/// <summary>The stores that the page about stores names first.</summary>
public sealed partial class StoresPageTests
{
    [Fact]
    public void FirstSnippet_InASettingsFile_NamesStoresThatAllOpen()
    {
        using var workspace = new Workspace();
        var snippet = File.ReadAllLines(Path.Combine(Repository.Root, "docs", "stores.md")).SkipWhile(line => line != "```jsonc").Skip(1).TakeWhile(line => line != "```");
        File.WriteAllText(Path.Combine(workspace.RegistryRoot, "registry.json"), "{ \"schemaVersion\": 1,\n" + string.Join('\n', snippet.Select(line => Comment().Replace(line, ""))) + "\n}\n");

        var registry = workspace.Open();
        var stores = StoreSet.Open(new RegistryLayout(workspace.RegistryRoot), registry.Settings, workspace.Options);

        Assert.Equal(["local", "share", "mirror", "hub", "bucket"], stores.Named.Select(store => store.Name));
        Assert.Equal([typeof(FolderStore), typeof(FolderStore), typeof(HttpStore), typeof(OciStore), typeof(S3Store)], stores.Named.Select(store => store.GetType()));
        Assert.Equal("local", stores.Local!.Name);
        Assert.True(stores.Named.OfType<FolderStore>().Last().ReadOnly);
    }

    [GeneratedRegex(" +// .*$")]
    private static partial Regex Comment();
}
