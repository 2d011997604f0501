using System.Collections.Immutable;
using StreamSocial.Topics;

namespace StreamSocial.Kafka.Topics;

/// <summary>A topic of the catalogue as it is in the cluster. Null is unknown.</summary>
/// <param name="Name">The topic.</param>
/// <param name="Purpose">Its content and key.</param>
/// <param name="Partitions">Its partitions; 0 when it does not exist.</param>
/// <param name="Cleanup"><c>delete</c>, <c>compact</c> or <c>compact,delete</c>, as the cluster has it.</param>
/// <param name="RetentionMs">How long records are kept, in milliseconds; -1 for ever.</param>
/// <param name="Records">Offsets between the beginnings and the ends of its logs: at least as many as the records there, of which compaction removes some.</param>
/// <param name="Bytes">Bytes of one copy of its logs.</param>
/// <param name="RecordsPerSecond">Records appended.</param>
/// <param name="ByRecords">How uneven its partitions are by records; null without records.</param>
/// <param name="ByBytes">The same by bytes.</param>
/// <param name="Drifts">Where it is not what the catalogue has; null when its settings are unknown.</param>
/// <param name="Mend">The command that mends its settings; null when there is nothing that a command mends.</param>
public sealed record TopicReport(
    string Name,
    string Purpose,
    int Partitions,
    string? Cleanup,
    long? RetentionMs,
    long? Records,
    long? Bytes,
    double? RecordsPerSecond,
    PartitionSkew? ByRecords,
    PartitionSkew? ByBytes,
    ImmutableArray<TopicDrift>? Drifts,
    string? Mend)
{
    /// <summary>Describes a topic. Pure.</summary>
    /// <param name="now">The topic now.</param>
    /// <param name="earlier">The topic some seconds ago; null when there was no reading.</param>
    /// <param name="elapsed">Time between the two.</param>
    /// <param name="sizes">Bytes by partition, of the leaders' copies; null when nobody says.</param>
    /// <param name="bootstrapServers">For the command.</param>
    public static TopicReport From(TopicState now, TopicState? earlier, TimeSpan elapsed, IReadOnlyDictionary<(string Topic, int Partition), long>? sizes, string bootstrapServers)
    {
        var spec = now.Spec;
        if (now.Partitions == 0)
            return new TopicReport(spec.Name, spec.Purpose, 0, null, null, null, null, null, null, null, [], null);

        var cleanup = now.Configuration?.Values.GetValueOrDefault("cleanup.policy");
        var records = now.Ranges.Select(range => range.Records).ToList();
        var bytes = Enumerable.Range(0, now.Partitions).Select(partition => sizes is not null && sizes.TryGetValue((spec.Name, partition), out var size) ? size : (long?)null).ToList();
        var differences = TopicDrift.Find(spec, now.Partitions, now.Configuration);
        ImmutableArray<TopicDrift>? drifts = now.Configuration is null && differences.IsEmpty ? null : differences;
        return new TopicReport(
            spec.Name,
            spec.Purpose,
            now.Partitions,
            cleanup,
            // A topic that is only compacted has the brokers' retention, without effect.
            cleanup == "compact" ? RetentionSetting.ForEver : RetentionSetting.Read(now.Configuration?.Values.GetValueOrDefault("retention.ms")),
            Sum(records),
            Sum(bytes),
            earlier?.Written is { } before && now.Written is { } after && after >= before && elapsed > TimeSpan.Zero ? (after - before) / elapsed.TotalSeconds : null,
            PartitionSkew.OfRecords(records),
            PartitionSkew.OfBytes(bytes),
            drifts,
            TopicDrift.MendingCommand(spec.Name, differences, bootstrapServers));
    }

    private static long? Sum(List<long?> figures) => figures.TrueForAll(figure => figure is not null) ? figures.Sum() : null;
}
