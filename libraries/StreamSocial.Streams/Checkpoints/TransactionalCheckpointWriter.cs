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

    private readonly CheckpointQueue _queue;
    private readonly ManualResetEventSlim _work = new();
    private readonly ManualResetEventSlim _stopping = new();
    private readonly Thread _thread;

    public TransactionalCheckpointWriter(int lane, CheckpointTransactions transactions, FatalErrors fatal)
    {
        _queue = new CheckpointQueue(transactions);
        _thread = new Thread(() => fatal.Guard(Run)) { Name = $"checkpoints-{lane}", IsBackground = true };
        _thread.Start();
    }

    public void Write(StreamTask task, TaskCapture capture)
    {
        _queue.Write(task, capture);
        _work.Set();
    }

    public bool IsDurable(TaskCapture capture) => _queue.IsDurable(capture);

    public bool TryAbandon(TaskCapture capture) => _queue.TryAbandon(capture);

    public void Dispose()
    {
        _stopping.Set();
        _work.Set();
        _thread.Join();
        _queue.Dispose();
        _work.Dispose();
        _stopping.Dispose();
    }

    private void Run()
    {
        _queue.Prepare();
        while (!_stopping.IsSet)
        {
            _work.Wait();
            // All tasks are closed by then, and the group's view of a member that left may not be asked for: librdkafka crashes.
            if (_stopping.Wait(Gather))
                return;
            _work.Reset();
            if (!_queue.TryCommit())
                _stopping.Wait(RetryDelay);
            if (_queue.HasWaiting)
                _work.Set();
        }
    }
}
