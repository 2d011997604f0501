using StreamSocial.Kafka;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.Streams.Checkpoints;

/// <summary>
/// The checkpoints that wait for a transaction and those in one. A lane's thread fills it; threads that call <see cref="TryCommit"/> empty it, one for each of
/// the transactional producers.
/// </summary>
/// <remarks>
/// A produce request of librdkafka carries one partition, and brokers handle one request of a connection at a time: one producer writes a checkpoint for each
/// broker and acknowledgement, some ten a second where brokers are busy. Several write so many times as many.
/// </remarks>
/// <param name="transactions">Writes them, one at a time each.</param>
/// <param name="time">Measures how long a transaction takes.</param>
internal sealed class CheckpointQueue(IReadOnlyList<CheckpointTransactions> transactions, TimeProvider time) : ICheckpointWriter
{
    /// <summary>So few checkpoints are not worth another transaction, with its own requests to the coordinators and its own markers.</summary>
    private const int FewCheckpoints = 8;

    /// <summary>Checkpoints in a transaction at first.</summary>
    private const int FirstCheckpoints = 64;

    /// <summary>After a transaction that took longer, the next gets fewer checkpoints: twice as many might not end in time.</summary>
    private static readonly TimeSpan LongTransaction = TransactionalProducers.TransactionTimeout / 2;

    private readonly Lock _gate = new();
    private readonly List<(StreamTask Task, CheckpointSnapshot Snapshot)> _waiting = [];
    private readonly HashSet<CheckpointSnapshot> _committing = [];
    private readonly ManualResetEventSlim _isWaiting = new();
    private readonly ManualResetEventSlim _isHurried = new();
    private bool _hasEnded;
    private int _busy;
    private int _mostTaken = FirstCheckpoints;

    /// <inheritdoc cref="CheckpointTransactions.Prepare"/>
    /// <remarks>The others are connected when there is enough for them.</remarks>
    public void Prepare() => transactions[0].Prepare();

    /// <summary>Waits until there is something to commit, and then for more, unless somebody waits for it.</summary>
    /// <param name="gather">Longest time to wait for more.</param>
    public void WaitForWork(TimeSpan gather)
    {
        _isWaiting.Wait();
        _isHurried.Wait(gather);
    }

    /// <summary>Ends each wait at once from now on.</summary>
    public void EndWaits()
    {
        lock (_gate)
        {
            _hasEnded = true;
            _isWaiting.Set();
            _isHurried.Set();
        }
    }

    public void Write(StreamTask task, CheckpointSnapshot snapshot)
    {
        lock (_gate)
        {
            _waiting.Add((task, snapshot));
            _isWaiting.Set();
        }
    }

    public void Hurry() => _isHurried.Set();

    public bool IsDurable(CheckpointSnapshot snapshot)
    {
        lock (_gate)
            return snapshot.IsDurable;
    }

    public bool TryAbandon(CheckpointSnapshot snapshot)
    {
        lock (_gate)
        {
            if (_committing.Contains(snapshot))
                return false;
            _waiting.RemoveAll(waiting => waiting.Snapshot == snapshot);
            return true;
        }
    }

    /// <summary>Writes the waiting checkpoints in one transaction, or a part of them: as many as fit into its time, and an equal share for each idle producer.</summary>
    /// <param name="producer">Index of the transactional producer.</param>
    /// <returns>False when the transaction was aborted and should be tried again.</returns>
    public bool TryCommit(int producer = 0)
    {
        var started = time.GetTimestamp();
        IReadOnlyList<(StreamTask Task, CheckpointSnapshot Snapshot)> taken = [];
        var isDone = false;
        try
        {
            return isDone = transactions[producer].TryCommit(() => taken = Choose());
        }
        finally
        {
            // Also when it throws: whoever gives them up must not wait for a thread that has ended.
            if (taken.Count > 0)
                GiveBack(taken, isDone, time.GetElapsedTime(started));
        }
    }

    public void Dispose()
    {
        transactions.DisposeOrLeave();
        _isWaiting.Dispose();
        _isHurried.Dispose();
    }

    private void GiveBack(IReadOnlyList<(StreamTask Task, CheckpointSnapshot Snapshot)> taken, bool isDone, TimeSpan elapsed)
    {
        lock (_gate)
        {
            _busy--;
            _committing.ExceptWith(taken.Select(one => one.Snapshot));
            if (isDone)
            {
                foreach (var (_, snapshot) in taken)
                    snapshot.OnCommitted();
                SayIfNothingIsLeft();
            }
            else
            {
                _waiting.InsertRange(0, taken);
                _isWaiting.Set();
            }
            _mostTaken = Next(taken.Count, isDone, elapsed);
        }
    }

    /// <summary>Takes waiting checkpoints, except those of tasks that failed or that this member no longer owns.</summary>
    private List<(StreamTask Task, CheckpointSnapshot Snapshot)> Choose()
    {
        lock (_gate)
        {
            _waiting.RemoveAll(waiting => waiting.Task.State is TaskState.Failed or TaskState.Closed);
            var idle = transactions.Count - _busy;
            var share = Math.Max(FewCheckpoints, (_waiting.Count + idle - 1) / idle);
            List<(StreamTask Task, CheckpointSnapshot Snapshot)> taken = [.. _waiting.Take(Math.Min(share, _mostTaken))];
            _waiting.RemoveRange(0, taken.Count);
            _committing.UnionWith(taken.Select(one => one.Snapshot));
            if (taken.Count > 0)
                _busy++;
            else
                SayIfNothingIsLeft();
            if (_waiting.Count == 0 && !_hasEnded)
            {
                _isWaiting.Reset();
                _isHurried.Reset();
            }
            return taken;
        }
    }

    /// <summary>A producer that failed may have no turn again before there is something new, and would count as stuck until then.</summary>
    private void SayIfNothingIsLeft()
    {
        if (_waiting.Count > 0 || _committing.Count > 0)
            return;
        foreach (var one in transactions)
            one.OnNothingLeft();
    }

    /// <summary>
    /// Most checkpoints of the next transaction. One that is too large for its timeout would fail for ever; half of it may fit. Where brokers are slow whatever is in
    /// it, fewer than a few would make it no faster.
    /// </summary>
    private int Next(int taken, bool isDone, TimeSpan elapsed) =>
        !isDone ? Math.Max(1, taken / 2)
        : elapsed > LongTransaction ? Math.Max(FewCheckpoints, taken / 2)
        : taken == _mostTaken && _mostTaken <= int.MaxValue / 2 ? 2 * _mostTaken
        : _mostTaken;
}
