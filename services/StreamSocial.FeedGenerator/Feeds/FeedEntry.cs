using System.Text;
using StreamSocial.Events;
using StreamSocial.FeedGenerator.Codecs;

namespace StreamSocial.FeedGenerator.Feeds;

/// <summary>One entry of one feed.</summary>
/// <param name="Item">The entry's content.</param>
/// <param name="Arrival">Number in the feed's order of arrival, from 1; 0 if the feed pulls it instead of holding it.</param>
/// <param name="PullNumber">Number among its author's actions in pull-posts, from 1; 0 if it was pushed.</param>
internal readonly record struct FeedEntry(FeedItem Item, long Arrival, int PullNumber)
{
    /// <summary>Most bytes that the entry adds to its chunk.</summary>
    public int Bytes => Item.Bytes + FrameBytes;

    /// <summary>Whether it has been removed. It keeps its place in the feed, so that it does not matter when the removal came.</summary>
    public bool IsRemoved => Item.IsRemoved;

    /// <summary>Type, time, numbers, and the lengths of four texts.</summary>
    private const int FrameBytes = 48;

    /// <summary>Makes an entry of a record of pull-posts, for the feeds that pull it.</summary>
    public static FeedEntry Pulled(FeedUpdate update) => new(FeedItem.From(update), Arrival: 0, update.PullNumber);
}

/// <summary>Content of a feed entry, shared by all feeds that one update reaches.</summary>
internal sealed record FeedItem(string ActionId, FeedEntryType Type, string AuthorId, string ContentId, string Text, long OccurredAt)
{
    private const string What = "feed entry";

    private EncodedOnce _encoded;

    public static FeedItem From(FeedUpdate update)
    {
        var item = new FeedItem(update.ActionId, update.Type, update.AuthorId, update.ContentId, update.Text, update.OccurredAt);
        return update.Removal == Removal.Action ? item.Removed() : item;
    }

    /// <summary>Whether it has been removed: it has a position and nothing else.</summary>
    public bool IsRemoved => Type == FeedEntryType.Unspecified;

    /// <summary>Reads what <see cref="Encoded"/> is.</summary>
    public static FeedItem Read(ref StateReader reader, long occurredAt)
    {
        var type = (FeedEntryType)reader.Byte();
        return new(reader.String(), type, reader.String(), reader.String(), reader.String(), occurredAt);
    }

    /// <summary>Whether an encoded item (<see cref="Encoded"/>) is a removed one.</summary>
    public static bool IsRemovedIn(ReadOnlySpan<byte> encoded) => new StateReader(encoded, What).Byte() == (byte)FeedEntryType.Unspecified;

    /// <summary>Compares the ids of an encoded item with those of a position of the same time.</summary>
    public static int CompareIdsIn(ReadOnlySpan<byte> encoded, in FeedPosition position)
    {
        Span<byte> buffer = stackalloc byte[Utf8Order.StackBytes];
        var reader = new StateReader(encoded, What);
        _ = reader.Byte();
        var order = Utf8Order.Compare(reader.Bytes(), Utf8Order.Encode(position.ActionId, buffer));
        return order != 0 ? order : Utf8Order.Compare(reader.Bytes(), Utf8Order.Encode(position.AuthorId, buffer));
    }

    public FeedItem Removed() => new(ActionId, FeedEntryType.Unspecified, AuthorId, ContentId: "", Text: "", OccurredAt);

    /// <summary>Bytes of its ids and text in UTF-8.</summary>
    public int Bytes { get; } =
        Encoding.UTF8.GetByteCount(ActionId) + Encoding.UTF8.GetByteCount(AuthorId) + Encoding.UTF8.GetByteCount(ContentId) + Encoding.UTF8.GetByteCount(Text);

    /// <summary>Its type, ids and text as chunks store them: the same for every feed that it reaches.</summary>
    public ReadOnlyMemory<byte> Encoded => _encoded.Of(this);

    public FeedPosition Position => new(OccurredAt, ActionId, AuthorId);
}

/// <summary>The encoding of an item, made when it is first asked for. It is no part of what the item is, so all are equal.</summary>
internal struct EncodedOnce : IEquatable<EncodedOnce>
{
    private byte[]? _bytes;

    public ReadOnlyMemory<byte> Of(FeedItem item) => _bytes ??= Encode(item);

    public readonly bool Equals(EncodedOnce other) => true;

    public readonly override bool Equals(object? obj) => obj is EncodedOnce;

    public readonly override int GetHashCode() => 0;

    private static byte[] Encode(FeedItem item)
    {
        var output = ScratchBuffer.Take();
        using (var writer = new StateWriter(output))
        {
            writer.Byte((byte)item.Type);
            writer.String(item.ActionId);
            writer.String(item.AuthorId);
            writer.String(item.ContentId);
            writer.String(item.Text);
        }

        return output.WrittenSpan.ToArray();
    }
}

/// <summary>Position of an entry in a feed. The order is by time and then by ids, so it does not depend on the order of arrival.</summary>
/// <param name="OccurredAt">Unix milliseconds.</param>
/// <param name="ActionId">Chosen by the client, so two authors may use the same.</param>
/// <param name="AuthorId">Tells those two apart.</param>
internal readonly record struct FeedPosition(long OccurredAt, string ActionId, string AuthorId) : IComparable<FeedPosition>
{
    /// <summary>A position that no entry reaches.</summary>
    public static FeedPosition AfterAll { get; } = new(long.MaxValue, "", "");

    /// <summary>The epoch of the feed whose first arrival is at this position.</summary>
    public uint ToEpoch() => ArrivalEpoch.Of(OccurredAt, ActionId, AuthorId);

    public int CompareTo(FeedPosition other)
    {
        var order = OccurredAt.CompareTo(other.OccurredAt);
        if (order == 0)
            order = string.CompareOrdinal(ActionId, other.ActionId);
        return order != 0 ? order : string.CompareOrdinal(AuthorId, other.AuthorId);
    }
}
