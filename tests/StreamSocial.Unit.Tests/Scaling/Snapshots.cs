using System.Collections.Immutable;
using StreamSocial.Scaling.Signals;

namespace StreamSocial.Unit.Tests.Scaling;

/// <summary>Snapshots to judge.</summary>
internal static class Snapshots
{
    public const string Topic = "user-actions";

    public static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);

    /// <summary>A settled group of equal replicas over one topic, with the load spread evenly.</summary>
    /// <param name="replicas">Number of replicas.</param>
    /// <param name="arrivalRate">Records per second of the whole topic.</param>
    /// <param name="backlog">Records that wait.</param>
    /// <param name="trueRate">Records per second that a replica can process; null when unknown.</param>
    /// <param name="age">Seconds that the oldest record has waited.</param>
    /// <param name="partitions">Number of partitions.</param>
    /// <param name="maximum">Most replicas that the orchestrator allows.</param>
    public static ScalingSnapshot Settled(int replicas, double arrivalRate, long backlog, double? trueRate, double age = 0, int partitions = 120, int maximum = 8) => new()
    {
        Partitions =
        [
            .. Enumerable.Range(0, partitions).Select(partition => new PartitionSignal(
                Topic, partition, (backlog / partitions) + (partition < backlog % partitions ? 1 : 0), arrivalRate / partitions, arrivalRate / partitions, TimeSpan.FromSeconds(age))),
        ],
        Costs = trueRate is { } rate ? ImmutableDictionary<string, StageCostSignal>.Empty.Add(Topic, new StageCostSignal(1 / rate, Now)) : ImmutableDictionary<string, StageCostSignal>.Empty,
        Members = [.. Enumerable.Range(0, replicas).Select(member => new MemberSignal($"member-{member}", partitions / replicas, age > 0 ? 1 : 0.5))],
        Scale = new ScaleSignal(replicas, replicas, 1, maximum),
    };

    public static ScalingSnapshot WithFirstPartition(this ScalingSnapshot snapshot, Func<PartitionSignal, PartitionSignal> change) =>
        snapshot with { Partitions = snapshot.Partitions.SetItem(0, change(snapshot.Partitions[0])) };

    /// <summary>The same group when no log end could be read.</summary>
    public static ScalingSnapshot WithoutLoad(this ScalingSnapshot snapshot) =>
        snapshot with { Partitions = [.. snapshot.Partitions.Select(partition => new PartitionSignal(partition.Topic, partition.Partition, null, null))] };

    /// <summary>The same recommendation once a second for <paramref name="seconds"/>, then <paramref name="last"/>.</summary>
    public static ImmutableArray<Recommendation> Window(int seconds, int replicas, int? last = null) =>
        [.. Enumerable.Range(0, seconds + 1).Select(age => new Recommendation(Now.AddSeconds(age - seconds), age == seconds && last is { } other ? other : replicas))];
}
