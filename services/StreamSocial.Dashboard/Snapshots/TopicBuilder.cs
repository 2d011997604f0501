using StreamSocial.Dashboard.Sources;

namespace StreamSocial.Dashboard.Snapshots;

/// <summary>Lags, owners and rates of one topic.</summary>
internal static class TopicBuilder
{
    /// <param name="topic">Log ends now.</param>
    /// <param name="earlier">Log ends at the start of the rate window, if any.</param>
    /// <param name="claims">Owners and positions now; null when unknown.</param>
    /// <param name="earlierClaims">Positions at the start of the rate window.</param>
    /// <param name="seconds">Length of the rate window; 0 when there is none yet.</param>
    public static TopicSnapshot Build(TopicReading topic, TopicReading? earlier, PartitionTable? claims, PartitionTable earlierClaims, double seconds)
    {
        if (topic.LogEnds.IsDefault)
            return new TopicSnapshot(topic.Topic, null, null, null, null, null, null, null, null);

        var count = topic.LogEnds.Length;
        var lags = new long?[count];
        var owners = new int?[count];
        var appended = new List<long?>(count);
        var processed = new List<long?>(count);
        long? committedLag = null;
        for (var partition = 0; partition < count; partition++)
        {
            var end = topic.LogEnds[partition];
            var claim = claims?.Find(topic.Topic, partition);
            owners[partition] = claim?.Member;
            lags[partition] = Behind(end, claim?.NextOffset);
            if (Behind(end, claim?.CommittedOffset) is { } committed)
                committedLag = (committedLag ?? 0) + committed;
            appended.Add(Advance(EndAt(earlier, partition), end));
            processed.Add(Advance(earlierClaims.Find(topic.Topic, partition)?.NextOffset, claim?.NextOffset));
        }
        var unknown = lags.Count(lag => lag is null);
        return new TopicSnapshot(
            topic.Topic,
            [.. topic.LogEnds],
            lags,
            owners,
            // A broker that does not answer for one partition leaves the whole rate unknown; a partition that moves just now does not.
            appended.Contains(null) ? null : Rate(appended, seconds),
            Rate(processed, seconds),
            unknown == count ? null : lags.Sum(),
            committedLag,
            unknown);
    }

    // A position is reported a moment before or after the log end is read, so it may be ahead of it: then nothing waits.
    private static long? Behind(long? end, long? position) => end is { } last && position is { } next ? Math.Max(0, last - next) : null;

    // What went back was replayed by a new owner, or is another topic of the same name: no measure of progress.
    private static long? Advance(long? before, long? now) => now >= before ? now - before : null;

    private static double? Rate(List<long?> advances, double seconds) =>
        seconds > 0 && advances.Exists(advance => advance is not null) ? advances.Sum() / seconds : null;

    private static long? EndAt(TopicReading? topic, int partition) =>
        topic is { LogEnds.IsDefault: false } known && partition < known.LogEnds.Length ? known.LogEnds[partition] : null;
}
