using System.Text;
using Google.Protobuf.WellKnownTypes;
using StreamSocial.Events;
using StreamSocial.Streams.Emitting;
using StreamSocial.Streams.State;
using StreamSocial.Streams.Tasks;
using StreamSocial.Topics;

namespace StreamSocial.Cli.Benchmarks.Stage;

/// <summary>Counts by key and tells the count to the partition of another key: one state change and one output for each event.</summary>
internal sealed class BenchmarkProcessor(ITaskContext context, Action processed) : IRecordProcessor
{
    private const byte StoreId = 16;

    private readonly int _partitions = context.PartitionCountOf(TopicNames.FeedUpdates);
    private readonly IStateStore<string, long> _counts = context.OpenStore(StoreId, "counts", Codecs.Utf8, Codecs.Int64);

    public void Process(in InputEntry entry, IEmitter emitter)
    {
        var key = Encoding.UTF8.GetString(entry.Key.Span);
        _counts.TryGet(key, out var count);
        _counts.Put(key, ++count);
        // The payload begins with the key of the one concerned, as an action names its target.
        emitter.Emit(TopicNames.FeedUpdates, KeyPartitioner.PartitionOf(entry.Payload.Span[..BenchmarkLoad.KeyBytes], _partitions), new Int64Value { Value = count });
        processed();
    }
}
