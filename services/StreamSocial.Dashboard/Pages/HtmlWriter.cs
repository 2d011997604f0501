using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;

namespace StreamSocial.Dashboard.Pages;

/// <summary>Writes HTML from interpolated strings: literal text is markup, interpolated values are encoded.</summary>
internal sealed class HtmlWriter
{
    private readonly StringBuilder _text = new();

    public HtmlWriter Write(ref HtmlInterpolation html)
    {
        _text.Append(html.ToString());
        return this;
    }

    public override string ToString() => _text.ToString();
}

/// <summary>Encodes each interpolated value for HTML text and quoted attributes. There is no way to interpolate markup.</summary>
[InterpolatedStringHandler]
internal readonly ref struct HtmlInterpolation(int literalLength, int formattedCount)
{
    private readonly StringBuilder _text = new(literalLength + (formattedCount * 8));

    public void AppendLiteral(string markup) => _text.Append(markup);

    public void AppendFormatted<T>(T value) =>
        _text.Append(HtmlEncoder.Default.Encode(Convert.ToString(value, CultureInfo.InvariantCulture) ?? ""));

    public override string ToString() => _text.ToString();
}
