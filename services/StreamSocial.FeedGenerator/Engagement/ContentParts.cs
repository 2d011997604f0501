using System.Buffers;
using StreamSocial.Events;
using StreamSocial.FeedGenerator.Codecs;
using StreamSocial.Streams.State;

namespace StreamSocial.FeedGenerator.Engagement;

/// <summary>What other partitions have counted of a content that is or was spread, as they reported last. Its own partition keeps it.</summary>
internal sealed class ContentParts
{
    private readonly SortedDictionary<int, ContentStats> _parts = [];

    /// <summary>The last report of each partition, by partition.</summary>
    public IReadOnlyDictionary<int, ContentStats> Reports => _parts;

    public void Set(int partition, ContentStats stats) => _parts[partition] = stats;

    /// <summary>Forgets a partition's report; false if there is none.</summary>
    public bool Remove(int partition) => _parts.Remove(partition);

    /// <summary>Adds the reports to what the content's own partition has counted.</summary>
    public void AddTo(ContentStats own)
    {
        foreach (var part in _parts.Values)
        {
            own.Views += part.Views;
            own.Impressions += part.Impressions;
            own.Clicks += part.Clicks;
            own.Likes += part.Likes;
            own.Comments += part.Comments;
            own.Shares += part.Shares;
            own.LastInteractionAt = Math.Max(own.LastInteractionAt, part.LastInteractionAt);
        }
    }
}

internal sealed class ContentPartsCodec : ICodec<ContentParts>
{
    private const byte FormatVersion = 1;

    public void Write(ContentParts value, IBufferWriter<byte> output)
    {
        using var writer = new StateWriter(output);
        writer.Byte(FormatVersion);
        writer.Count(value.Reports.Count);
        foreach (var (partition, stats) in value.Reports)
        {
            writer.Unsigned((ulong)partition);
            writer.String(stats.ContentId);
            writer.Unsigned((ulong)stats.Views);
            writer.Unsigned((ulong)stats.Impressions);
            writer.Unsigned((ulong)stats.Clicks);
            writer.Unsigned((ulong)stats.Likes);
            writer.Unsigned((ulong)stats.Comments);
            writer.Unsigned((ulong)stats.Shares);
            writer.Signed(stats.LastInteractionAt);
        }
    }

    public ContentParts Read(ReadOnlySpan<byte> input)
    {
        var reader = new StateReader(input, "parts of a content");
        reader.Version(FormatVersion);
        var parts = new ContentParts();
        for (var left = reader.Count(); left > 0; left--)
        {
            parts.Set(reader.Int32(), new()
            {
                ContentId = reader.String(),
                Views = reader.Int64(),
                Impressions = reader.Int64(),
                Clicks = reader.Int64(),
                Likes = reader.Int64(),
                Comments = reader.Int64(),
                Shares = reader.Int64(),
                LastInteractionAt = reader.Signed(),
            });
        }

        reader.End();
        return parts;
    }
}
