using StreamSocial.Streams.Membership;
using StreamSocial.Streams.Membership.Diagnosis;

namespace StreamSocial.Cli.Output;

/// <summary>A member as the result file has it.</summary>
/// <param name="MemberId">Its id.</param>
/// <param name="Endpoint">Base address of its HTTP API.</param>
/// <param name="ReportedAt">When it last said so.</param>
/// <param name="Partitions">Partitions by input topic.</param>
/// <param name="ToCome">Partitions that others still own and it prepares to take over.</param>
/// <param name="Warm">Of these, the ones whose state it has.</param>
/// <param name="Lag">Records that wait in its partitions; null when one is unknown.</param>
/// <param name="OldestAgeSeconds">Age of the oldest of them, at least; null when unknown.</param>
/// <param name="Delays">Partitions whose records wait, by cause.</param>
/// <param name="StateBytes">Keys and values of its states; null when it did not say.</param>
/// <param name="Stores">Entries of its stores by name.</param>
/// <param name="MemoryBytes">Memory of its process; null when it did not say.</param>
/// <param name="FailedTasks">How many of its tasks have failed; 'tasks list' shows them.</param>
/// <param name="TrueRate">Entries per second of processing time; null when not yet known.</param>
/// <param name="BusyRatio">Share of time spent processing; null when not yet known.</param>
/// <param name="EntriesProcessed">Since it started; null when it did not say, and so with the other counts.</param>
/// <param name="Lost">Sequence numbers that edges skipped, over the lives of the tasks that it runs; so with the next three.</param>
/// <param name="DuplicatesDropped">Repeats that were recognised.</param>
/// <param name="Misordered">Entries that came after a later one of their edge.</param>
/// <param name="RecordsSkipped">Input records that resets of tasks passed over.</param>
/// <param name="Edges">The edges with the most of these, worst first.</param>
internal sealed record MemberDocument(
    string MemberId,
    string Endpoint,
    DateTimeOffset ReportedAt,
    IReadOnlyDictionary<string, int> Partitions,
    int ToCome,
    int Warm,
    long? Lag,
    double? OldestAgeSeconds,
    IReadOnlyDictionary<string, int> Delays,
    long? StateBytes,
    IReadOnlyDictionary<string, long> Stores,
    long? MemoryBytes,
    int FailedTasks,
    double? TrueRate,
    double? BusyRatio,
    long? EntriesProcessed,
    long? Lost,
    long? DuplicatesDropped,
    long? Misordered,
    long? RecordsSkipped,
    IReadOnlyList<EdgeDocument> Edges)
{
    public static MemberDocument From(Member member, GroupReading group) => From(member, MemberLoad.Of(member, group));

    private static MemberDocument From(Member member, MemberLoad load) => new(
        member.MemberId,
        member.Endpoint,
        DateTimeOffset.FromUnixTimeMilliseconds(member.ReportedAt),
        member.Topics.ToDictionary(topic => topic.Topic, topic => topic.Partitions.Count),
        member.ToCome,
        member.Warm,
        load.Lag,
        load.OldestAge?.TotalSeconds,
        load.Delays,
        member.MemoryBytes > 0 ? member.StateBytes : null,
        member.Stores.ToDictionary(store => store.Name, store => store.Entries),
        member.MemoryBytes > 0 ? member.MemoryBytes : null,
        member.FailedTasks.Count,
        member.HasTrueRate ? member.TrueRate : null,
        member.HasBusyRatio ? member.BusyRatio : null,
        member.Counters?.EntriesProcessed,
        member.Audit?.Lost,
        member.Audit?.DuplicatesDropped,
        member.Audit?.Misordered,
        member.Audit?.RecordsSkipped,
        [.. member.Edges.Select(edge => new EdgeDocument(edge.Source, edge.Topic, edge.Partition, edge.Lost, edge.DuplicatesDropped, edge.Misordered))]);
}

/// <summary>What the sequence numbers of one edge showed.</summary>
/// <param name="Source">Who sent: a task as topic/partition, or an instance of ingest.</param>
/// <param name="Topic">The topic of the task that received.</param>
/// <param name="Partition">Its partition.</param>
/// <param name="Lost">Numbers that were skipped.</param>
/// <param name="DuplicatesDropped">Repeats that were recognised.</param>
/// <param name="Misordered">Entries that came after a later one.</param>
internal sealed record EdgeDocument(string Source, string Topic, int Partition, long Lost, long DuplicatesDropped, long Misordered);

/// <summary>What waits in a member's partitions.</summary>
/// <param name="Lag">Records; null when that of one partition is unknown.</param>
/// <param name="OldestAge">Age of the oldest; null when unknown.</param>
/// <param name="Delays">Partitions whose records wait, by cause.</param>
internal sealed record MemberLoad(long? Lag, TimeSpan? OldestAge, IReadOnlyDictionary<string, int> Delays)
{
    public static MemberLoad Of(Member member, GroupReading group)
    {
        var owned = group.Topics.SelectMany(topic => topic.Partitions).Where(partition => partition.Owner == member).ToList();
        return new(
            owned.TrueForAll(partition => partition.Lag is not null) ? owned.Sum(partition => partition.Lag) : null,
            owned.Max(partition => partition.OldestAge),
            owned.Where(partition => partition.Diagnosis.Cause != DelayCause.None).GroupBy(partition => partition.Diagnosis.Cause.Title()).ToDictionary(cause => cause.Key, cause => cause.Count()));
    }
}
