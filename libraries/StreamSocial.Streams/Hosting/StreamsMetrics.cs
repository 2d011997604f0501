using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using StreamSocial.Streams.Auditing;

namespace StreamSocial.Streams.Hosting;

/// <summary>The runtime's instruments: totals since the member started, and what is under way.</summary>
internal static class StreamsMetrics
{
    public const string MeterName = "StreamSocial.Streams";

    /// <summary>Creates the instruments of a member; the meter's factory owns them.</summary>
    public static void Register(Meter meter, StreamsRuntime runtime)
    {
        var totals = runtime.Totals;
        var audit = runtime.Audit;
        Counter("streamsocial.streams.records.consumed", "{record}", "Records taken from the input topics", () => Interlocked.Read(ref totals.RecordsConsumed));
        Counter("streamsocial.streams.entries.processed", "{entry}", "Entries applied by processors", () => Interlocked.Read(ref totals.EntriesProcessed));
        Counter("streamsocial.streams.entries.emitted", "{entry}", "Entries sent to other tasks and topics", () => Interlocked.Read(ref totals.EntriesEmitted));
        Counter("streamsocial.streams.entries.lost", "{entry}", "Sequence numbers that an edge skipped", () => audit.Lost);
        Counter("streamsocial.streams.entries.duplicates_dropped", "{entry}", "Repeats that were recognised", () => audit.DuplicatesDropped);
        Counter("streamsocial.streams.entries.misordered", "{entry}", "Entries that came after a later one of their edge", () => audit.Misordered);
        EdgeCounter("streamsocial.streams.edge.lost", "Sequence numbers that the edge skipped", edge => edge.Lost);
        EdgeCounter("streamsocial.streams.edge.duplicates_dropped", "Repeats of the edge that were recognised", edge => edge.DuplicatesDropped);
        EdgeCounter("streamsocial.streams.edge.misordered", "Entries that came after a later one of the edge", edge => edge.Misordered);
        meter.CreateObservableCounter(
            "streamsocial.streams.entries.dead_lettered", () => totals.Stages.Select(stage => new Measurement<long>(stage.Value.DeadLetters, new TagList { { "topic", stage.Key } })),
            "{entry}", "Entries that could not be processed, by input topic");
        meter.CreateObservableCounter(
            "messaging.client.consumed.messages",
            () => totals.Stages.Select(stage => new Measurement<long>(stage.Value.Records, MessagingTags.Of("poll", stage.Key, runtime.GroupId))),
            "{message}", "Records taken from an input topic and processed");
        meter.CreateObservableCounter(
            "messaging.client.sent.messages", () => runtime.Sent.Select(topic => new Measurement<long>(topic.Value, MessagingTags.Of("send", topic.Key))),
            "{message}", "Records handed to Kafka producers: outputs, and on a cluster without transactions changelogs");
        Counter("streamsocial.streams.checkpoints", "{checkpoint}", "Durable checkpoints", () => Interlocked.Read(ref totals.Checkpoints));
        Counter("streamsocial.streams.input.size", "By", "Bytes of record values consumed", () => Interlocked.Read(ref totals.InputBytes));
        Counter("streamsocial.streams.changelog.size", "By", "Bytes of keys and values written to changelogs", () => Interlocked.Read(ref totals.ChangelogBytes));
        Counter("streamsocial.streams.restore.size", "By", "Bytes of keys and values read from changelogs", () => Interlocked.Read(ref totals.RestoredBytes));
        Counter("streamsocial.streams.restore.partitions", "{partition}", "Partitions restored", () => Interlocked.Read(ref totals.PartitionsRestored));
        Counter("streamsocial.streams.restore.state_size", "By", "Bytes of keys and values of the states that were restored, whether read or kept", () => Interlocked.Read(ref totals.RestoredStateBytes));
        Counter("streamsocial.streams.restore.warm_partitions", "{partition}", "Partitions whose kept state was continued", () => Interlocked.Read(ref totals.PartitionsRestoredWarm));
        meter.CreateObservableGauge("streamsocial.streams.restore.reading", () => runtime.Restore?.Reading ?? 0, "{partition}", "Changelogs that are being read");
        meter.CreateObservableGauge("streamsocial.streams.restore.waiting", () => runtime.Restore?.Waiting ?? 0, "{partition}", "Partitions whose turn to be restored has not come");
        meter.CreateObservableGauge("streamsocial.streams.warm_states", () => runtime.RetainedStates, "{partition}", "States kept of partitions that left");
        meter.CreateObservableGauge(
            "streamsocial.streams.store.size", () => runtime.StoreFileBytes is { } bytes ? [new Measurement<long>(bytes)] : Array.Empty<Measurement<long>>(), "By", "Bytes of the disk store's files; absent without one");
        meter.CreateObservableGauge(
            "streamsocial.streams.write_amplification",
            // Nothing was consumed: the ratio is unknown, and no measurement is better than 0.
            () => Interlocked.Read(ref totals.InputBytes) is > 0 and var input ? [new Measurement<double>((double)Interlocked.Read(ref totals.ChangelogBytes) / input)] : Array.Empty<Measurement<double>>(),
            "1",
            "Bytes written to changelogs for each byte consumed");
        meter.CreateObservableGauge("streamsocial.streams.tasks.restoring", () => runtime.Restoring, "{task}", "Tasks whose state is not back yet");
        meter.CreateObservableGauge("streamsocial.streams.tasks.failed", () => runtime.Failed.Count, "{task}", "Tasks that stopped alone and are tried again");
        meter.CreateObservableGauge("streamsocial.streams.tasks.assigned", () => runtime.Assigned, "{task}", "Tasks of this member");
        meter.CreateObservableGauge("streamsocial.streams.producers", () => runtime.Producers, "{producer}", "Producers in the pool");

        // An edge is measured from its first fault or repeat on: nearly all edges never have any, and there are a thousand times a thousand.
        void EdgeCounter(string name, string description, Func<EdgeCounts, long> read) => meter.CreateObservableCounter(
            name, () => audit.Edges.Select(edge => new Measurement<long>(read(edge), Tags(edge))), "{entry}", description);

        static TagList Tags(in EdgeCounts edge) => new()
        {
            { "streamsocial.edge.source", edge.Source },
            { "messaging.destination.name", edge.Destination.Topic },
            { "messaging.destination.partition.id", edge.Destination.Partition.ToString(CultureInfo.InvariantCulture) },
        };

        void Counter(string name, string unit, string description, Func<long> read) => meter.CreateObservableCounter(name, read, unit, description);
    }
}
