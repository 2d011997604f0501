using Confluent.Kafka;
using Google.Protobuf;
using StreamSocial.Events.Runtime;

namespace StreamSocial.Streams.Emitting;

/// <summary>One edge as its sender sees it: the next number, and the entries that wait to be sent.</summary>
internal sealed class OutgoingEdge(string topic, int partition)
{
    /// <summary>Payload bytes after which a run is closed and another begun, well below the brokers' largest message.</summary>
    private const int MaxRunBytes = 256 * 1024;

    private readonly List<PendingRecord> _pending = [];
    private EntryRun? _run;
    private int _runBytes;

    public string Topic { get; } = topic;

    public int Partition { get; } = partition;

    /// <summary>Key of the edge in the task's state.</summary>
    public string Name { get; } = $"{topic}/{partition}";

    /// <summary>Number that the next entry gets.</summary>
    public long NextSequence { get; set; } = 1;

    public bool HasPending => _pending.Count > 0;

    /// <summary>Adds an entry to the open run.</summary>
    public void AddToRun(ByteString payload, string? traceParent)
    {
        if (_run is null || _runBytes >= MaxRunBytes)
        {
            _run = new EntryRun();
            _runBytes = 0;
            _pending.Add(new PendingRecord(NextSequence, Key: null, _run, Payload: null, traceParent));
        }
        var entry = new Entry { Payload = payload };
        if (traceParent is not null)
            entry.Traceparent = traceParent;
        _run.Entries.Add(entry);
        _runBytes += payload.Length;
        NextSequence++;
    }

    /// <summary>Adds an entry as a record of its own; without a payload it is a tombstone.</summary>
    public void AddKeyed(byte[] key, byte[]? payload, string? traceParent, Headers? headers = null)
    {
        _run = null;
        _pending.Add(new PendingRecord(NextSequence, key, Run: null, payload, traceParent, headers));
        NextSequence++;
    }

    /// <summary>Hands over the waiting records in order.</summary>
    public void Drain(Action<OutgoingEdge, PendingRecord> send)
    {
        foreach (var record in _pending)
            send(this, record);
        _pending.Clear();
        _run = null;
    }
}
