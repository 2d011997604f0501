using System.Text;
using Confluent.Kafka;
using Google.Protobuf;
using StreamSocial.Kafka.Producing;
using StreamSocial.Streams.Auditing;
using StreamSocial.Streams.Hosting;
using StreamSocial.Streams.Membership;
using StreamSocial.Streams.Reading;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.Streams.Reporting;

/// <summary>Reports this member to the application's topic of members: at every interval, and soon after its assignment changed.</summary>
internal sealed class MemberReporter(
    MemberContext member, TaskSupervisor supervisor, IReadOnlyList<IReplicatedTable> tables, ReportTarget target, int lanes, Uri endpoint) : IDeliveryHandler, IDisposable
{
    /// <summary>Edges in a report, which is sent every second or so and shows them to a person only.</summary>
    private const int ReportedEdges = 20;

    /// <summary>Characters of a failed task's reason, and of all reasons in a report: each task is in it, however many have failed.</summary>
    private const int LongestReason = 500;
    private const int LongestReasons = 50_000;

    /// <summary>A report describes all partitions, and each step of each restore changes something.</summary>
    private static readonly TimeSpan ShortestInterval = TimeSpan.FromMilliseconds(100);

    private readonly Lock _wakeGate = new();
    private readonly SemaphoreSlim _changed = new(0, 1);
    private readonly CancellationTokenSource _stopping = new();
    private readonly LaneUtilization _utilization = new(member.Environment.Totals, lanes, member.Host.Time);
    private Task _loop = Task.CompletedTask;
    private volatile TaskCompletionSource? _acknowledged;
    private volatile bool _isLeaving;

    /// <summary>When the member started, in Unix milliseconds.</summary>
    public long StartedAt { get; } = member.Host.Time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Starts to report; an error goes to <paramref name="onFailed"/>.</summary>
    public void Start(Action<Exception> onFailed)
    {
        supervisor.Changed += Wake;
        _loop = Task.Run(async () =>
        {
            try
            {
                await ReportAsync(_stopping.Token);
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                // The member leaves; StopAsync sends the last report.
            }
            catch (Exception e) when (e is KafkaException or InvalidOperationException)
            {
                onFailed(e);
            }
        });
    }

    /// <summary>Reports from now on that the member is about to leave.</summary>
    public void AnnounceLeave()
    {
        _isLeaving = true;
        Wake();
    }

    /// <summary>Stops to report.</summary>
    /// <param name="removes">Whether to remove the member from the topic, because it left gracefully. The report of a successor of its name is not its own.</param>
    public async Task StopAsync(bool removes)
    {
        supervisor.Changed -= Wake;
        await _stopping.CancelAsync();
        await _loop;
        try
        {
            if (removes)
                Send(value: null);
        }
        catch (KafkaException e)
        {
            member.Environment.OnDeliveryFailed(e.Error);
        }
    }

    public void Dispose()
    {
        _changed.Dispose();
        _stopping.Dispose();
    }

    void IDeliveryHandler.OnDelivered(long token, long offset, Error? error)
    {
        if (error is not null)
            member.Environment.OnDeliveryFailed(error);
        else
            _acknowledged?.TrySetResult();
    }

    /// <summary>One report at a time: while slow brokers take one, the next would only say what is no longer true when they get to it.</summary>
    private async Task ReportAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var acknowledged = _acknowledged = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            Send(Describe().ToByteArray());
            await acknowledged.Task.WaitAsync(cancellationToken);
            await Task.Delay(ShortestInterval, member.Host.Time, cancellationToken);
            await _changed.WaitAsync(member.Options.ReportInterval - ShortestInterval, cancellationToken);
        }
    }

    private void Wake()
    {
        lock (_wakeGate)
        {
            // One pending signal covers all changes since the last report.
            if (_changed.CurrentCount == 0)
                _changed.Release();
        }
    }

    private void Send(byte[]? value) => target.Sender.Send(
        target.Topic, 0, new Message<byte[]?, byte[]?> { Key = Encoding.UTF8.GetBytes(member.Options.MemberId), Value = value }, this, token: 0);

    private Member Describe()
    {
        var report = new Member
        {
            MemberId = member.Options.MemberId,
            ResourceName = member.Options.MemberId,
            Endpoint = endpoint.ToString(),
            Epoch = supervisor.Epoch,
            StartedAt = StartedAt,
            RunId = member.RunId,
            ReportedAt = member.Host.Time.GetUtcNow().ToUnixTimeMilliseconds(),
            Lanes = lanes,
            IsLeaving = _isLeaving,
            Counters = Count(),
            MemoryBytes = Environment.WorkingSet,
            MemoryLimitBytes = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes,
        };
        foreach (var store in supervisor.Tasks.Where(task => task.State != TaskState.Closed).SelectMany(task => task.Stores.Sizes).GroupBy(store => store.Name))
            report.Stores.Add(new StoreSize { Name = store.Key, Entries = store.Sum(size => size.Entries), Bytes = store.Sum(size => size.Bytes) });
        report.StateBytes = report.Stores.Sum(store => store.Bytes);
        if (_utilization.Measure() is { } measured)
        {
            report.BusyRatio = measured.Ratio;
            if (measured.TrueRate is { } rate)
                (report.TrueRate, report.TrueRateAt) = (rate.EntriesPerSecond, rate.At.ToUnixTimeMilliseconds());
        }
        foreach (var (topic, stage) in member.Environment.Totals.Stages)
            report.Stages.Add(new StageCost { Topic = topic, Records = stage.Records, Entries = stage.Entries, BusyMs = stage.Busy.TotalMilliseconds });
        // Before the tasks: one that is closed in between was released, and does not seem to be kept.
        report.Releasing.Add(supervisor.Releasing.GroupBy(task => task.Topic)
            .Select(tasks => new TopicPartitions { Topic = tasks.Key, Partitions = { tasks.Select(task => task.Partition).Order() } }));
        foreach (var tasks in supervisor.Tasks.Where(task => task.State != TaskState.Closed).GroupBy(task => task.Id.Topic))
            report.Topics.Add(Describe(tasks.Key, tasks.OrderBy(task => task.Id.Partition)));
        foreach (var warmUp in supervisor.WarmUps.GroupBy(warmUp => warmUp.Task.Topic))
        {
            report.WarmUps.Add(new WarmUp
            {
                Topic = warmUp.Key,
                Warm = { warmUp.Where(task => task.IsWarm).Select(task => task.Task.Partition).Order() },
                Warming = { warmUp.Where(task => !task.IsWarm).Select(task => task.Task.Partition).Order() },
            });
        }
        report.WaitingInputs.Add(member.Environment.Totals.WaitingInputs(member.Stages.Select(stage => stage.InputTopic)));
        var controls = member.Environment.Controls();
        report.PausedInputs.Add(member.Stages.Where(stage => controls.IsPaused(stage.Name)).Select(stage => stage.InputTopic));
        report.Audit = Sum(supervisor.Tasks.Where(task => task.State != TaskState.Closed).Select(task => task.Audit));
        report.FailedTasks.Add(Describe(supervisor.Failed));
        report.Tables.Add(tables.Select(table => new MemberTable { Topic = table.Topic, NextOffsets = { table.NextOffsets } }));
        report.Edges.Add(member.Environment.Audit.Edges
            .OrderByDescending(edge => edge.Lost + edge.Misordered).ThenByDescending(edge => edge.DuplicatesDropped).Take(ReportedEdges)
            .Select(edge => new EdgeAudit
            {
                Source = edge.Source, Topic = edge.Destination.Topic, Partition = edge.Destination.Partition,
                Lost = edge.Lost, DuplicatesDropped = edge.DuplicatesDropped, Misordered = edge.Misordered,
            }));
        return report;
    }

    private static MemberTopic Describe(string name, IEnumerable<StreamTask> tasks)
    {
        var topic = new MemberTopic { Topic = name };
        var resetIds = new List<long>();
        foreach (var task in tasks)
        {
            topic.Partitions.Add(task.Id.Partition);
            resetIds.Add(task.DurableResetId);
            // What a failed run did beyond its last checkpoint is done again.
            topic.NextOffsets.Add(task.State == TaskState.Failed ? task.CommittedOffset : task.AcknowledgedOffset);
            topic.CommittedOffsets.Add(task.CommittedOffset);
        }
        if (resetIds.Exists(id => id > 0))
            topic.ResetIds.Add(resetIds);
        return topic;
    }

    private static AuditTotals Sum(IEnumerable<TaskAudit> audits)
    {
        var totals = new AuditTotals();
        foreach (var audit in audits)
        {
            totals.Lost += audit.Lost;
            totals.Misordered += audit.Misordered;
            totals.DuplicatesDropped += audit.DuplicatesDropped;
            totals.RecordsSkipped += audit.RecordsSkipped;
        }
        return totals;
    }

    /// <summary>Describes each task, and the fewer there are the longer its reason.</summary>
    internal static IEnumerable<FailedTask> Describe(IReadOnlyList<TaskBackoff> failed)
    {
        var longest = Math.Min(LongestReason, LongestReasons / Math.Max(1, failed.Count));
        return failed.Select(task => new FailedTask
        {
            Topic = task.Id.Topic,
            Partition = task.Id.Partition,
            Reason = task.Reason.Length <= longest ? task.Reason : task.Reason[..longest],
            FailedAt = task.Since.ToUnixTimeMilliseconds(),
            Failures = task.Failures,
            NextTryAt = task.NextTry?.ToUnixTimeMilliseconds() ?? 0,
            IsPoisoned = task.IsPoisoned,
        });
    }

    private MemberCounters Count()
    {
        var totals = member.Environment.Totals;
        return new MemberCounters
        {
            RecordsConsumed = Interlocked.Read(ref totals.RecordsConsumed),
            EntriesProcessed = Interlocked.Read(ref totals.EntriesProcessed),
            EntriesEmitted = Interlocked.Read(ref totals.EntriesEmitted),
            EntriesLost = member.Environment.Audit.Lost,
            DuplicatesDropped = member.Environment.Audit.DuplicatesDropped,
            EntriesMisordered = member.Environment.Audit.Misordered,
            Checkpoints = Interlocked.Read(ref totals.Checkpoints),
            ChangelogBytes = Interlocked.Read(ref totals.ChangelogBytes),
            InputBytes = Interlocked.Read(ref totals.InputBytes),
            RestoredBytes = Interlocked.Read(ref totals.RestoredBytes),
            EntriesDeadLettered = totals.DeadLetters,
            PartitionsRestored = Interlocked.Read(ref totals.PartitionsRestored),
            RestoredStateBytes = Interlocked.Read(ref totals.RestoredStateBytes),
            PartitionsRestoredWarm = Interlocked.Read(ref totals.PartitionsRestoredWarm),
            CheckpointsFenced = Interlocked.Read(ref totals.CheckpointsFenced),
        };
    }
}

/// <summary>Where reports go.</summary>
internal sealed record ReportTarget(IRecordSender Sender, string Topic);
