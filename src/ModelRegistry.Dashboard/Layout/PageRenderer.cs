using System.Buffers;
using System.Text;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.Logging.Abstractions;

namespace ModelRegistry.Dashboard.Layout;

/// <summary>One page or fragment: a component and the view that it shows.</summary>
/// <param name="Component">The component; it has one parameter, <c>View</c>.</param>
/// <param name="View">What it shows.</param>
public sealed record PageContent(Type Component, object View)
{
    public int StatusCode { get; init; } = StatusCodes.Status200OK;

    public static PageContent Of<TComponent>(object view)
        where TComponent : IComponent => new(typeof(TComponent), view);
}

/// <summary>Renders components to UTF-8, for the server and for the export alike.</summary>
public static class PageRenderer
{
    public static async Task<ReadOnlyMemory<byte>> Render(PageContent content, PageContext page)
    {
        await using var renderer = new HtmlRenderer(new PageServices(page), NullLoggerFactory.Instance);
        return await renderer.Dispatcher.InvokeAsync(async () =>
        {
            var parameters = ParameterView.FromDictionary(new Dictionary<string, object?> { ["View"] = content.View });
            var root = await renderer.RenderComponentAsync(content.Component, parameters);
            await using var writer = new Utf8Writer();
            root.WriteHtmlTo(writer);
            return writer.Written();
        });
    }

    // All that components ask for. A container would be made for each page otherwise.
    private sealed class PageServices(PageContext page) : IServiceProvider
    {
        public object? GetService(Type serviceType) =>
            serviceType == typeof(PageContext) ? page
            : serviceType == typeof(System.Text.Encodings.Web.HtmlEncoder) ? VisibleHtmlEncoder.Instance
            : null;
    }

    /// <summary>Writes text into one growing buffer of UTF-8.</summary>
    private sealed class Utf8Writer : TextWriter
    {
        private readonly ArrayBufferWriter<byte> _buffer = new(32 * 1024);

        public override Encoding Encoding => Encoding.UTF8;

        public override void Write(char value) => Write([value]);

        public override void Write(string? value) => Write(value.AsSpan());

        public override void Write(char[] buffer, int index, int count) => Write(buffer.AsSpan(index, count));

        public override void Write(ReadOnlySpan<char> buffer)
        {
            if (buffer.IsEmpty) return;
            var span = _buffer.GetSpan(Encoding.UTF8.GetMaxByteCount(buffer.Length));
            _buffer.Advance(Encoding.UTF8.GetBytes(buffer, span));
        }

        public ReadOnlyMemory<byte> Written() => _buffer.WrittenMemory;
    }
}
