namespace StreamSocial.Streams.Membership;

/// <summary>
/// When each partition's log reached which end, as far as readings showed. From it follows how old the oldest unprocessed record is, without
/// reading a record: it was appended between the last reading whose end lay at or before it and the next one. Of a partition whose position nobody says, the last
/// known one counts. Not thread-safe.
/// </summary>
public sealed class LogEndHistory
{
    /// <summary>Ends kept of a partition; of more, every second one is dropped, which makes the age of the middle ones coarser.</summary>
    private const int Capacity = 256;

    private readonly Dictionary<string, List<Log>> _logs = [];
    private DateTimeOffset _readAt;

    /// <summary>Adds a reading, and the age of each partition's oldest unprocessed record to it.</summary>
    public GroupReading Add(GroupReading reading)
    {
        // The clock was set back: what was before is no measure of time. The positions are.
        if (reading.At < _readAt)
        {
            foreach (var log in _logs.Values.SelectMany(logs => logs))
                log.Samples.Clear();
        }
        _readAt = reading.At;
        return reading with { Topics = [.. reading.Topics.Select(topic => Add(topic, reading.At))] };
    }

    private TopicReading Add(TopicReading topic, DateTimeOffset at)
    {
        if (!_logs.TryGetValue(topic.Topic, out var logs))
            _logs[topic.Topic] = logs = [];
        while (logs.Count < topic.Partitions.Length)
            logs.Add(new Log());
        return topic with
        {
            Partitions =
            [
                .. topic.Partitions.Select((partition, index) =>
                {
                    var (age, isAtLeast) = Add(logs[index], partition, at);
                    return partition with { OldestAge = age, IsAgeAtLeast = isAtLeast, LastOffset = logs[index].Position };
                }),
            ],
        };
    }

    private static (TimeSpan? Age, bool IsAtLeast) Add(Log log, PartitionReading partition, DateTimeOffset at)
    {
        var samples = log.Samples;
        // A log that ends earlier than before is another one of the same name.
        if (partition.LogEnd < log.End)
        {
            samples.Clear();
            log.Position = null;
        }
        log.Position = partition.NextOffset ?? log.Position;
        if (partition.LogEnd is not { } end)
            return (null, false);
        log.End = end;
        if (samples.Count > 0 && samples[^1].End == end)
            samples[^1] = samples[^1] with { Until = at };
        else
            samples.Add(new Sample(end, at, at));

        if (log.Position is not { } next)
        {
            Thin(samples);
            return (null, false);
        }
        var isFormer = partition.NextOffset is null;
        if (next >= end)
        {
            samples.RemoveRange(0, samples.Count - 1);
            return isFormer ? (null, false) : (TimeSpan.Zero, false);
        }
        var oldest = samples.FindIndex(sample => sample.End > next);
        if (oldest > 1)
        {
            samples.RemoveRange(0, oldest - 1);
            oldest = 1;
        }
        Thin(samples);
        return (at - AppendedAt(samples, oldest, next), oldest == 0 || isFormer);
    }

    /// <summary>The record's place between the two ends tells its time; before the first known end, it is at least as old as that.</summary>
    private static DateTimeOffset AppendedAt(List<Sample> samples, int index, long offset)
    {
        if (index == 0)
            return samples[0].At;
        var (before, after) = (samples[index - 1], samples[index]);
        var share = (double)(offset - before.End) / (after.End - before.End);
        return before.Until + ((after.At - before.Until) * Math.Clamp(share, 0, 1));
    }

    private static void Thin(List<Sample> samples)
    {
        if (samples.Count <= Capacity)
            return;
        for (var i = samples.Count - 2; i > 0; i -= 2)
            samples.RemoveAt(i);
    }

    /// <summary>What is known of one partition.</summary>
    private sealed class Log
    {
        /// <summary>Its ends, oldest first.</summary>
        public List<Sample> Samples { get; } = [];

        /// <summary>Its last known end; null before the first.</summary>
        public long? End { get; set; }

        /// <summary>The last position that somebody said; null before the first.</summary>
        public long? Position { get; set; }
    }

    /// <param name="End">A log end.</param>
    /// <param name="At">First reading that showed it.</param>
    /// <param name="Until">Last reading that showed it.</param>
    private readonly record struct Sample(long End, DateTimeOffset At, DateTimeOffset Until);
}
