using StreamSocial.Dashboard.Snapshots;

namespace StreamSocial.Dashboard.Pages;

/// <summary>The heat map as a table: a row for twenty partitions, a cell for each one's lag.</summary>
internal static class PlainHeatMap
{
    private const int Columns = 20;

    public static void Write(HtmlWriter html, TopicSnapshot topic)
    {
        html.Write($"<h2>Lag by partition: {topic.Name}</h2>");
        if (topic.Lags is not { } lags)
        {
            html.Write($"<p>unknown</p>");
            return;
        }
        html.Write($"<div class=\"scroll\" tabindex=\"0\"><table class=\"heat\" data-topic=\"{topic.Name}\"><thead><tr><th scope=\"col\">From</th>");
        for (var column = 0; column < Math.Min(Columns, lags.Length); column++)
            html.Write($"<th scope=\"col\">+{column}</th>");
        html.Write($"</tr></thead><tbody>");
        for (var first = 0; first < lags.Length; first += Columns)
        {
            html.Write($"<tr><th scope=\"row\">{first}</th>");
            for (var partition = first; partition < Math.Min(first + Columns, lags.Length); partition++)
                html.Write($"<td class=\"{Class(lags[partition])}\">{(lags[partition] is { } lag ? Figures.Count(lag) : "?")}</td>");
            html.Write($"</tr>");
        }
        html.Write($"</tbody></table></div><p>A question mark is a partition whose lag is unknown.</p>");
    }

    /// <summary>One class for each power of ten.</summary>
    private static string Class(long? lag) => lag switch
    {
        null => "unknown",
        0 => "h0",
        < 10 => "h1",
        < 100 => "h2",
        < 1_000 => "h3",
        < 10_000 => "h4",
        _ => "h5",
    };
}
