using System.Globalization;
using System.Text;
using StreamSocial.FeedGenerator.Pulling;

namespace StreamSocial.FeedGenerator.Reading.Streams;

/// <summary>Positions as event ids, opaque to clients: the arrival number, then <c>;author=number</c> for each account that the feed pulls, the author escaped as in a URI.</summary>
internal static class StreamEventId
{
    public static string Format(StreamPosition position)
    {
        if (position.Pulls.IsEmpty)
            return position.Arrival.ToString(CultureInfo.InvariantCulture);
        var id = new StringBuilder().Append(CultureInfo.InvariantCulture, $"{position.Arrival}");
        foreach (var (author, number) in position.Pulls)
            id.Append(CultureInfo.InvariantCulture, $";{Uri.EscapeDataString(author)}={number}");
        return id.ToString();
    }

    /// <summary>Null when the text is no id that <see cref="Format"/> makes.</summary>
    public static StreamPosition? Parse(string text)
    {
        var parts = text.Split(';');
        if (!long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var arrival))
            return null;
        var position = StreamPosition.Start with { Arrival = arrival };
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
