using Confluent.Kafka;
using Microsoft.Extensions.Time.Testing;

namespace StreamSocial.Streams.Simulation.Brokers;

/// <summary>
/// The transaction coordinator: one open transaction per transactional id, whose producers are fenced by epochs. A decided transaction
/// becomes visible partition by partition, in any order.
/// </summary>
internal sealed class SimulatedTransactions(SimulatedGroup group, FakeTimeProvider time)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan SlowestMarker = TimeSpan.FromSeconds(3);

    private readonly Dictionary<string, (int Epoch, SimulatedTransaction? Current)> _ids = [];
    private readonly List<SimulatedTransaction> _ending = [];

    public int Aborted { get; private set; }

    /// <summary>Transactions of which the group kept the offsets and the changelogs nothing, as brokers did that were all killed while one was committed.</summary>
    public int Torn { get; private set; }

    /// <summary>Whether markers are on their way.</summary>
    public bool HasEnding => _ending.Count > 0;

    /// <summary>A new producer takes over an id: the transaction that an earlier one left open is aborted.</summary>
    public int Init(string id)
    {
        var (epoch, current) = _ids.GetValueOrDefault(id);
        if (current is not null)
        {
            if (!current.IsDecided)
                Decide(current, commit: false);
            Finish(current);
        }
        _ids[id] = (epoch + 1, null);
        return epoch + 1;
    }

    public long Append(string id, int epoch, SimulatedLog log, Message<byte[]?, byte[]?> message)
    {
        var transaction = Open(id, epoch);
        if (!transaction.Unmarked.Contains(log))
            transaction.Unmarked.Add(log);
        return log.Append(message, transaction, time.GetUtcNow());
    }

    public void AddOffsets(string id, int epoch, IEnumerable<TopicPartitionOffset> offsets, GroupView view)
    {
        var transaction = Open(id, epoch);
        if (group.ErrorOf(view) is { } error)
            throw new KafkaTxnRequiresAbortException(new Error(error, "the group does not know this member and epoch"));
        transaction.Offsets.AddRange(offsets);
        group.AddPending(transaction);
    }

    public void End(string id, int epoch, bool commit)
    {
        var transaction = Check(id, epoch);
        if (transaction is null)
            return;
        if (transaction.IsDecided)
        {
            // A repeated request.
            if (transaction.IsCommitted != commit)
                throw new KafkaException(new Error(ErrorCode.InvalidTxnState, "the transaction was ended in the other way"));
            return;
        }
        Decide(transaction, commit);
    }

    /// <summary>Delivers one marker.</summary>
    public void DeliverMarker(SimulationRandom random)
    {
        var transaction = random.Pick(_ending);
        var next = random.Below(transaction.Unmarked.Count + 1);
        if (next < transaction.Unmarked.Count)
        {
            transaction.Unmarked[next].Close(transaction);
            transaction.Unmarked.RemoveAt(next);
        }
        else
        {
            group.ApplyMarker(transaction);
        }
        if (transaction.Unmarked.Count == 0 && !group.IsPending(transaction))
            _ending.Remove(transaction);
    }

    /// <summary>Aborts transactions that their producers left open for too long.</summary>
    public void Expire()
    {
        foreach (var (id, (epoch, current)) in _ids)
        {
            if (current is null || time.GetElapsedTime(current.BegunAt) < Timeout)
                continue;
            if (!current.IsDecided)
            {
                Decide(current, commit: false);
                _ids[id] = (epoch + 1, current);
            }
        }
        foreach (var transaction in _ending.Where(ending => time.GetElapsedTime(ending.BegunAt) > Timeout + SlowestMarker).ToArray())
            Finish(transaction);
    }

    /// <summary>Keeps the offsets of a transaction that is being committed and none of its changes, and fences its producer.</summary>
    public void Tear(string id)
    {
        var (epoch, transaction) = _ids[id];
        if (transaction is null or { IsDecided: true } or { Offsets.Count: 0 })
            return;
        transaction.Decide(commit: true);
        group.ApplyMarker(transaction);
        Decide(transaction, commit: false);
        _ids[id] = (epoch + 1, transaction);
        Torn++;
    }

    public void FinishAll()
    {
        foreach (var transaction in _ending.ToArray())
            Finish(transaction);
    }

    private SimulatedTransaction Open(string id, int epoch)
    {
        var current = Check(id, epoch);
        if (current is { IsDecided: true })
        {
            // The coordinator accepts nothing new before the last transaction is complete.
            Finish(current);
            current = null;
        }
        if (current is null)
            _ids[id] = (epoch, current = new SimulatedTransaction(time.GetTimestamp()));
        return current;
    }

    private SimulatedTransaction? Check(string id, int epoch)
    {
        var (latest, current) = _ids[id];
        return epoch == latest ? current : throw new KafkaException(new Error(ErrorCode.ProducerFenced, "fenced", isFatal: true));
    }

    private void Decide(SimulatedTransaction transaction, bool commit)
    {
        transaction.Decide(commit);
        if (!commit)
            Aborted++;
        _ending.Add(transaction);
    }

    private void Finish(SimulatedTransaction transaction)
    {
        foreach (var log in transaction.Unmarked)
            log.Close(transaction);
        transaction.Unmarked.Clear();
        group.ApplyMarker(transaction);
        _ending.Remove(transaction);
    }
}

/// <summary>A transaction as its coordinator sees it.</summary>
internal sealed class SimulatedTransaction(long begunAt)
{
    /// <summary>Partitions that have its records and not yet its marker.</summary>
    public List<SimulatedLog> Unmarked { get; } = [];

    /// <summary>Offsets that it will commit.</summary>
    public List<TopicPartitionOffset> Offsets { get; } = [];

    public long BegunAt => begunAt;

    /// <summary>Whether its outcome is decided; markers may be on their way.</summary>
    public bool IsDecided { get; private set; }

    public bool IsCommitted { get; private set; }

    public void Decide(bool commit) => (IsDecided, IsCommitted) = (true, commit);
}
