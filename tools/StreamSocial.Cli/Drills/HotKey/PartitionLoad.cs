using StreamSocial.Cli.Topology;
using StreamSocial.Cli.Verification;
using StreamSocial.Events;
using StreamSocial.Streams.Membership;

namespace StreamSocial.Cli.Drills.HotKey;

/// <summary>What one partition of content-interactions took in a time.</summary>
/// <param name="Partition">Its number.</param>
/// <param name="Records">Records written to it; null when its end was never known.</param>
/// <param name="WorstAge">Age of its oldest unprocessed record at the worst moment; null when it was never known.</param>
/// <param name="Owner">The replica that had it last; null when none was known.</param>
internal sealed record PartitionLoad(int Partition, long? Records, TimeSpan? WorstAge, string? Owner);

/// <summary>Adds up the readings of a window of time. Not thread-safe.</summary>
/// <param name="partitions">Number of partitions.</param>
internal sealed class PartitionLoadSeries(int partitions)
{
    private readonly long?[] _firstEnds = new long?[partitions];
    private readonly long?[] _lastEnds = new long?[partitions];
    private readonly TimeSpan?[] _worst = new TimeSpan?[partitions];
    private readonly string?[] _owners = new string?[partitions];

    /// <summary>Takes the next reading of the topic. What it does not know leaves the earlier figures as they are.</summary>
    public void Add(TopicReading reading)
    {
        for (var i = 0; i < reading.Partitions.Length; i++)
        {
            var partition = reading.Partitions[i];
            _firstEnds[i] ??= partition.LogEnd;
            _lastEnds[i] = partition.LogEnd ?? _lastEnds[i];
            _owners[i] = partition.Owner?.MemberId ?? _owners[i];
            if (partition.OldestAge is { } age && age >= (_worst[i] ?? TimeSpan.Zero))
                _worst[i] = age;
        }
    }

    public IReadOnlyList<PartitionLoad> Read() =>
        [.. Enumerable.Range(0, partitions).Select(i => new PartitionLoad(i, _lastEnds[i] - _firstEnds[i], _worst[i], _owners[i]))];
}

/// <summary>Reads log ends and positions of content-interactions again and again.</summary>
internal sealed class PartitionLoadMeter(TopologySession session, TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan ReadTimeout = TimeSpan.FromSeconds(3);

    /// <summary>Measures one window of time.</summary>
    /// <param name="before">Time in front of it: an age is known only as far back as the log ends were read.</param>
    /// <param name="window">Length of the window.</param>
    /// <param name="sampled">Told of each reading.</param>
    /// <param name="cancellationToken">Ends the measurement.</param>
    public async Task<IReadOnlyList<PartitionLoad>> MeasureAsync(TimeSpan before, TimeSpan window, Action<TopicReading> sampled, CancellationToken cancellationToken)
    {
        var partitions = session.Catalog[TopicNames.ContentInteractions].Partitions;
        var (history, series, start) = (new LogEndHistory(), new PartitionLoadSeries(partitions), time.GetTimestamp());
        while (time.GetElapsedTime(start) is var elapsed && elapsed < before + window)
        {
            session.Topology.ThrowIfEnded();
            var ends = await session.Ends.ReadAsync([(TopicNames.ContentInteractions, partitions)], ReadTimeout, cancellationToken);
            var reading = history.Add(GroupReading.Create(time.GetUtcNow(), ends, session.Members.Members, MemberTracker.MemberTimeout)).Topics[0];
            if (elapsed >= before)
                series.Add(reading);
            sampled(reading);
            await Task.Delay(Interval, time, cancellationToken);
        }

        return series.Read();
    }
}
