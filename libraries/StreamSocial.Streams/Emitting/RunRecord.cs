using System.Buffers;
using System.Text;
using Confluent.Kafka;
using Google.Protobuf;
using StreamSocial.Kafka.Producing;
using StreamSocial.Streams.Contracts;
using StreamSocial.Topics;

namespace StreamSocial.Streams.Emitting;

/// <summary>The record that is being filled for a destination: an <see cref="EntryRun"/> with entries of several edges.</summary>
internal sealed class RunRecord(string topic, int partition)
{
    private readonly ArrayBufferWriter<byte> _entries = new();
    private EdgeRuns _edges = new();
    private List<FlushMark> _marks = [];
    private EdgeRun? _last;
    private string? _traceParent;

    public string Topic { get; } = topic;

    public int Partition { get; } = partition;

    public bool IsEmpty => _last is null;

    public int Bytes => _entries.WrittenCount;

    public void Add(string source, in PendingEntry entry, ReadOnlySpan<byte> bytes, FlushMark mark)
    {
        if (_last is null || !ReferenceEquals(_last.Source, source) || _last.First + _last.Entries != entry.Sequence)
            _edges.Runs.Add(_last = new EdgeRun { Source = source, First = entry.Sequence });
        _last.Entries++;
        _entries.Write(bytes);
        _traceParent ??= entry.TraceParent;
        if (_marks.Count > 0 && _marks[^1] == mark)
            return;
        mark.AddRecord();
        _marks.Add(mark);
    }

    /// <summary>Hands the record out and begins a new one.</summary>
    public (Message<byte[]?, byte[]?> Message, IDeliveryHandler Delivery) Take()
    {
        var headers = new Headers { { RecordHeaders.EdgeRuns, _edges.ToByteArray() } };
        if (_traceParent is not null)
            headers.Add(RecordHeaders.TraceParent, Encoding.ASCII.GetBytes(_traceParent));
        var message = new Message<byte[]?, byte[]?> { Value = _entries.WrittenSpan.ToArray(), Headers = headers };
        var delivery = new RunDelivery(_marks);
        _entries.ResetWrittenCount();
        (_edges, _marks, _last, _traceParent) = (new EdgeRuns(), [], null, null);
        return (message, delivery);
    }

    /// <summary>Tells all whose entries the record has.</summary>
    private sealed class RunDelivery(List<FlushMark> marks) : IDeliveryHandler
    {
        public void OnDelivered(long token, long offset, Error? error)
        {
            foreach (var mark in marks)
                mark.OnDelivered(token, offset, error);
        }
    }
}
