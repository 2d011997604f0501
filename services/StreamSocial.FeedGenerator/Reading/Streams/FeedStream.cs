using StreamSocial.FeedGenerator.Feeds;
using StreamSocial.FeedGenerator.Reading.Routing;

namespace StreamSocial.FeedGenerator.Reading.Streams;

/// <summary>One client's stream: whose feed, and how far the client is.</summary>
internal sealed class FeedStream(string user, int partition, long? position)
{
    public string User => user;

    public int Partition => partition;

    /// <summary>Arrival number of the last entry sent; null until the stream has found where the feed is.</summary>
    public long? Position { get; set; } = position;

    /// <summary>What arrived since, if the feed is here.</summary>
    public PartitionRead<FeedArrivals> Read(PartitionReads reads)
    {
        var after = Position ?? long.MaxValue;
        return reads.Try<FeedsProcessor, FeedArrivals>(ReadTarget.Feeds, partition, processor => processor.Feeds.ReadArrivals(user, after));
    }
}
