using System.Text;
using System.Xml;
using System.Xml.Linq;
using ModelRegistry.Stores.Http;

namespace ModelRegistry.Tests.Stores;

/// <summary>The reader of answers beside the framework's.</summary>
public sealed class AnswerElementTests
{
    private const string Parts = """
        <?xml version="1.0" encoding="UTF-8"?>
        <!-- parts > of an upload -->
        <s3:ListPartsResult xmlns:s3='http://s3.amazonaws.com/doc/2006-03-01/' note="a>b">
          <Bucket>models</Bucket><Empty/><Prefix a='1' />
          <Part><PartNumber>1</PartNumber><ETag>&quot;a&#x26;b&#38;c&lt;&quot;</ETag></Part >
          <Part><PartNumber>2</PartNumber><ETag><![CDATA["<x>&amp;"]]></ETag></Part>
        </s3:ListPartsResult>
        """;

    [Fact]
    public void Parse_WhatBucketsAnswer_HasTheElementsThatTheFrameworkSees()
    {
        var root = AnswerElement.Parse(Parts);

        Same(XElement.Parse(Parts, LoadOptions.PreserveWhitespace), root);
        Assert.Equal(["\"a&b&c<\"", "\"<x>&amp;\""], root.Below("Part").Select(part => part.Element("ETag")!.Text));
    }

    [Fact]
    public void Parse_AnyTree_HasTheElementsThatTheFrameworkSees()
    {
        var random = new Random(7);
        for (var i = 0; i < 500; i++)
        {
            var tree = Tree(random, 5);
            foreach (var text in new[] { tree.ToString(), tree.ToString(SaveOptions.DisableFormatting) }) Same(XElement.Parse(text, LoadOptions.PreserveWhitespace), XmlAnswers.Parse([.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(text)]));
        }
    }

    [Fact]
    public void Parse_CutAnywhereOrAltered_IsRefusedOrReadAndNothingElse()
    {
        var whole = Encoding.UTF8.GetBytes(Parts);
        for (var length = 0; length < whole.Length; length++) Assert.Throws<FormatException>(() => XmlAnswers.Parse(whole.AsSpan(0, length)));
        var random = new Random(8);
        for (var i = 0; i < 20_000; i++)
        {
            var altered = whole.ToArray();
            altered[random.Next(altered.Length)] = (byte)random.Next(256);
            if (Record.Exception(() => XmlAnswers.Parse(altered)) is { } failure) Assert.IsType<FormatException>(failure);
        }
    }

    [Theory]
    [InlineData("<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>")]
    [InlineData("<a>&b;</a>")]
    [InlineData("<a>&#0;</a>")]
    [InlineData("<a>&#xD800;</a>")]
    [InlineData("<a></b>")]
    [InlineData("<a></a><b></b>")]
    [InlineData("</a>")]
    [InlineData("<>")]
    [InlineData("<html><body><p>busy</body></html>")]
    [InlineData("{\"error\": 1}")]
    [InlineData("")]
    public void Parse_WhatIsNoXml_IsRefused(string text)
    {
        Assert.Throws<FormatException>(() => AnswerElement.Parse(text));
        using var reader = XmlReader.Create(new StringReader(text));
        Assert.Throws<XmlException>(() => XElement.Load(reader));
    }

    [Fact]
    public void Parse_ElementsWithoutEnd_AreRefusedBeforeTheStackIs() =>
        Assert.Throws<FormatException>(() => AnswerElement.Parse(string.Concat(Enumerable.Repeat("<a>", 1_000_000))));

    private static void Same(XElement expected, AnswerElement actual)
    {
        Assert.Equal(expected.Name.LocalName, actual.Name);
        Assert.Equal(Lines(string.Concat(expected.Nodes().OfType<XText>().Select(text => text.Value))), Lines(actual.Text));
        Assert.Equal(expected.Descendants("Part").Count(), actual.Below("Part").Count());
        foreach (var group in expected.Elements().GroupBy(element => element.Name.LocalName)) Same(group.First(), actual.Element(group.Key)!);
        static string Lines(string text) => text.Replace("\r\n", "\n", StringComparison.Ordinal);
    }

    private static XElement Tree(Random random, int depth)
    {
        string[] names = ["Part", "Key", "Name-1", "a.b", "Größe"];
        string[] texts = ["", " ", "text", "<&>\"'", "ä😀", "]]>", "\n\t"];
        var element = new XElement(names[random.Next(names.Length)], texts[random.Next(texts.Length)]);
        if (random.Next(3) == 0) element.Add(new XAttribute("x", "/>'\""));
        for (var i = depth == 0 ? 0 : random.Next(4); i > 0; i--) element.Add(random.Next(5) == 0 ? new XComment("c < d") : Tree(random, depth - 1), texts[random.Next(texts.Length)]);
        return element;
    }
}
