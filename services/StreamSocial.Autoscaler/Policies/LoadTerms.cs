using System.Collections.Immutable;
using StreamSocial.Autoscaler.Signals;

namespace StreamSocial.Autoscaler.Policies;

/// <summary>The load of the whole group, summed from a snapshot. A sum with an unknown part is unknown.</summary>
/// <param name="ArrivalRate">Records per second into all input topics.</param>
/// <param name="BacklogRecords">Records that wait in all of them.</param>
/// <param name="TrueRate">Mean records per second that a replica can process; from the members that know theirs.</param>
/// <param name="BusyRatio">Mean share of time that members are busy.</param>
/// <param name="Restoring">Partitions whose owner has no position yet.</param>
/// <param name="LargestTopic">Partitions of the topic that has most: a further replica would own nothing.</param>
/// <param name="Unknown">What could not be measured, in words.</param>
internal sealed record LoadTerms(
    double? ArrivalRate,
    double? BacklogRecords,
    double? TrueRate,
    double? BusyRatio,
    int Restoring,
    int LargestTopic,
    ImmutableArray<string> Unknown)
{
    public static LoadTerms Of(ScalingSnapshot snapshot)
    {
        var unknown = ImmutableArray.CreateBuilder<string>();
        foreach (var topic in snapshot.UnreadTopics)
            unknown.Add($"log ends of {topic}");
        double arrival = 0, backlog = 0;
        int withoutArrival = 0, withoutLag = 0, restoring = 0;
        var sizes = new Dictionary<string, int>();
        foreach (var partition in snapshot.Partitions)
        {
            sizes[partition.Topic] = sizes.GetValueOrDefault(partition.Topic) + 1;
            arrival += partition.ArrivalRate ?? 0;
            backlog += partition.LagRecords ?? 0;
            withoutArrival += partition.ArrivalRate is null ? 1 : 0;
            withoutLag += partition.LagRecords is null ? 1 : 0;
            restoring += partition.IsRestoring ? 1 : 0;
        }
        if (withoutArrival > 0)
            unknown.Add($"arrival rate of {withoutArrival} partitions");
        if (withoutLag > 0)
            unknown.Add($"lag of {withoutLag} partitions");
        var nothingRead = snapshot.Partitions.IsEmpty || !snapshot.UnreadTopics.IsEmpty;
        return new LoadTerms(
            nothingRead || withoutArrival > 0 ? null : arrival,
            nothingRead || withoutLag > 0 ? null : backlog,
            Mean(snapshot.Members, static member => member.TrueRate),
            Mean(snapshot.Members, static member => member.BusyRatio),
            restoring,
            sizes.Count == 0 ? 0 : sizes.Values.Max(),
            unknown.ToImmutable());
    }

    private static double? Mean(ImmutableArray<MemberSignal>? members, Func<MemberSignal, double?> figure) =>
        members?.Select(figure).Average();
}
