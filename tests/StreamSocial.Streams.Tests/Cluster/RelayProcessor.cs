using System.Text;
using Google.Protobuf.WellKnownTypes;
using StreamSocial.Streams.Emitting;
using StreamSocial.Streams.State;
using StreamSocial.Streams.Tasks;
using StreamSocial.Topics;

namespace StreamSocial.Streams.Tests.Cluster;

/// <summary>Numbers the entries of each key and passes them on, so that a wrong restore shows as a wrong number downstream.</summary>
/// <param name="context">Its place.</param>
/// <param name="refuse">What is wrong with a payload before anything is changed; null when nothing is.</param>
/// <param name="fail">What goes wrong when everything is changed; null when nothing does.</param>
internal sealed class RelayProcessor(ITaskContext context, Func<byte[], Exception?> refuse, Func<byte[], Exception?> fail) : IRecordProcessor
{
    private readonly int _partitions = context.PartitionCountOf(TestTopics.Numbers);
    private readonly IStateStore<string, long> _numbers = context.OpenStore(16, "numbers", Codecs.Utf8, Codecs.Int64);

    public static StageDefinition Stage(Func<byte[], Exception?> refuse, Func<byte[], Exception?> fail) =>
        new("relay", TestTopics.Lines, TestTopics.LinesState, context => new RelayProcessor(context, refuse, fail)) { Outputs = [TestTopics.Numbers] };

    public void Process(in InputEntry entry, IEmitter emitter)
    {
        if (refuse(entry.Payload.ToArray()) is { } error)
            throw error;
        var key = Encoding.UTF8.GetString(entry.Key.Span);
        _numbers.TryGet(key, out var number);
        _numbers.Put(key, ++number);
        emitter.Emit(TestTopics.Numbers, KeyPartitioner.PartitionOf(key, _partitions), new StringValue { Value = $"{key}:{number}" });
        if (fail(entry.Payload.ToArray()) is { } late)
            throw late;
    }
}
