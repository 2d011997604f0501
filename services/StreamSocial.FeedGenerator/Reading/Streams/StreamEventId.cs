using System.Globalization;
using System.Text;
using StreamSocial.FeedGenerator.Pulling;

namespace StreamSocial.FeedGenerator.Reading.Streams;

/// <summary>
/// Positions as event ids, opaque to clients: the arrival number; if the feed has ever pulled, a comma and how often its pulls have changed; then
/// <c>;author=number</c> for each account that it pulls, the author escaped as in a URI.
/// </summary>
internal static class StreamEventId
{
    public static string Format(StreamPosition position)
    {
        if (position.PullChanges == 0)
            return position.Arrival.ToString(CultureInfo.InvariantCulture);
        var id = new StringBuilder().Append(CultureInfo.InvariantCulture, $"{position.Arrival},{position.PullChanges}");
        foreach (var (author, number) in position.Pulls)
            id.Append(CultureInfo.InvariantCulture, $";{Uri.EscapeDataString(author)}={number}");
        return id.ToString();
    }

    /// <summary>Null when the text is no id that <see cref="Format"/> makes.</summary>
    public static StreamPosition? Parse(string text)
    {
        var parts = text.Split(';');
        var numbers = parts[0].Split(',');
        var changes = 0;
        if (!long.TryParse(numbers[0], NumberStyles.None, CultureInfo.InvariantCulture, out var arrival)
            || numbers.Length > 2
            || (numbers.Length == 2 && !int.TryParse(numbers[1], NumberStyles.None, CultureInfo.InvariantCulture, out changes)))
            return null;
        var position = StreamPosition.Start with { Arrival = arrival, PullChanges = changes };
        foreach (var part in parts.Skip(1))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0 || !int.TryParse(part.AsSpan(equals + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                return null;
            position = position.With(Uri.UnescapeDataString(part[..equals]), number);
        }

        return position;
    }
}
