using Confluent.Kafka;

namespace StreamSocial.Kafka.Tables;

/// <summary>A record of a table.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Value">Its value; null for a tombstone.</param>
/// <param name="AppendedAt">When the log took it, as far as the record and the reader's clock tell; never before the record ahead of it in its partition.</param>
public readonly record struct TableRecord(byte[] Key, byte[]? Value, DateTimeOffset AppendedAt)
{
    private static readonly long LatestTime = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    /// <summary>
    /// When the log took a record: the broker's word where the topic has append times, otherwise the producer's, which is not believed when it is ahead of the
    /// reader's clock. So a producer whose clock is ahead makes nothing else look old.
    /// </summary>
    /// <param name="timestamp">The record's.</param>
    /// <param name="now">When it is read.</param>
    public static DateTimeOffset AppendTimeOf(Timestamp timestamp, DateTimeOffset now)
    {
        if (timestamp.Type == TimestampType.NotAvailable || timestamp.UnixTimestampMs < 0 || timestamp.UnixTimestampMs > LatestTime)
            return now;
        var said = DateTimeOffset.FromUnixTimeMilliseconds(timestamp.UnixTimestampMs);
        return timestamp.Type == TimestampType.LogAppendTime || said <= now ? said : now;
    }
}
