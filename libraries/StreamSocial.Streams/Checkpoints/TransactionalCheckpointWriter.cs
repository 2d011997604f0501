using StreamSocial.Streams.Hosting;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.Streams.Checkpoints;

/// <summary>
/// Writes the checkpoints of one lane in transactions with the group's offsets, on a thread of its own: atomic, safe under compaction,
/// and refused by the brokers when this member no longer belongs to the group.
/// </summary>
internal sealed class TransactionalCheckpointWriter : ICheckpointWriter
{
    /// <summary>Time to gather checkpoints for one transaction, which costs the cluster about the same for one task as for several.</summary>
    private static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(50);

    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(200);

    private readonly CheckpointTransactions _transactions;
    private readonly Lock _gate = new();
    private readonly List<(StreamTask Task, TaskCapture Capture)> _waiting = [];
    private readonly HashSet<TaskCapture> _committing = [];
    private readonly HashSet<TaskCapture> _durable = [];
    private readonly ManualResetEventSlim _work = new();
    private readonly ManualResetEventSlim _stopping = new();
    private readonly Thread _thread;
    private List<(StreamTask Task, TaskCapture Capture)> _taken = [];

    public TransactionalCheckpointWriter(int lane, CheckpointTransactions transactions, FatalErrors fatal)
    {
        _transactions = transactions;
        _thread = new Thread(() => fatal.Guard(Run)) { Name = $"checkpoints-{lane}", IsBackground = true };
        _thread.Start();
    }

    public void Write(StreamTask task, TaskCapture capture)
    {
        lock (_gate)
            _waiting.Add((task, capture));
        _work.Set();
    }

    public bool IsDurable(TaskCapture capture)
    {
        lock (_gate)
            return _durable.Remove(capture);
    }

    public bool TryAbandon(TaskCapture capture)
    {
        lock (_gate)
        {
            if (_committing.Contains(capture))
                return false;
            _waiting.RemoveAll(waiting => waiting.Capture == capture);
            _durable.Remove(capture);
            return true;
        }
    }

    public void Dispose()
    {
        _stopping.Set();
        _work.Set();
        _thread.Join();
        _transactions.Dispose();
        _work.Dispose();
        _stopping.Dispose();
    }

    private void Run()
    {
        while (!_stopping.IsSet)
        {
            _work.Wait();
            // All tasks are closed by then, and the group's view of a member that left may not be asked for: librdkafka crashes.
            if (_stopping.Wait(Gather))
                return;
            _work.Reset();
            if (!_transactions.TryCommit(Choose))
            {
                Return();
                _stopping.Wait(RetryDelay);
                _work.Set();
                continue;
            }
            lock (_gate)
            {
                _durable.UnionWith(_committing);
                _committing.Clear();
            }
        }
    }

    /// <summary>Takes what waits, without the tasks that are no longer this member's.</summary>
    private List<(StreamTask Task, TaskCapture Capture)> Choose()
    {
        lock (_gate)
        {
            _waiting.RemoveAll(waiting => waiting.Task.State.Current == TaskState.Closed);
            _taken = [.. _waiting];
            _waiting.Clear();
            foreach (var (_, capture) in _taken)
                _committing.Add(capture);
            return _taken;
        }
    }

    private void Return()
    {
        lock (_gate)
        {
            _waiting.InsertRange(0, _taken);
            _committing.Clear();
        }
    }
}
