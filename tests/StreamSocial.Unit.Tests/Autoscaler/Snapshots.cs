using System.Collections.Immutable;
using StreamSocial.Autoscaler.Actuation;
using StreamSocial.Autoscaler.Signals;

namespace StreamSocial.Unit.Tests.Autoscaler;

/// <summary>Snapshots to judge.</summary>
internal static class Snapshots
{
    public static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);

    /// <summary>A settled group of equal replicas over one topic, with the load spread evenly.</summary>
    public static ScalingSnapshot Settled(
        int replicas, double arrivalRate, long backlog, double? trueRate, int partitions = 100, int minimum = 1, int maximum = 8, int? busyMembers = null) => new(
        [.. Enumerable.Range(0, partitions).Select(partition => new PartitionSignal(
            "user-actions", partition, (backlog / partitions) + (partition < backlog % partitions ? 1 : 0), arrivalRate / partitions, false))],
        [],
        [.. Enumerable.Range(0, replicas).Select(member => new MemberSignal(
            $"member-{member}", partitions / replicas, member < (busyMembers ?? replicas) ? trueRate : null, 0.5))],
        new ScaleSignal(replicas, replicas, minimum, maximum),
        null,
        []);

    public static ScalingSnapshot WithFirstPartition(this ScalingSnapshot snapshot, Func<PartitionSignal, PartitionSignal> change) =>
        snapshot with { Partitions = snapshot.Partitions.SetItem(0, change(snapshot.Partitions[0])) };

    /// <summary>The same recommendation once a second for <paramref name="seconds"/>, then <paramref name="last"/>.</summary>
    public static ImmutableArray<Recommendation> Window(int seconds, int replicas, int? last = null) =>
        [.. Enumerable.Range(0, seconds + 1).Select(age => new Recommendation(Now.AddSeconds(age - seconds), age == seconds && last is { } other ? other : replicas))];
}
