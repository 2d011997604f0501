using System.Buffers;
using System.Text;
using Confluent.Kafka;
using Google.Protobuf;
using StreamSocial.Kafka.Limits;
using StreamSocial.Kafka.Producing;
using StreamSocial.Streams.Contracts;
using StreamSocial.Streams.Tasks;
using StreamSocial.Topics;

namespace StreamSocial.Streams.Emitting;

/// <summary>
/// Gathers what all tasks of a lane send at one time into one record for each destination, because a record costs the cluster and its
/// clients far more than an entry. Used by the lane's thread only.
/// </summary>
/// <param name="sender">Takes the records.</param>
/// <param name="limits">Largest record.</param>
/// <param name="layout">How many partitions topics have.</param>
internal sealed class RecordAccumulator(IRecordSender sender, RecordLimits limits, ITopicLayout layout)
{
    /// <summary>Bytes of a record with several entries; an entry that would make it larger begins the next one.</summary>
    internal const int FullRecordBytes = 256 * 1024;

    /// <summary>Bytes of all records that are being filled; beyond them all are sent.</summary>
    private const int MaxHeldBytes = 32 * 1024 * 1024;

    private readonly Dictionary<string, RunRecord?[]> _records = new(StringComparer.Ordinal);
    private string? _lastTopic;
    private RunRecord?[] _lastRecords = [];
    private readonly List<RunRecord> _filled = [];
    private int _sent;
    private long _heldBytes;

    /// <summary>Adds an entry of a run, serialized by <see cref="EntryRunWriter"/>.</summary>
    /// <param name="source">The task; the same string for all its entries.</param>
    /// <param name="entry">The entry.</param>
    /// <param name="bytes">The entry's bytes.</param>
    /// <param name="flush">Counts the entry's record.</param>
    public void Add(string source, in PendingEntry entry, ReadOnlySpan<byte> bytes, PendingFlush flush)
    {
        var record = RecordOf(entry.Topic, entry.Partition);
        if (!record.IsEmpty && record.Bytes + bytes.Length + RunRecord.HeaderBytes(source) > Math.Min(FullRecordBytes, limits.Current.MaxDataBytes))
            Send(record);
        if (record.IsEmpty)
            _filled.Add(record);
        _heldBytes += record.Add(source, entry, bytes, flush);
        if (_heldBytes > MaxHeldBytes)
            SendFilled();
    }

    /// <summary>Sends a record with one entry, after what was added for its destination.</summary>
    public void Send(string topic, int partition, Message<byte[]?, byte[]?> message, PendingFlush flush)
    {
        var record = RecordOf(topic, partition);
        if (!record.IsEmpty)
            Send(record);
        flush.AddRecord();
        _sent++;
        sender.Send(topic, partition, message, flush, token: 0);
    }

    /// <summary>Sends everything that was added.</summary>
    /// <returns>Number of records sent since the last call.</returns>
    public int Send()
    {
        SendFilled();
        var sent = _sent;
        _sent = 0;
        return sent;
    }

    private void SendFilled()
    {
        foreach (var record in _filled)
        {
            if (!record.IsEmpty)
                Send(record);
        }
        _filled.Clear();
    }

    private void Send(RunRecord record)
    {
        _sent++;
        _heldBytes -= record.Bytes;
        var (message, delivery) = record.Take();
        sender.Send(record.Topic, record.Partition, message, delivery, token: 0);
    }

    private RunRecord RecordOf(string topic, int partition)
    {
        // Tasks emit to few topics, mostly to the same one again.
        if (!ReferenceEquals(topic, _lastTopic))
        {
            if (!_records.TryGetValue(topic, out var records))
                _records.Add(topic, records = new RunRecord?[layout.PartitionCountOf(topic)]);
            (_lastTopic, _lastRecords) = (topic, records);
        }
        return _lastRecords[partition] ??= new RunRecord(topic, partition);
    }
}

/// <summary>The record that is being filled for a destination: an <see cref="EntryRun"/> with entries of several edges.</summary>
internal sealed class RunRecord(string topic, int partition)
{
    private ArrayBufferWriter<byte> _entries = new();
    private EdgeRuns _edges = new();
    private List<PendingFlush> _flushes = [];
    private EdgeRun? _last;
    private string? _traceParent;
    private int _headerBytes;

    public string Topic { get; } = topic;

    public int Partition { get; } = partition;

    public bool IsEmpty => _last is null;

    /// <summary>Bytes of the entries and of the header that names their edges.</summary>
    public int Bytes => _entries.WrittenCount + _headerBytes;

    /// <summary>Most bytes that a run of a source adds to the header: its name and two numbers.</summary>
    public static int HeaderBytes(string source) => (3 * source.Length) + 32;

    /// <returns>Bytes added.</returns>
    public int Add(string source, in PendingEntry entry, ReadOnlySpan<byte> bytes, PendingFlush flush)
    {
        var before = Bytes;
        if (_last is null || !ReferenceEquals(_last.Source, source) || _last.First + _last.Entries != entry.Sequence)
        {
            _edges.Runs.Add(_last = new EdgeRun { Source = source, First = entry.Sequence });
            _headerBytes += HeaderBytes(source);
        }
        _last.Entries++;
        _entries.Write(bytes);
        _traceParent ??= entry.TraceParent;
        if (_flushes.Count == 0 || _flushes[^1] != flush)
        {
            flush.AddRecord();
            _flushes.Add(flush);
        }
        return Bytes - before;
    }

    /// <summary>Returns the record and begins a new one.</summary>
    public (Message<byte[]?, byte[]?> Message, IDeliveryHandler Delivery) Take()
    {
        var headers = new Headers { { RecordHeaders.EdgeRuns, _edges.ToByteArray() } };
        if (_traceParent is not null)
            headers.Add(RecordHeaders.TraceParent, Encoding.ASCII.GetBytes(_traceParent));
        var message = new Message<byte[]?, byte[]?> { Value = _entries.WrittenSpan.ToArray(), Headers = headers };
        var delivery = new RunDelivery(_flushes);
        // One that has grown beyond a full record is not kept: there is one for each destination.
        if (_entries.Capacity > RecordAccumulator.FullRecordBytes)
            _entries = new();
        _entries.ResetWrittenCount();
        (_edges, _flushes, _last, _traceParent, _headerBytes) = (new EdgeRuns(), [], null, null, 0);
        return (message, delivery);
    }

    /// <summary>Passes the delivery on to every flush that has entries in the record.</summary>
    private sealed class RunDelivery(List<PendingFlush> flushes) : IDeliveryHandler
    {
        public void OnDelivered(long token, long offset, Error? error)
        {
            foreach (var flush in flushes)
                flush.OnDelivered(token, offset, error);
        }
    }
}
