using Google.Protobuf.WellKnownTypes;
using StreamSocial.Streams.Emitting;
using StreamSocial.Streams.State;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.Streams.Simulation.Workload;

/// <summary>Keeps, for each origin, how many entries came and a number for their sequence; reports every fifth.</summary>
internal sealed class GatherProcessor(ITaskContext context) : IRecordProcessor
{
    private readonly IStateStore<string, long> _counts = context.OpenStore(16, "counts", Codecs.Utf8, Codecs.Int64);
    private readonly IStateStore<string, long> _sequences = context.OpenStore(17, "sequences", Codecs.Utf8, Codecs.Int64);

    public IStateStore<string, long> Counts => _counts;

    public IStateStore<string, long> Sequences => _sequences;

    public void Process(in InputEntry entry, IEmitter emitter)
    {
        var text = StringValue.Parser.ParseFrom(entry.Payload.Span).Value;
        var origin = text[..text.IndexOf('|', StringComparison.Ordinal)];
        _counts.TryGet(origin, out var count);
        _sequences.TryGet(origin, out var sequence);
        _counts.Put(origin, ++count);
        _sequences.Put(origin, SequenceHash.Add(sequence, text));
        if (count % 5 == 0)
            emitter.EmitKeyed(SimulatedTopics.Results, origin, new StringValue { Value = text });
    }
}
