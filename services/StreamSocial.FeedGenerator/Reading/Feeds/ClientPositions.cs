using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;
using StreamSocial.FeedGenerator.Codecs;
using StreamSocial.FeedGenerator.Feeds;
using StreamSocial.FeedGenerator.Pulling;

namespace StreamSocial.FeedGenerator.Reading.Feeds;

/// <summary>Encodes a position in a feed as an opaque cursor that is safe in a URL.</summary>
internal static class FeedCursor
{
    private const byte FormatVersion = 1;

    public static string Encode(in FeedPosition position)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new StateWriter(buffer))
        {
            writer.Byte(FormatVersion);
            writer.Signed(position.OccurredAt);
            writer.String(position.ActionId);
            writer.String(position.AuthorId);
        }

        return Base64Url.EncodeToString(buffer.WrittenSpan);
    }

    /// <summary>Decodes a cursor; false if <see cref="Encode"/> cannot have made the text.</summary>
    public static bool TryDecode(string text, out FeedPosition position)
    {
        position = default;
        try
        {
            var reader = new StateReader(Base64Url.DecodeFromChars(text), "cursor");
            reader.Version(FormatVersion);
            position = new(reader.Signed(), reader.String(), reader.String());
            reader.End();
            return true;
        }
        catch (Exception exception) when (exception is FormatException or InvalidDataException)
        {
            return false;
        }
    }
}

/// <summary>Where a client says which event of a stream it had last.</summary>
internal static class LastEventId
{
    public const string Header = "Last-Event-ID";
    public const string Query = "lastEventId";

    public const string Description = "The id of the last event that the client has; without one the stream begins with the next event, with 0 at the beginning.";

    public const string QueryDescription = "The same for clients that cannot set headers; the header goes first, since a browser that reconnects sends it.";

    /// <summary>The id that counts; null if there is none.</summary>
    public static string? Of(string? header, string? query) =>
        !string.IsNullOrEmpty(header) ? header : !string.IsNullOrEmpty(query) ? query : null;

    public static IResult Unknown() => ReadProblems.Invalid(Header, "Give the id of an event of this stream, unchanged.");
}

/// <summary>
/// Formats a position in a stream as an event id, which is opaque to clients: the epoch and a hyphen, unless it is any; the arrival number; if the feed has ever pulled, a comma and the
/// change count of its pulls; then <c>;author=number</c> for each account that it pulls, the author escaped as in a URI.
/// </summary>
/// <remarks>
/// It comes back in a request header, whose size servers and proxies bound. A feed that pulls more accounts than fit loses the last ones of its
/// id: when the stream is continued from it, by the client or by a replica that relays it, their actions since the pull began come again.
/// </remarks>
internal static class StreamEventId
{
    /// <summary>Longest event id: some 330 accounts with the longest ids, ten thousand with common ones.</summary>
    public const int MaxChars = 256 * 1024;

    public static string Format(StreamPosition position)
    {
        var id = new StringBuilder(ArrivalEpoch.Prefix(position.Epoch));
        id.Append(CultureInfo.InvariantCulture, $"{position.Arrival}");
        if (position.PullChanges == 0)
            return id.ToString();
        id.Append(CultureInfo.InvariantCulture, $",{position.PullChanges}");
        foreach (var (author, number) in position.Pulls)
        {
            var before = id.Length;
            id.Append(CultureInfo.InvariantCulture, $";{Uri.EscapeDataString(author)}={number}");
            if (id.Length <= MaxChars)
                continue;
            id.Length = before;
            break;
        }

        return id.ToString();
    }

    /// <summary>Parses an event id; null if <see cref="Format"/> cannot have made the text.</summary>
    public static StreamPosition? Parse(string text)
    {
        var parts = text.Split(';');
        if (!ArrivalEpoch.TryTake(parts[0], out var epoch, out var rest))
            return null;

        var numbers = rest.Split(',');
        var changes = 0;
        if (!long.TryParse(numbers[0], NumberStyles.None, CultureInfo.InvariantCulture, out var arrival)
            || numbers.Length > 2
            || (numbers.Length == 2 && !int.TryParse(numbers[1], NumberStyles.None, CultureInfo.InvariantCulture, out changes)))
            return null;
        var position = StreamPosition.Start with { Epoch = epoch, Arrival = arrival, PullChanges = changes };
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
