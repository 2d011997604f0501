using System.Collections.Concurrent;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using StreamSocial.Kafka;
using StreamSocial.Streams.Hosting;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.Streams.Restoring;

/// <summary>
/// Restores the state of newly assigned tasks, several at a time and those with the largest lag first. It has its own thread and consumer, so that running
/// tasks are not delayed. <see cref="TaskRestorers"/> has several.
/// </summary>
internal sealed partial class TaskRestorer : IDisposable
{
    private static readonly TimeSpan PollTimeout = TimeSpan.FromMilliseconds(20);

    /// <summary>How long records are taken before it is seen to anything else.</summary>
    private static readonly TimeSpan LongestRound = TimeSpan.FromMilliseconds(20);

    private readonly ILogger _logger;
    private readonly int _index;
    private readonly SharedByRestorers _shared;
    private readonly TaskEnvironment _environment;
    private readonly TimeProvider _time;
    private readonly IConsumer<byte[]?, byte[]?> _consumer;
    private readonly IRestoreProtocol _protocol;
    private readonly InputLag _lag;
    private readonly RestoreQueue _waiting = new();
    private readonly Dictionary<TopicPartition, RestoreSession> _reading = [];
    private readonly ConcurrentQueue<RestoreSession> _toFollow = new();

    /// <summary>Those of them that read from another position from the next round on.</summary>
    private readonly HashSet<RestoreSession> _again = [];
    private readonly Action<StreamTask> _onRestored;
    private readonly Action<StreamTask, Exception> _onFailed;
    private readonly Thread _thread;
    private readonly ManualResetEventSlim _stopped = new();
    private volatile bool _stopping;

    /// <param name="index">Its number in the member.</param>
    /// <param name="member">What the member's parts share.</param>
    /// <param name="shared">What the member's restorers share.</param>
    /// <param name="clients">Reads changelogs, offsets and lags.</param>
    /// <param name="onRestored">Called on the restorer's thread when a task can run.</param>
    /// <param name="onFailed">Called on the restorer's thread when a task's state cannot be restored.</param>
    public TaskRestorer(
        int index, MemberContext member, SharedByRestorers shared, RestoreClients clients, Action<StreamTask> onRestored, Action<StreamTask, Exception> onFailed)
    {
        (_index, _shared) = (index, shared);
        (_environment, _time) = (member.Environment, member.Host.Time);
        _logger = member.Host.Loggers.CreateLogger<TaskRestorer>();
        (_onRestored, _onFailed) = (onRestored, onFailed);
        (_consumer, _protocol, _lag) = clients;
        _thread = new Thread(() => member.Host.Fatal.Guard(Run)) { Name = $"restore-{index}", IsBackground = true };
    }

    public void Start() => _thread.Start();

    /// <summary>
    /// Begins to restore a task that the member owns, or to complete a session that followed its changelog. The callback given at construction is called when
    /// the task can run.
    /// </summary>
    public void Restore(RestoreSession session)
    {
        session.BeginAt(_time.GetTimestamp());
        _protocol.Open(session);
    }

    /// <summary>Begins to follow the changelog of a task that the member does not own yet; closing the task ends it.</summary>
    public void Follow(RestoreSession session) => _toFollow.Enqueue(session);

    /// <summary>Ends the thread; tasks that were being restored stay unrestored.</summary>
    public void Dispose()
    {
        _stopping = true;
        _stopped.Set();
        if (_thread.IsAlive)
            _thread.Join();
        _consumer.DisposeOrLeave();
        _stopped.Dispose();
    }

    private void Run()
    {
        while (!_stopping)
        {
            DropClosed();
            ReadAgain();
            TakeOpened();
            BeginWaiting();
            BeginFollowing();
            foreach (var session in _reading.Values.ToArray())
                Guard(session, CheckWaiting);
            _shared.Progress.Observe(_index, OwnedReading, _waiting.Count);
            _environment.RetainedStates?.Expire();
            if (WaitForQuota())
                continue;
            TakeRecords();
        }
    }

    /// <summary>
    /// Takes what there is, for a moment. While changelogs are followed there may be more for seconds, and a task that the member gets meanwhile may be complete.
    /// </summary>
    private void TakeRecords()
    {
        var record = Consume(PollTimeout);
        var began = _time.GetTimestamp();
        while (record is not null && !_stopping)
        {
            _shared.Quota.Take((record.Message?.Key?.Length ?? 0) + (record.Message?.Value?.Length ?? 0));
            if (_reading.TryGetValue(record.TopicPartition, out var session) && !_again.Contains(session))
                Guard(session, record, Take);
            record = _shared.Quota.Wait > TimeSpan.Zero || _time.GetElapsedTime(began) >= LongestRound ? null : Consume(TimeSpan.Zero);
        }
    }

    /// <summary>Waits a moment if the quota is used up.</summary>
    private bool WaitForQuota()
    {
        var wait = _shared.Quota.Wait;
        if (wait <= TimeSpan.Zero)
            return false;
        _stopped.Wait(wait < PollTimeout ? wait : PollTimeout);
        return true;
    }

    private void CheckWaiting(RestoreSession session)
    {
        if (_protocol.GivesUpWaiting(session))
            Take(session, session.TakeKnownEnd(_protocol));
    }

    private void ReadAgain()
    {
        if (_again.Count == 0)
            return;
        _consumer.IncrementalUnassign(_again.Select(session => session.Task.Changelog));
        _consumer.IncrementalAssign(_again.Select(session => new TopicPartitionOffset(session.Task.Changelog, session.From)));
        _again.Clear();
    }

