using System.Collections.Immutable;
using StreamSocial.Streams.Membership;

namespace StreamSocial.Scaling.Signals;

/// <summary>Turns two readings into signals. A pure function; what one of them lacks is unknown.</summary>
public static class SnapshotCalculator
{
    /// <summary>A cost computed from less work than this would be noise.</summary>
    private const double LeastBusyMs = 100;

    /// <summary>Lags and ages of <paramref name="current"/> and rates since <paramref name="earlier"/>.</summary>
    /// <param name="earlier">The reading at the start of the rate window; null when there is none yet.</param>
    /// <param name="current">The latest reading.</param>
    public static ScalingSnapshot Calculate(GroupReading? earlier, GroupReading current)
    {
        var seconds = earlier is null ? 0 : (current.At - earlier.At).TotalSeconds;
        var partitions = ImmutableArray.CreateBuilder<PartitionSignal>();
        var unread = ImmutableArray.CreateBuilder<string>();
        var paused = (current.Members ?? []).Where(member => !current.IsSilent(member)).SelectMany(member => member.PausedInputs).ToHashSet(StringComparer.Ordinal);
        foreach (var topic in current.Topics)
        {
            if (topic.Partitions.IsEmpty)
            {
                unread.Add(topic.Topic);
                continue;
            }
            var before = earlier?.Find(topic.Topic);
            foreach (var (partition, reading) in topic.Partitions.Index())
            {
                var past = before?.Find(partition);
                // An age by a former position is a reason to alert, and none to scale: what the partition takes is not known.
                TimeSpan? age = reading is { NextOffset: null, IsAgeAtLeast: true } ? null : reading.OldestAge;
                var signal = new PartitionSignal(
                    topic.Topic, partition, reading.Lag, PerSecond(reading.AppendedSince(past)), PerSecond(reading.ProcessedSince(past)), age, reading.IsRestoring, reading.Diagnosis.Cause,
                    age is not null && reading.IsAgeAtLeast);
                // What arrives still counts: the replicas will have to process it.
                partitions.Add(paused.Contains(topic.Topic) && reading.LogEnd is not null ? signal with { LagRecords = 0, OldestAge = TimeSpan.Zero, IsAgeAtLeast = false } : signal);
            }
        }
        return new ScalingSnapshot
        {
            Partitions = partitions.ToImmutable(),
            UnreadTopics = unread.ToImmutable(),
            PausedTopics = [.. current.Topics.Select(topic => topic.Topic).Where(paused.Contains)],
            Members = current.Members is { } known
                ? [.. known.Where(member => !current.IsSilent(member)).Select(member => new MemberSignal(
                    member.MemberId, member.Topics.Sum(topic => topic.Partitions.Count), member.HasBusyRatio ? member.BusyRatio : null, Math.Max(1, member.Lanes),
                    Share(member.MemoryBytes, member.MemoryLimitBytes), Share(member.StateBytes, member.MemoryLimitBytes)))]
                : null,
        };

        static double? Share(long bytes, long limit) => limit > 0 ? (double)bytes / limit : null;

        double? PerSecond(long? records) => seconds > 0 ? records / seconds : null;
    }

    /// <summary>What a record of each topic cost between two readings; topics with too little work are absent.</summary>
    /// <param name="earlier">The first reading.</param>
    /// <param name="current">The second reading.</param>
    /// <param name="warmUp">Age that a member must have had at the first reading.</param>
    public static IEnumerable<(string Topic, StageCostSignal Cost)> Costs(GroupReading earlier, GroupReading current, TimeSpan warmUp)
    {
        var past = Warm(earlier, warmUp).ToDictionary(member => (member.MemberId, member.StartedAt));
        var spent = new Dictionary<string, (double BusyMs, double LaneMs, long Records)>();
        foreach (var member in current.Members ?? [])
        {
            if (!past.TryGetValue((member.MemberId, member.StartedAt), out var before))
                continue;
            foreach (var stage in member.Stages)
            {
                var first = before.Stages.FirstOrDefault(first => first.Topic == stage.Topic) ?? new StageCost();
                var (busy, records) = (stage.BusyMs - first.BusyMs, stage.Records - first.Records);
                var sum = spent.GetValueOrDefault(stage.Topic);
                spent[stage.Topic] = (sum.BusyMs + busy, sum.LaneMs + (busy / Math.Max(1, member.Lanes)), sum.Records + records);
            }
        }
        return spent
            .Where(stage => stage.Value is { BusyMs: >= LeastBusyMs, Records: > 0 })
            .Select(stage => (stage.Key, new StageCostSignal(stage.Value.LaneMs / stage.Value.Records / 1000, current.At)));
    }

    /// <summary>Whether a member counts in <paramref name="current"/> that did not count in <paramref name="earlier"/>.</summary>
    internal static bool HasNewlyWarm(GroupReading earlier, GroupReading current, TimeSpan warmUp) =>
        Warm(current, warmUp).Select(member => (member.MemberId, member.StartedAt)).Except(Warm(earlier, warmUp).Select(member => (member.MemberId, member.StartedAt))).Any();

    /// <summary>Members that have run for long enough that their measurements count.</summary>
    private static IEnumerable<Member> Warm(GroupReading reading, TimeSpan warmUp) =>
        (reading.Members ?? []).Where(member => reading.At.ToUnixTimeMilliseconds() - member.StartedAt >= warmUp.TotalMilliseconds);
}
