using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using Confluent.Kafka;
using Google.Protobuf;
using StreamSocial.Kafka.Producing;
using StreamSocial.Streams.Poison;
using StreamSocial.Streams.State;
using StreamSocial.Streams.Tasks;
using StreamSocial.Streams.Tracing;
using StreamSocial.Topics;

namespace StreamSocial.Streams.Emitting;

/// <summary>
/// Numbers what a task emits on its edges, holds it until it is sent, and tracks the acknowledgements: the outputs of the input before
/// <see cref="AcknowledgedOffset"/> are all acknowledged.
/// </summary>
internal sealed class TaskEmitter(TaskId task, TaskEnvironment environment, IStateStore<string, long> store) : IEmitter
{
    private string _source = "";
    private byte[] _sourceBytes = [];
    private readonly ITopicLayout _layout = environment.Layout;
    private readonly OutgoingEdges _edges = new(environment.Layout, store);
    private readonly List<PendingEntry> _pending = [];
    private readonly ArrayBufferWriter<byte> _entries = new();
    private readonly Queue<PendingFlush> _flushes = new();

    /// <summary>Entries that wait for <see cref="Flush"/>.</summary>
    public int PendingEntries => _pending.Count;

    /// <summary>Bytes of the entries that wait for <see cref="Flush"/>.</summary>
    public long PendingBytes { get; private set; }

    /// <summary>Number of entries emitted since the task started.</summary>
    public long Emitted { get; private set; }

    /// <summary>First input offset whose outputs are not yet acknowledged.</summary>
    public long AcknowledgedOffset { get; private set; }

    /// <summary>Continues the edges where the restored state left them.</summary>
    /// <param name="nextOffset">First input offset that the task processes.</param>
    /// <param name="edgesBegunAt">When their numbers began anew, Unix milliseconds; 0 when they never have.</param>
    public void Load(long nextOffset, long edgesBegunAt)
    {
        _source = EdgeNames.SourceOf(task, edgesBegunAt);
        _sourceBytes = Encoding.UTF8.GetBytes(_source);
        AcknowledgedOffset = nextOffset;
        _edges.Load();
    }

    /// <summary>The input goes on elsewhere; all outputs are acknowledged.</summary>
    public void MoveTo(long nextOffset) => AcknowledgedOffset = nextOffset;

    public void Emit(string topic, int partition, IMessage payload)
    {
        using var span = StreamsTracing.StartSend(topic, partition);
        var start = _entries.WrittenCount;
        var maxBytes = environment.Limits.Current.MaxDataBytes;
        if (!EntryRunWriter.TryWrite(_entries, payload, span?.Id, maxBytes, out var size))
            throw new RecordTooLargeException(topic, size, maxBytes);
        var edges = _edges.To(topic);
        Add(new PendingEntry(edges.Topic, partition, edges.Take(partition), start, size, span?.Id, Record: null), size);
    }

    public void EmitKeyed(string topic, string key, IMessage payload) => EmitKeyed(topic, _layout.PartitionOf(topic, key), key, payload);

    public void EmitKeyed(string topic, int partition, string key, IMessage? payload)
    {
        using var span = StreamsTracing.StartSend(topic, partition);
        var (keyBytes, value) = (Encoding.UTF8.GetBytes(key), payload?.ToByteArray());
        var (size, maxBytes) = (keyBytes.Length + (value?.Length ?? 0), environment.Limits.Current.MaxDataBytes);
        if (size > maxBytes)
            throw new RecordTooLargeException(topic, size, maxBytes);
        AddRecord(topic, partition, keyBytes, value, span?.Id, headers: []);
    }

    /// <summary>Sends an entry to the dead-letter topic of its input, in order with the task's other outputs.</summary>
    public void EmitDeadLetter(PoisonEntry entry)
    {
        var topic = DeadLetterTopic.NameOf(entry.Origin.Topic);
        var letter = entry.ToLetter(environment.Limits.Current.MaxDataBytes);
        AddRecord(topic, entry.Origin.Partition % _layout.PartitionCountOf(topic), letter.Key!, letter.Value, traceParent: null, letter.Headers);
    }

