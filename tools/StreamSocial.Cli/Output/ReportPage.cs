using System.Net;
using System.Text;

namespace StreamSocial.Cli.Output;

/// <summary>A report as a page that needs nothing else: no script, no other file.</summary>
internal static class ReportPage
{
    private const string Style = "body{font:14px system-ui;margin:2rem;max-width:960px}table{border-collapse:collapse;margin:.5rem 0}td,th{padding:.1rem .6rem;text-align:right}td:first-child,th:first-child{text-align:left}";

    /// <summary>Begins the page with its heading; <see cref="End"/> ends it.</summary>
    /// <param name="title">What it is about.</param>
    /// <param name="styles">Styles of its own, after those that all have.</param>
    public static StringBuilder Begin(string title, string styles) => new StringBuilder("<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>")
        .Append(WebUtility.HtmlEncode(title)).Append("</title><style>").Append(Style).Append(SvgChart.Style).Append(styles)
        .Append("</style><h1>").Append(WebUtility.HtmlEncode(title)).Append("</h1>");

    /// <summary>The finished page.</summary>
    public static string End(this StringBuilder page) => page.Append("</html>").ToString();
}
