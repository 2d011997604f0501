using Confluent.Kafka;
using StreamSocial.Streams.State;

namespace StreamSocial.Streams.Simulation.Brokers;

/// <summary>One partition: records in order, some of them in transactions that are open, committed or aborted here.</summary>
internal sealed class SimulatedLog(string topic, int partition)
{
    private readonly List<(ConsumeResult<byte[]?, byte[]?>? Record, SimulatedTransaction? Transaction)> _records = [];
    private readonly List<(SimulatedTransaction Transaction, long First)> _open = [];

    public string Topic => topic;

    public int Partition => partition;

    /// <summary>First offset that is still there.</summary>
    public long Start { get; private set; }

    public long End => _records.Count;

    /// <summary>First offset that a reader of committed records may not pass.</summary>
    public long StableEnd => _open.Count == 0 ? End : _open[0].First;

    public long Append(Message<byte[]?, byte[]?> message, SimulatedTransaction? transaction, DateTimeOffset now)
    {
        var offset = End;
        if (transaction is not null && !_open.Exists(open => open.Transaction == transaction))
            _open.Add((transaction, offset));
        var record = new ConsumeResult<byte[]?, byte[]?>
        {
            Topic = topic,
            Partition = partition,
            Offset = offset,
            Message = new Message<byte[]?, byte[]?>
            {
                Key = message.Key, Value = message.Value, Headers = message.Headers ?? [], Timestamp = new Timestamp(now),
            },
        };
        _records.Add((record, transaction));
        return offset;
    }

    /// <summary>Ends a transaction in this partition; the marker takes an offset.</summary>
    public void Close(SimulatedTransaction transaction)
    {
        _open.RemoveAll(open => open.Transaction == transaction);
        _records.Add((null, null));
    }

    /// <summary>The next committed record from a position on, which moves behind it; null at the end.</summary>
    public ConsumeResult<byte[]?, byte[]?>? Read(ref long position)
    {
        if (position < Start)
            position = Start;
        for (var end = StableEnd; position < end;)
        {
            var (record, transaction) = _records[(int)position++];
            if (record is not null && transaction is not { IsCommitted: false })
                return record;
        }
        return null;
    }

    /// <summary>Whether a reader at a position would find something.</summary>
    public bool HasMore(long position) => Read(ref position) is not null;

    /// <summary>Forgets the records that newer committed ones with the same key replace, those of aborted transactions, and markers.</summary>
    /// <param name="forgetsDeletions">Whether deletions are old enough to go too; nobody may be reading.</param>
    public void Compact(bool forgetsDeletions)
    {
        var newer = new HashSet<byte[]>(BytesComparer.Instance);
        for (var offset = StableEnd - 1; offset >= Start; offset--)
        {
            var (record, transaction) = _records[(int)offset];
            if (record is null || transaction is { IsCommitted: false } || !newer.Add(record.Message.Key ?? []) || (forgetsDeletions && record.Message.Value is null))
                _records[(int)offset] = (null, null);
        }
    }

    /// <summary>Forgets all but the newest records.</summary>
    public void Trim(int records) => Start = Math.Max(Start, End - records);
}
