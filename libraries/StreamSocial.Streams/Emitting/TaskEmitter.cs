using System.Text;
using Confluent.Kafka;
using Google.Protobuf;
using StreamSocial.Events;
using StreamSocial.Events.Runtime;
using StreamSocial.Kafka.Producing;
using StreamSocial.Streams.Poison;
using StreamSocial.Streams.State;
using StreamSocial.Streams.Tasks;
using StreamSocial.Streams.Tracing;

namespace StreamSocial.Streams.Emitting;

/// <summary>
/// Gathers what a task emits into one record for each destination, numbers the entries of each edge, and follows their
/// acknowledgements: <see cref="AcknowledgedOffset"/> is the contiguous prefix of the input whose outputs are safe.
/// </summary>
internal sealed class TaskEmitter(
    string source, ITopicLayout layout, IStateStore<string, long> store, IRecordSender sender, Action<Error> onFailed) : IEmitter
{
    private readonly byte[] _source = Encoding.UTF8.GetBytes(source);
    private readonly Dictionary<(string Topic, int Partition), OutgoingEdge> _edges = [];
    private readonly List<OutgoingEdge> _pending = [];
    private readonly HashSet<OutgoingEdge> _changed = [];
    private readonly Queue<FlushMark> _marks = new();

    /// <summary>Entries that wait for <see cref="Flush"/>.</summary>
    public int PendingEntries { get; private set; }

    /// <summary>Destinations that wait for <see cref="Flush"/>.</summary>
    public int PendingDestinations => _pending.Count;

    /// <summary>First input offset whose outputs are not yet acknowledged.</summary>
    public long AcknowledgedOffset { get; private set; }

    /// <summary>Continues the edges where the restored state left them.</summary>
    public void Load(long nextOffset)
    {
        AcknowledgedOffset = nextOffset;
        foreach (var (name, next) in store.Entries)
        {
            var slash = name.LastIndexOf('/');
            var (topic, partition) = (name[..slash], int.Parse(name.AsSpan(slash + 1), System.Globalization.CultureInfo.InvariantCulture));
            _edges[(topic, partition)] = new OutgoingEdge(topic, partition) { NextSequence = next };
        }
    }

    public void Emit(string topic, int partition, IMessage payload)
    {
        using var span = StreamsTracing.StartSend(topic, partition);
        Take(topic, partition).AddToRun(payload.ToByteString(), span?.Id);
    }

    public void EmitKeyed(string topic, string key, IMessage payload) => EmitKeyed(topic, layout.PartitionOf(topic, key), key, payload);

    public void EmitKeyed(string topic, int partition, string key, IMessage? payload)
    {
        using var span = StreamsTracing.StartSend(topic, partition);
        Take(topic, partition).AddKeyed(Encoding.UTF8.GetBytes(key), payload?.ToByteArray(), span?.Id);
    }

    /// <summary>Sends an entry to the dead-letter topic of its input, in order with the task's other outputs.</summary>
    public void EmitDeadLetter(PoisonEntry entry)
    {
        var topic = TopicNames.DeadLetters(entry.Origin.Topic);
        var partition = entry.Origin.Partition % layout.PartitionCountOf(topic);
        Take(topic, partition).AddKeyed(entry.Key, entry.Payload, traceParent: null, entry.CreateHeaders());
    }

    /// <summary>Sends all that waits; the outputs of the input before <paramref name="nextOffset"/> are complete with it.</summary>
    public void Flush(long nextOffset)
    {
        var mark = new FlushMark(nextOffset, onFailed);
        _marks.Enqueue(mark);
        foreach (var edge in _pending)
            edge.Drain((from, record) => Send(from, record, mark));
        _pending.Clear();
        PendingEntries = 0;
        mark.Seal();
    }

    /// <summary>Moves <see cref="AcknowledgedOffset"/> over the sends that are complete.</summary>
    public void ObserveAcknowledgements()
    {
        while (_marks.TryPeek(out var mark) && mark.IsAcknowledged)
            AcknowledgedOffset = _marks.Dequeue().NextOffset;
    }

    /// <summary>Writes the numbers that changed since the last call into the task's state.</summary>
    public void Save()
    {
        foreach (var edge in _changed)
            store.Put(edge.Name, edge.NextSequence);
        _changed.Clear();
    }

    private OutgoingEdge Take(string topic, int partition)
    {
        if (!_edges.TryGetValue((topic, partition), out var edge))
            _edges.Add((topic, partition), edge = new OutgoingEdge(topic, partition));
        if (!edge.HasPending)
            _pending.Add(edge);
        _changed.Add(edge);
        PendingEntries++;
        return edge;
    }

    private void Send(OutgoingEdge edge, PendingRecord record, FlushMark mark)
    {
        var headers = record.Headers ?? [];
        headers.Add(RecordHeaders.EdgeSource, _source);
        headers.Add(RecordHeaders.EdgeSequence, RecordHeaders.EncodeSequence(record.FirstSequence));
        if (record.Run is not null)
            headers.Add(RecordHeaders.EdgeEntries, RecordHeaders.EncodeEntries(record.Run.Entries.Count));
        if (record.TraceParent is not null)
            headers.Add(RecordHeaders.TraceParent, Encoding.ASCII.GetBytes(record.TraceParent));
        mark.AddRecord();
        var value = record.Run is not null ? record.Run.ToByteArray() : record.Payload;
        sender.Send(edge.Topic, edge.Partition, new Message<byte[]?, byte[]?> { Key = record.Key, Value = value, Headers = headers }, mark, token: 0);
    }
}
