using Confluent.Kafka;

namespace StreamSocial.Kafka.Tables;

/// <summary>A record of a table.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Value">Its value; null for a tombstone.</param>
/// <param name="AppendedAt">When the log took it, as far as the record and the reader's clock tell.</param>
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

/// <summary>The clock of a log: the append time of its newest record, and how it goes on from there.</summary>
/// <param name="NewestAppend">Append time of the newest record.</param>
/// <param name="ReadAt">When that was read, by the reader's clock.</param>
public sealed record LogClock(DateTimeOffset NewestAppend, DateTimeOffset ReadAt)
{
    /// <summary>The log's time. The reader's clock counts only as far as it went on since the newest record, so that it need not be right.</summary>
    /// <param name="now">Now, by the reader's clock.</param>
    public DateTimeOffset At(DateTimeOffset now) => now > ReadAt ? NewestAppend + (now - ReadAt) : NewestAppend;
}
