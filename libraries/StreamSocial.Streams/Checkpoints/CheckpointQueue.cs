using StreamSocial.Streams.Tasks;

namespace StreamSocial.Streams.Checkpoints;

/// <summary>
/// The checkpoints that wait for a transaction, and those in it. Filled by a lane's thread, emptied by the thread
/// that calls <see cref="TryCommit"/>.
/// </summary>
internal sealed class CheckpointQueue(CheckpointTransactions transactions) : ICheckpointWriter
{
    private readonly Lock _gate = new();
    private readonly List<(StreamTask Task, CheckpointSnapshot Capture)> _waiting = [];
    private readonly HashSet<CheckpointSnapshot> _committing = [];
    private List<(StreamTask Task, CheckpointSnapshot Capture)> _taken = [];
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

    public void Write(StreamTask task, CheckpointSnapshot capture)
    {
        lock (_gate)
            _waiting.Add((task, capture));
    }

    public bool IsDurable(CheckpointSnapshot capture)
    {
        lock (_gate)
            return capture.IsDurable;
    }

    public bool TryAbandon(CheckpointSnapshot capture)
    {
        lock (_gate)
        {
            if (_committing.Contains(capture))
                return false;
            _waiting.RemoveAll(waiting => waiting.Capture == capture);
            return true;
        }
    }

    /// <summary>Writes what waits in one transaction, or a part of it after one that failed; false when it was given up and should be tried again.</summary>
    public bool TryCommit()
    {
        var done = transactions.TryCommit(Choose);
        lock (_gate)
        {
            if (done)
            {
                foreach (var capture in _committing)
                    capture.IsDurable = true;
                _mostTaken = _mostTaken > int.MaxValue / 2 ? int.MaxValue : 2 * _mostTaken;
            }
            else if (_taken.Count > 0)
            {
                // What the brokers cannot do within a transaction's time they may do in halves; the same again would fail for ever.
                _mostTaken = Math.Max(1, _taken.Count / 2);
                _waiting.InsertRange(0, _taken);
            }

            _committing.Clear();
            _taken = [];
        }
        return done;
    }

    public void Dispose() => transactions.Dispose();

    /// <summary>Takes what waits, without the tasks that are no longer this member's.</summary>
    private List<(StreamTask Task, CheckpointSnapshot Capture)> Choose()
    {
        lock (_gate)
        {
            _waiting.RemoveAll(waiting => waiting.Task.State.Current == TaskState.Closed);
            _taken = [.. _waiting.Take(_mostTaken)];
            _waiting.RemoveRange(0, _taken.Count);
            foreach (var (_, capture) in _taken)
                _committing.Add(capture);
            return _taken;
        }
    }
}