    private void TakeOpened()
    {
        var sessions = new List<RestoreSession>();
        _protocol.TakeOpened(sessions);
        foreach (var session in sessions)
            session.OnOwned();
        foreach (var session in sessions.Where(IsReading).ToArray())
        {
            sessions.Remove(session);
            Guard(session, session => Take(session, session.TakeKnownEnd(_protocol)));
        }
        // The order does not matter when all can begin at once.
        var ordered = _waiting.Count + sessions.Count > _shared.Concurrency - OwnedReading;
        if (ordered && sessions.Count > 0)
            _lag.ReadEnds();
        foreach (var session in sessions)
            _waiting.Add(session, ordered ? _lag.Of(session) : null);
    }

    private bool IsReading(RestoreSession session) => _reading.GetValueOrDefault(session.Task.Changelog) == session;

    private void BeginFollowing()
    {
        var assign = new List<TopicPartitionOffset>();
        while (_toFollow.TryDequeue(out var session))
        {
            if (session.Task.State != TaskState.Restoring || session.IsOwned)
                continue;
            if (_reading.TryGetValue(session.Task.Changelog, out var earlier))
                Forget(earlier);
            _protocol.Follow(session);
            Begin(session, assign);
        }
        if (assign.Count > 0)
            _consumer.IncrementalAssign(assign);
    }

    private void Begin(RestoreSession session, List<TopicPartitionOffset> assign)
    {
        _reading.Add(session.Task.Changelog, session);
        assign.Add(new TopicPartitionOffset(session.Task.Changelog, session.From));
    }

    private void BeginWaiting()
    {
        var assign = new List<TopicPartitionOffset>();
        for (var reading = OwnedReading; reading < _shared.Concurrency && _waiting.TryTake(out var session);)
        {
            if (session.Task.State != TaskState.Restoring)
                continue;
            if (_reading.TryGetValue(session.Task.Changelog, out var earlier))
                Forget(earlier);
            if (_protocol.IsEmpty(session))
            {
                Guard(session, Finish);
                continue;
            }
            Begin(session, assign);
            reading++;
        }
        if (assign.Count > 0)
            _consumer.IncrementalAssign(assign);
    }

    private ConsumeResult<byte[]?, byte[]?>? Consume(TimeSpan timeout)
    {
        try
        {
            return _consumer.Consume(timeout);
        }
        catch (ConsumeException e) when (!e.Error.IsFatal && e.ConsumerRecord is { } record && _reading.TryGetValue(record.TopicPartition, out var session))
        {
            Fail(session, e);
            return null;
        }
    }

    private void Guard(RestoreSession session, Action<RestoreSession> step) => Guard(session, step, static (session, step) => step(session));

    /// <summary>What goes wrong with one task's state stops this task alone.</summary>
    private void Guard<T>(RestoreSession session, T argument, Action<RestoreSession, T> step)
    {
        try
        {
            step(session, argument);
        }
#pragma warning disable CA1031 // Whatever a changelog, a codec or a store throws, it is this task's alone.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Fail(session, e);
        }
    }

    private void Fail(RestoreSession session, Exception error)
    {
        if (_reading.GetValueOrDefault(session.Task.Changelog) == session)
            Forget(session);
        if (session.IsOwned)
        {
            _onFailed(session.Task, error);
            return;
        }
        session.OnNotFollowed();
        LogNotFollowed(error, session.Task.Id);
    }

    private void Take(RestoreSession session, ConsumeResult<byte[]?, byte[]?> record) =>
        Take(session, session.Take(_protocol, record.IsPartitionEOF ? null : record, record.Offset.Value));

    private void Take(RestoreSession session, RestoreStep step)
    {
        switch (step)
        {
            case RestoreStep.StartOver:
                LogStartsOver(session.Task.Id);
                _again.Add(session);
                break;
            case RestoreStep.LookBack or RestoreStep.FindEnd:
                _again.Add(session);
                break;
            case RestoreStep.Done:
                Forget(session);
                Finish(session);
                break;
        }
    }

    private void Finish(RestoreSession session)
    {
        var task = session.Task;
        session.Complete();
        var totals = _environment.Totals;
        Interlocked.Add(ref totals.RestoredBytes, session.Bytes);
        Interlocked.Add(ref totals.RestoredStateBytes, task.Stores.Bytes);
        Interlocked.Increment(ref totals.PartitionsRestored);
        var isWarm = session.UsesRetainedState || session.IsWarm;
        if (isWarm)
            Interlocked.Increment(ref totals.PartitionsRestoredWarm);
        _environment.Instruments?.Restored(task.Id.Topic, _time.GetElapsedTime(session.BeganAt), isWarm);
        _shared.Progress.Add(session.Bytes);
        LogRestored(task.Id, task.Checkpoint, session.Replay.Records, session.Bytes, task.Stores.Bytes);
        _onRestored(task);
    }

    /// <summary>Changelogs that are read for tasks that the member owns.</summary>
    private int OwnedReading => _reading.Values.Count(session => session.IsOwned);

    private void DropClosed()
    {
        foreach (var session in _reading.Values.Where(session => session.Task.State is TaskState.Failed or TaskState.Closed).ToArray())
            Forget(session);
    }

    private void Forget(RestoreSession session)
    {
        _again.Remove(session);
        _reading.Remove(session.Task.Changelog);
        _consumer.IncrementalUnassign([session.Task.Changelog]);
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "Restored {Task} at checkpoint {Checkpoint} from {Records} records, {Bytes} bytes; the state has {StateBytes}")]
    private partial void LogRestored(TaskId task, long checkpoint, long records, long bytes, long stateBytes);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The changelog of {Task}, which another member still owns, cannot be followed; it is read when the task comes")]
    private partial void LogNotFollowed(Exception error, TaskId task);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The state of {Task} that was kept cannot be continued; it is restored from the changelog")]
    private partial void LogStartsOver(TaskId task);
}
