using System.Globalization;
using System.Net;
using System.Text;

namespace StreamSocial.Cli.Output;

/// <summary>Figures over time as an SVG picture that needs no script and no other file.</summary>
/// <param name="title">What the figures are, with their unit.</param>
/// <param name="seconds">Length of the time axis.</param>
/// <param name="most">Greatest figure; the axis reaches a little beyond it.</param>
/// <param name="height">Height of the picture.</param>
internal sealed class SvgChart(string title, double seconds, double most, int height = 220)
{
    /// <summary>Styles of the parts that every chart has.</summary>
    public const string Style = ".axis{stroke:#999}.label{fill:#555;font-size:11px}.span{fill:#fde68a;opacity:.5}.target{stroke:#c2410c;stroke-dasharray:4 4}.step{stroke:#1d4ed8;stroke-dasharray:2 3}svg{width:100%;height:auto}path{fill:none}";

    private const int Width = 900;
    private const int Margin = 48;
    private const int Labels = 12;

    private readonly StringBuilder _parts = new();
    private readonly double _top = Math.Max(1, most) * 1.1;

    private int Bottom => height - (Margin / 2);

    /// <summary>Marks a span of time.</summary>
    public SvgChart Span(double from, double to) => Add($"<rect class=\"span\" x=\"{X(from):0.#}\" y=\"0\" width=\"{X(to) - X(from):0.#}\" height=\"{Bottom}\"/>");

    /// <summary>Marks a figure.</summary>
    public SvgChart Target(double value) => Add($"<line class=\"target\" x1=\"{Margin}\" y1=\"{Y(value):0.#}\" x2=\"{Width}\" y2=\"{Y(value):0.#}\"/>");

    /// <summary>Marks a moment.</summary>
    public SvgChart Step(double at) => Add($"<line class=\"step\" x1=\"{X(at):0.#}\" y1=\"0\" x2=\"{X(at):0.#}\" y2=\"{Bottom}\"/>");

    /// <summary>Draws figures; an unknown one interrupts the line.</summary>
    /// <param name="style">Its class.</param>
    /// <param name="points">Second and figure, in order.</param>
    public SvgChart Line(string style, IEnumerable<(double Second, double? Value)> points)
    {
        var pen = 'M';
        _parts.Append(CultureInfo.InvariantCulture, $"<path class=\"{style}\" d=\"");
        foreach (var (second, value) in points)
        {
            if (value is not { } known)
            {
                pen = 'M';
                continue;
            }
            _parts.Append(CultureInfo.InvariantCulture, $"{pen}{X(second):0.#} {Y(known):0.#}");
            pen = 'L';
        }
        _parts.Append("\"/>");
        return this;
    }

    /// <summary>The picture.</summary>
    public override string ToString()
    {
        var page = new StringBuilder();
        page.Append(CultureInfo.InvariantCulture, $"<svg viewBox=\"0 0 {Width} {height}\" role=\"img\" aria-label=\"{WebUtility.HtmlEncode(title)}\">");
        page.Append(CultureInfo.InvariantCulture, $"<line class=\"axis\" x1=\"{Margin}\" y1=\"{Bottom}\" x2=\"{Width}\" y2=\"{Bottom}\"/><text class=\"label\" x=\"4\" y=\"12\">{WebUtility.HtmlEncode(title)} (top {_top:0.#})</text>");
        var between = Math.Max(30, Math.Ceiling(seconds / Labels / 30) * 30);
        for (var second = 0.0; second <= seconds; second += between)
            page.Append(CultureInfo.InvariantCulture, $"<text class=\"label\" x=\"{X(second):0.#}\" y=\"{Bottom + 16}\">{second} s</text>");
        return page.Append(_parts).Append("</svg>").ToString();
    }

    private SvgChart Add(FormattableString part)
    {
        _parts.Append(part.ToString(CultureInfo.InvariantCulture));
        return this;
    }

    private double X(double second) => Margin + ((Width - Margin) * second / seconds);

    private double Y(double value) => Bottom * (1 - (value / _top));
}
