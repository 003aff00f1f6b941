// The files against which the compiler holds what is public.

Task("PublicApi")
    .Description("Writes PublicAPI.Unshipped.txt of every package anew, after a public member came or went.")
    .Does(() =>
{
    var files = GetFiles($"{Root}/src/*/PublicAPI.Unshipped.txt").OrderBy(file => file.FullPath, StringComparer.Ordinal).ToList();
    // Empty files make the compiler complain about every public member, and recompile; what it complains about is what belongs there.
    foreach (var file in files) System.IO.File.WriteAllText(file.FullPath, "#nullable enable\n");
    foreach (var file in files)
        Dotnet("build", file.GetDirectory().FullPath, "-f", "net10.0", "-p:ErrorLog=obj/public-api.sarif%2cversion=2.1", "-p:TreatWarningsAsErrors=false", "-p:RunAnalyzers=true", "-v:quiet", "-clp:ErrorsOnly");
    foreach (var file in files)
    {
        var members = PublicMembers(file.GetDirectory().CombineWithFilePath("obj/public-api.sarif"));
        System.IO.File.WriteAllText(file.FullPath, "#nullable enable\n" + string.Concat(members.Select(member => member + "\n")));
        Say($"{Root.GetRelativePath(file)}: {members.Count} members");
    }
});

List<string> PublicMembers(FilePath log)
{
    using var json = System.Text.Json.JsonDocument.Parse(System.IO.File.ReadAllText(log.FullPath));
    return json.RootElement.GetProperty("runs")[0].GetProperty("results").EnumerateArray()
        .Where(result => result.GetProperty("ruleId").GetString() == "RS0016")
        .Select(result => result.GetProperty("properties").GetProperty("customProperties").GetProperty("APIName").GetString())
        .Distinct().Order(StringComparer.Ordinal).ToList();
}
