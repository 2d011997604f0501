using StreamSocial.FeedGenerator.Feeds;
using StreamSocial.FeedGenerator.Pulling;
using StreamSocial.FeedGenerator.Reading.Routing;

namespace StreamSocial.FeedGenerator.Reading.Streams;

/// <summary>One client's stream: whose feed, and how far the client is.</summary>
internal sealed class FeedStream(string user, int partition, StreamPosition? position)
{
    public string User => user;

    public int Partition => partition;

    /// <summary>Behind the last entry sent; null until the stream has found where the feed is.</summary>
    public StreamPosition? Position { get; set; } = position;

    /// <summary>What follows the position, if the feed is here; nothing while there is no position.</summary>
    public PartitionRead<IReadOnlyList<StreamedEntry>> Read(PartitionReads reads) => reads.Try<FeedsProcessor, IReadOnlyList<StreamedEntry>>(
        ReadTarget.Feeds, partition, processor => Position is { } after ? processor.ReadStream(user, after) : []);

    /// <summary>Where the feed's stream is now, if the feed is here.</summary>
    public PartitionRead<StreamPosition> ReadEnd(PartitionReads reads) =>
        reads.Try<FeedsProcessor, StreamPosition>(ReadTarget.Feeds, partition, processor => processor.ReadStreamEnd(user));
}
