using FsCheck;
using FsCheck.Fluent;
using ModelRegistry.MSBuild.CodeGeneration;

namespace ModelRegistry.MSBuild.Tests.CodeGeneration;

public sealed class NamespaceScannerTests
{
    [Theory]
    [InlineData("namespace App.Models;\nclass A { }", true)]
    [InlineData("namespace App.Models { class A { } }", true)]
    [InlineData("using System;\n#region it's\nnamespace App\n{\n    namespace Models.Dto { }\n}", true)]
    [InlineData("namespace @App . Models { }", true)]
    [InlineData("namespace Other { class A { string s = \"}\"; char c = '}'; } } namespace App { class B { } namespace Models { } }", true)]
    [InlineData("namespace App { class A { string s = @\"C:\\\"; string r = \"\"\"{ \" \"\"\"; } namespace Models { } }", true)]
    [InlineData("namespace App;\nclass Models { }", false)]
    [InlineData("namespace App { } namespace Models { }", false)]
    [InlineData("// namespace App.Models;\n/* namespace App.Models { } */ class A { string s = \"namespace App.Models;\"; }", false)]
    [InlineData("namespace App.ModelsOfOthers { }", false)]
    [InlineData("namespace App.Models.", true)]
    [InlineData("namespace \"", false)]
    [InlineData("", false)]
    public void Declares_SourceOfCSharp_FindsTheNamespaceAndNothingElse(string source, bool expected) =>
        Assert.Equal(expected, NamespaceScanner.Declares(source, "App.Models"));

    [Fact]
    public void Declares_AnyText_Ends() =>
        Prop.ForAll<string?>(text => NamespaceScanner.Declares($"{text}namespace{text}", "App.Models") || true).QuickCheckThrowOnFailure();
}
