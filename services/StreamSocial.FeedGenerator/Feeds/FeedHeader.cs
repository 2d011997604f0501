namespace StreamSocial.FeedGenerator.Feeds;

/// <summary>The directory of one feed.</summary>
internal sealed class FeedHeader
{
    /// <summary>Chunks, oldest first.</summary>
    public List<FeedChunkEntry> Chunks { get; init; } = [];

    /// <summary>Arrival number of the newest arrival; 0 when there was none.</summary>
    public long LastArrival { get; set; }

    /// <summary>Number of the next chunk.</summary>
    public int NextChunk { get; set; }

    /// <summary>Evicted entries still at the start of the oldest chunk; they go when the chunk goes or is rewritten anyway.</summary>
    public int Evicted { get; set; }

    /// <summary>Entries in the feed.</summary>
    public int Count { get; set; }
}
