using StreamSocial.Streams.Tasks;

namespace StreamSocial.Streams.Checkpoints;

/// <summary>
/// The checkpoints that wait for a transaction and those in the current one. A lane's thread fills it; the thread that calls
/// <see cref="TryCommit"/> empties it.
/// </summary>
internal sealed class CheckpointQueue(CheckpointTransactions transactions) : ICheckpointWriter
{
    private readonly Lock _gate = new();
    private readonly List<(StreamTask Task, CheckpointSnapshot Snapshot)> _waiting = [];
    private readonly HashSet<CheckpointSnapshot> _committing = [];
    private List<(StreamTask Task, CheckpointSnapshot Snapshot)> _taken = [];
    private int _mostTaken = int.MaxValue;

    /// <summary>Whether there is something to commit.</summary>
    public bool HasWaiting
    {
        get
        {
            lock (_gate)
                return _waiting.Count > 0;
        }
    }

    /// <inheritdoc cref="CheckpointTransactions.Prepare"/>
    public void Prepare() => transactions.Prepare();

    public void Write(StreamTask task, CheckpointSnapshot snapshot)
    {
        lock (_gate)
            _waiting.Add((task, snapshot));
    }

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

    /// <summary>Writes the waiting checkpoints in one transaction, or some of them after a failed one.</summary>
    /// <returns>False when the transaction was aborted and should be tried again.</returns>
    public bool TryCommit()
    {
        var done = transactions.TryCommit(Choose);
        lock (_gate)
        {
            if (done)
            {
                foreach (var snapshot in _committing)
                    snapshot.OnCommitted();
                _mostTaken = _mostTaken > int.MaxValue / 2 ? int.MaxValue : 2 * _mostTaken;
            }
            else if (_taken.Count > 0)
            {
                // A transaction that is too large for its timeout would fail for ever; half of it may fit.
                _mostTaken = Math.Max(1, _taken.Count / 2);
                _waiting.InsertRange(0, _taken);
            }

            _committing.Clear();
            _taken = [];
        }
        return done;
    }

    public void Dispose() => transactions.Dispose();

    /// <summary>Takes the waiting checkpoints, except those of tasks that failed or that this member no longer owns.</summary>
    private List<(StreamTask Task, CheckpointSnapshot Snapshot)> Choose()
    {
        lock (_gate)
        {
            _waiting.RemoveAll(waiting => waiting.Task.State is TaskState.Failed or TaskState.Closed);
            _taken = [.. _waiting.Take(_mostTaken)];
            _waiting.RemoveRange(0, _taken.Count);
            foreach (var (_, snapshot) in _taken)
                _committing.Add(snapshot);
            return _taken;
        }
    }
}
