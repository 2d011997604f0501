using System.Buffers;
using System.Buffers.Text;
using StreamSocial.FeedGenerator.Codecs;
using StreamSocial.FeedGenerator.Feeds;

namespace StreamSocial.FeedGenerator.Reading.Feeds;

/// <summary>A position in a feed as clients see it: opaque, safe in a URL.</summary>
internal static class FeedCursor
{
    private const byte FormatVersion = 1;

    public static string Encode(in FeedPosition position)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new StateWriter(buffer);
        writer.Byte(FormatVersion);
        writer.Signed(position.OccurredAt);
        writer.String(position.ActionId);
        writer.String(position.AuthorId);
        return Base64Url.EncodeToString(buffer.WrittenSpan);
    }

    /// <summary>False when the text is no cursor that <see cref="Encode"/> makes.</summary>
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
