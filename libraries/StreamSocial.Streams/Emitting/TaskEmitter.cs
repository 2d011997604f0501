using System.Buffers;
using System.Runtime.CompilerServices;
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
    /// <summary>A larger array goes back to the pool: many tasks have one, and few have much to send at a time.</summary>
    private const int KeptEntries = 256;

    private string _source = "";
    private byte[] _sourceBytes = [];
    private readonly ITopicLayout _layout = environment.Layout;
    private readonly OutgoingEdges _edges = new(environment.Layout, store);
    private readonly PooledBuffer _entries = new();
    private readonly Queue<PendingFlush> _flushes = new();

    /// <summary>What waits for <see cref="Flush"/>, in an array of the pool.</summary>
    private PendingEntry[] _pending = [];

    /// <summary>Entries that wait for <see cref="Flush"/>.</summary>
    public int PendingEntries { get; private set; }

    /// <summary>Bytes of the entries that wait for <see cref="Flush"/>.</summary>
    public long PendingBytes { get; private set; }

    /// <summary>Bytes that are held for entries, whether there are any or not.</summary>
    public long HeldBytes => _entries.Capacity + ((long)_pending.Length * Unsafe.SizeOf<PendingEntry>());

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
    /// <exception cref="InvalidOperationException">They are not: a checkpoint with the new position would not wait for them.</exception>
    public void MoveTo(long nextOffset)
    {
        // A flush that stayed would bring back the position before.
        ObserveAcknowledgements();
        if (_flushes.Count > 0 || PendingEntries > 0)
            throw new InvalidOperationException($"Task {task} is to go on at {nextOffset}, but not all of its outputs are acknowledged.");
        AcknowledgedOffset = nextOffset;
    }

    public void Emit(string topic, int partition, IMessage payload)
    {
        using var span = StreamsTracing.StartSend(topic, partition);
        var maxBytes = environment.Limits.Current.MaxDataBytes;
        if (!EntryRunWriter.TryWrite(_entries, payload, span?.Id, maxBytes, out var size))
            throw new RecordTooLargeException(topic, size, maxBytes);
        var edges = _edges.To(topic);
        Add(new PendingEntry(edges.Topic, partition, edges.Take(partition), _entries.Newest(size), span?.Id, Record: null), size);
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
        foreach (ref readonly var entry in _pending.AsSpan(0, PendingEntries))
        {
            if (entry.Record is null)
                records.Add(_source, entry, entry.Bytes.Span, flush);
            else
                records.Send(entry.Topic, entry.Partition, entry.Record, flush);
        }
        Clear();
        flush.Seal();
    }

    /// <summary>Drops all pending entries of a task that failed; its next run emits them again.</summary>
    public void Discard() => Clear();

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
        Add(new PendingEntry(edges.Topic, partition, sequence, Bytes: default, traceParent, record), key.Length + (payload?.Length ?? 0));
    }

    private void Add(in PendingEntry entry, int bytes)
    {
        if (PendingEntries == _pending.Length)
            Enlarge();
        _pending[PendingEntries++] = entry;
        PendingBytes += bytes;
        Emitted++;
    }

    private void Enlarge()
    {
        var larger = ArrayPool<PendingEntry>.Shared.Rent(Math.Max(16, 2 * _pending.Length));
        _pending.CopyTo(larger, 0);
        ArrayPool<PendingEntry>.Shared.Return(_pending, clearArray: true);
        _pending = larger;
    }

    private void Clear()
    {
        Array.Clear(_pending, 0, PendingEntries);
        if (_pending.Length > KeptEntries)
        {
            ArrayPool<PendingEntry>.Shared.Return(_pending);
            _pending = [];
        }

        (PendingEntries, PendingBytes) = (0, 0);
        _entries.Clear();
    }
}

/// <summary>An entry that waits to be sent.</summary>
/// <param name="Topic">Where it goes; the same string for all entries to the topic.</param>
/// <param name="Partition">The partition there.</param>
/// <param name="Sequence">Its number on the edge.</param>
/// <param name="Bytes">As <see cref="EntryRunWriter"/> wrote it; empty for a record of its own.</param>
/// <param name="TraceParent">The span that emitted it; null when its trace is not sampled.</param>
/// <param name="Record">Set when it is a record of its own; its headers lack those of the edge.</param>
internal readonly record struct PendingEntry(string Topic, int Partition, long Sequence, ReadOnlyMemory<byte> Bytes, string? TraceParent, Message<byte[]?, byte[]?>? Record);

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
