using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace StreamSocial.Kafka.Tables;

/// <summary>Says that records are skipped, at most once a minute: whoever writes garbage may write much of it. Not thread-safe.</summary>
internal sealed partial class SkippedRecordLog(ILogger logger, TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private long? _saidAt;
    private long _unsaid;

    /// <summary>Adds a record that is skipped.</summary>
    public void Add(TopicPartitionOffset record, string reason)
    {
        var now = time.GetTimestamp();
        if (_saidAt is { } before && time.GetElapsedTime(before, now) < Interval)
        {
            _unsaid++;
            return;
        }
        LogSkipped(record.Topic, record.Partition.Value, record.Offset.Value, reason, _unsaid);
        (_saidAt, _unsaid) = (now, 0);
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "A record of topic {Topic}, partition {Partition}, offset {Offset} is skipped: {Reason}; {Unsaid} more were since the last such line")]
    private partial void LogSkipped(string topic, int partition, long offset, string reason, long unsaid);
}
