using System.Text;

namespace StreamSocial.Dashboard.Pages;

/// <summary>Writes HTML from interpolated strings: the text is markup, what is interpolated is encoded.</summary>
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