    /// <summary>Sends all pending entries; with them the outputs of the input before <paramref name="nextOffset"/> are complete.</summary>
    public void Flush(long nextOffset, RecordAccumulator records)
    {
        var flush = new PendingFlush(nextOffset, environment.OnDeliveryFailed);
        _flushes.Enqueue(flush);
        foreach (ref readonly var entry in CollectionsMarshal.AsSpan(_pending))
        {
            if (entry.Record is null)
                records.Add(_source, entry, _entries.WrittenSpan.Slice(entry.Start, entry.Length), flush);
            else
                records.Send(entry.Topic, entry.Partition, entry.Record, flush);
        }
        _pending.Clear();
        PendingBytes = 0;
        _entries.ResetWrittenCount();
        flush.Seal();
    }

    /// <summary>Drops all pending entries of a task that failed; its next run emits them again.</summary>
    public void Discard()
    {
        _pending.Clear();
        PendingBytes = 0;
        _entries.ResetWrittenCount();
    }

    /// <summary>Moves <see cref="AcknowledgedOffset"/> over the acknowledged flushes.</summary>
    public void ObserveAcknowledgements()
    {
        while (_flushes.TryPeek(out var flush) && flush.IsAcknowledged)
            AcknowledgedOffset = _flushes.Dequeue().NextOffset;
    }

    /// <summary>Writes the numbers that changed since the last call into the task's state.</summary>
    public void Save() => _edges.Save();

    private void AddRecord(string topic, int partition, byte[] key, byte[]? payload, string? traceParent, Headers headers)
    {
        var edges = _edges.To(topic);
        var sequence = edges.Take(partition);
        headers.Add(RecordHeaders.EdgeSource, _sourceBytes);
        headers.Add(RecordHeaders.EdgeSequence, RecordHeaders.EncodeSequence(sequence));
        if (traceParent is not null)
            headers.Add(RecordHeaders.TraceParent, Encoding.ASCII.GetBytes(traceParent));
        var record = new Message<byte[]?, byte[]?> { Key = key, Value = payload, Headers = headers };
        Add(new PendingEntry(edges.Topic, partition, sequence, Start: 0, Length: 0, traceParent, record), key.Length + (payload?.Length ?? 0));
    }

    private void Add(in PendingEntry entry, int bytes)
    {
        _pending.Add(entry);
        PendingBytes += bytes;
        Emitted++;
    }
}

/// <summary>An entry that waits to be sent.</summary>
/// <param name="Topic">Where it goes; the same string for all entries to the topic.</param>
/// <param name="Partition">The partition there.</param>
/// <param name="Sequence">Its number on the edge.</param>
/// <param name="Start">Where it begins among the task's serialized entries.</param>
/// <param name="Length">Its length there; 0 for a record of its own.</param>
/// <param name="TraceParent">The span that emitted it; null when its trace is not sampled.</param>
/// <param name="Record">Set when it is a record of its own; its headers lack those of the edge.</param>
internal readonly record struct PendingEntry(string Topic, int Partition, long Sequence, int Start, int Length, string? TraceParent, Message<byte[]?, byte[]?>? Record);

/// <summary>One flush of a task's outputs, until every record of it is acknowledged.</summary>
/// <param name="nextOffset">Input position that the outputs up to here cover.</param>
/// <param name="onFailed">Called on a librdkafka thread when a record cannot be delivered.</param>
internal sealed class PendingFlush(long nextOffset, Action<Error> onFailed) : IDeliveryHandler
{
    // Starts at one for the sender, so that early acknowledgements do not complete a flush that is still sending.
    private int _outstanding = 1;

    public long NextOffset { get; } = nextOffset;

    public bool IsAcknowledged => Volatile.Read(ref _outstanding) == 0;

    public void AddRecord() => Interlocked.Increment(ref _outstanding);

    /// <summary>All records of the flush are sent.</summary>
    public void Seal() => Interlocked.Decrement(ref _outstanding);

    public void OnDelivered(long token, long offset, Error? error)
    {
        if (error is not null)
            onFailed(error);
        else
            Interlocked.Decrement(ref _outstanding);
    }
}
