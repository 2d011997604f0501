using System.Globalization;
using System.Text;
using Google.Protobuf.WellKnownTypes;
using StreamSocial.Streams.Emitting;
using StreamSocial.Streams.State;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.Streams.Simulation.Workload;

/// <summary>
/// Counts by key, remembers some entries for a while, passes each on to one or more partitions with its count, now and then writes a
/// result of its own, and refuses some entries: all that a processor can do.
/// </summary>
internal sealed class SpreadProcessor(ITaskContext context) : IRecordProcessor
{
    private readonly int _middles = context.PartitionCountOf(SimulatedTopics.Middle);
    private readonly IStateStore<string, long> _counts = context.OpenStore(16, "counts", Codecs.Utf8, Codecs.Int64);
    private readonly IStateStore<long, long> _recent = context.OpenStore(17, "recent", Codecs.Int64, Codecs.Int64);

    public IStateStore<string, long> Counts => _counts;

    public IStateStore<long, long> Recent => _recent;

    public void Process(in InputEntry entry, IEmitter emitter)
    {
        var key = Encoding.UTF8.GetString(entry.Key.Span);
        var text = Encoding.UTF8.GetString(entry.Payload.Span);
        var plan = SpreadPlan.Of(text, _middles);
        if (plan.IsPoison)
            throw new FormatException(text);
        _counts.TryGet(key, out var count);
        _counts.Put(key, ++count);
        _recent.Put(count % 7, plan.Hash);
        if (plan.Forgets)
            _recent.Remove((count + 3) % 7);
        var message = new StringValue { Value = string.Create(CultureInfo.InvariantCulture, $"{context.Partition}|{key}|{count}|{text}") };
        for (var partition = 0; partition < _middles; partition++)
        {
            if (plan.GoesTo(partition))
                emitter.Emit(SimulatedTopics.Middle, partition, message);
        }
        if (plan.HasResult)
            emitter.EmitKeyed(SimulatedTopics.Results, key, message);
    }
}
