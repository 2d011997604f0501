using Microsoft.Extensions.Logging;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.Streams.Hosting;

/// <summary>
/// Notices tasks that have input and process nothing, that process and checkpoint nothing, and whose position comes near to what retention takes. Each is
/// said once, and when it is over.
/// </summary>
/// <param name="read">Reads how far the running tasks are.</param>
/// <param name="retentionOf">How long a topic keeps its records; null: for ever.</param>
/// <param name="checkpointInterval">How often a task that changed writes a checkpoint.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Is told of what begins and ends.</param>
internal sealed partial class TaskWatch(
    Func<IEnumerable<TaskProgress>> read, Func<string, TimeSpan?> retentionOf, TimeSpan checkpointInterval, TimeProvider time, ILogger<TaskWatch> logger) : IDisposable
{
    /// <summary>How long a task with input may process nothing while the member's others do not either: far above what slow brokers or a rebalance take.</summary>
    public static readonly TimeSpan Idle = TimeSpan.FromMinutes(1);

    /// <summary>How long it may while others go on, as it may be without a checkpoint while others get theirs: its turn may be late under overload.</summary>
    public static readonly TimeSpan IdleAlone = TimeSpan.FromMinutes(5);

    /// <summary>Share of its topic's retention that a position's records may be old before it is an alarm.</summary>
    public const double RetentionShare = 0.5;

    /// <summary>Checkpoint intervals without a checkpoint after which a task that processes counts as stuck.</summary>
    private const int MissedCheckpoints = 6;

    private const int NamedTasks = 3;
    private const string IdleKind = "idle";
    private const string CheckpointKind = "checkpoint";
    private const string RetentionKind = "retention";

    /// <summary>What a reader of committed records cannot see may be a transaction that is open for so long (<c>transaction.max.timeout.ms</c>).</summary>
    private static readonly TimeSpan LongestTransaction = TimeSpan.FromMinutes(16);

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    /// <summary>Held during a look, which may wait for brokers.</summary>
    private readonly Lock _turn = new();

    /// <summary>Held while what was found changes or is read.</summary>
    private readonly Lock _gate = new();
    private readonly ILogger _logger = logger;
    private readonly Dictionary<TaskId, Seen> _seen = [];
    private readonly Dictionary<(TaskId Task, string Kind), string> _troubles = [];
    private ITimer? _timer;
    private long? _movedAt;
    private long? _committedAt;
    private bool _isDisposed;

    /// <summary>What keeps tasks from going on; null when nothing does.</summary>
    public string? Problem => Describe(static trouble => trouble.Kind != RetentionKind);

    /// <summary>Whose records retention will soon take unprocessed; null when nobody's.</summary>
    public string? Alarm => Describe(static trouble => trouble.Kind == RetentionKind);

    private TimeSpan LongestCheckpoint => Longer(checkpointInterval * MissedCheckpoints, Idle);

    public void Start() => _timer = time.CreateTimer(_ => Look(), null, Interval, Interval);

    /// <summary>Waits for a look that is under way.</summary>
    public void Dispose()
    {
        _timer?.Dispose();
        lock (_turn)
            _isDisposed = true;
    }

    private void Look()
    {
        lock (_turn)
        {
            if (!_isDisposed)
                Judge(read().ToDictionary(task => task.Id), time.GetTimestamp());
        }
    }

    private void Judge(Dictionary<TaskId, TaskProgress> progress, long now)
    {
        lock (_gate)
        {
            foreach (var gone in _seen.Keys.Where(task => !progress.ContainsKey(task)).ToArray())
            {
                _seen.Remove(gone);
                foreach (var kind in new[] { IdleKind, CheckpointKind, RetentionKind })
                    Say(gone, kind, null);
            }
            if (HasChanged(progress.Values, static task => task.Next))
                _movedAt = now;
            if (HasChanged(progress.Values, static task => task.Committed))
                _committedAt = now;
            foreach (var task in progress.Values)
            {
                var seen = _seen[task.Id] = (_seen.TryGetValue(task.Id, out var before) ? before : new Seen(task, now, now, now)).Next(task, now);
                Say(task.Id, IdleKind, IdleTrouble(task, Between(seen.MovedAt, now), IsLongAgo(_movedAt, now)));
                Say(task.Id, CheckpointKind, CheckpointTrouble(task, Between(seen.CommittedAt, now), IsLongAgo(_committedAt, now)));
                Say(task.Id, RetentionKind, IsLongAgo(seen.CaughtUpAt, now) ? RetentionTrouble(task) : null);
            }
        }
    }

    private bool HasChanged(IEnumerable<TaskProgress> progress, Func<TaskProgress, long> read) =>
        progress.Any(task => _seen.TryGetValue(task.Id, out var before) && read(before.Progress) != read(task));

    private TimeSpan Between(long from, long to) => time.GetElapsedTime(from, to);

    private bool IsLongAgo(long? then, long now) => then is not { } at || Between(at, now) >= Idle;

    private static TimeSpan Longer(TimeSpan one, TimeSpan other) => one > other ? one : other;

    private static string? IdleTrouble(TaskProgress task, TimeSpan unmoved, bool allStand) =>
        !task.IsHeld && task.End > task.Next && unmoved >= (task.IsAtEnd ? LongestTransaction : allStand ? Idle : IdleAlone)
        ? $"{task.Id} has input from {task.Next} to {task.End} and has processed nothing for {unmoved.TotalSeconds:F0} s"
        : null;

    private string? CheckpointTrouble(TaskProgress task, TimeSpan uncommitted, bool allStand) =>
        task.Next > Math.Max(0, task.Committed) && uncommitted >= (allStand ? LongestCheckpoint : Longer(LongestCheckpoint, IdleAlone))
        ? $"{task.Id} is at {task.Next} and has had no checkpoint since {task.Committed} for {uncommitted.TotalSeconds:F0} s"
        : null;

    private string? RetentionTrouble(TaskProgress task)
    {
        if (task.End <= task.Next || task.LastTimestamp <= 0 || retentionOf(task.Id.Topic) is not { } retention)
            return null;
        // A producer's time may be anything.
        var ageHours = (time.GetUtcNow().ToUnixTimeMilliseconds() - (double)task.LastTimestamp) / TimeSpan.MillisecondsPerHour;
        return ageHours >= retention.TotalHours * RetentionShare
            ? $"{task.Id} is at {task.Next} of {task.End}, whose records are {ageHours:F1} h old; the topic keeps them for {retention.TotalHours:F1} h"
            : null;
    }

    private void Say(TaskId task, string kind, string? trouble)
    {
        var isKnown = _troubles.ContainsKey((task, kind));
        if (trouble is not null)
        {
            _troubles[(task, kind)] = trouble;
            if (!isKnown)
                LogTrouble(trouble);
        }
        else if (_troubles.Remove((task, kind)))
        {
            LogOver(task, kind);
        }
    }

    private string? Describe(Func<(TaskId Task, string Kind), bool> isMeant)
    {
        lock (_gate)
        {
            string[] troubles = [.. _troubles.Where(trouble => isMeant(trouble.Key)).Select(trouble => trouble.Value)];
            return troubles.Length == 0 ? null : $"{string.Join("; ", troubles.Take(NamedTasks))}{(troubles.Length > NamedTasks ? $"; {troubles.Length - NamedTasks} more" : "")}.";
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Trouble}")]
    private partial void LogTrouble(string trouble);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Task} goes on ({Kind})")]
    private partial void LogOver(TaskId task, string kind);

    /// <param name="Progress">How far it was.</param>
    /// <param name="MovedAt">When it last processed something, or had nothing to process or had to wait.</param>
    /// <param name="CommittedAt">When its checkpoint last moved, or had nothing to cover.</param>
    /// <param name="CaughtUpAt">When it last had nothing to process.</param>
    private sealed record Seen(TaskProgress Progress, long MovedAt, long CommittedAt, long CaughtUpAt)
    {
        public Seen Next(TaskProgress task, long now) => new(
            task,
            task.Next != Progress.Next || task.End <= task.Next || task.IsHeld ? now : MovedAt,
            task.Committed != Progress.Committed || task.Next <= Math.Max(0, task.Committed) ? now : CommittedAt,
            task.End <= task.Next ? now : CaughtUpAt);
    }
}

/// <summary>How far a running task is in its input.</summary>
/// <param name="Id">The task.</param>
/// <param name="Next">First offset that it has not processed.</param>
/// <param name="End">Where its input ends, as the brokers said last; at most <paramref name="Next"/> when they did not.</param>
/// <param name="Committed">Input position of its last durable checkpoint; -1 when there is none.</param>
/// <param name="LastTimestamp">Time of the last record that it processed, Unix milliseconds; 0 before the first.</param>
/// <param name="IsAtEnd">Whether it has processed all that it can see: what is behind may be no record, or of a transaction that is open.</param>
/// <param name="IsHeld">Whether it has to wait: until its outputs are taken, or because its stage is paused.</param>
internal readonly record struct TaskProgress(TaskId Id, long Next, long End, long Committed, long LastTimestamp, bool IsAtEnd = false, bool IsHeld = false);
