using System.Text;
using Confluent.Kafka;
using Google.Protobuf;
using StreamSocial.Events;
using StreamSocial.Events.Stages;
using StreamSocial.Kafka.Lag;
using StreamSocial.Streams.Membership;
using StreamSocial.Streams.Membership.Controls;

namespace StreamSocial.Operations.Stages;

/// <summary>Pauses and resumes stages and moves their tasks, by writing to topic <c>stage-controls</c>, which every member follows. Thread-safe.</summary>
/// <param name="application">Whose stages.</param>
/// <param name="kafka">How to read and write.</param>
/// <param name="view">What is known of the stages and the members.</param>
/// <param name="time">The clock.</param>
public sealed class StageOperator(StageApplication application, StageKafka kafka, StageView view, TimeProvider time)
{
    private static readonly TimeSpan WriteTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100);

    private readonly Lock _numbering = new();
    private long _lastResetId;

    /// <summary>How long <see cref="ApplyAsync"/> waits for the owners of the tasks.</summary>
    /// <value>Default 10 s.</value>
    public TimeSpan ApplyTimeout { get; init; } = TimeSpan.FromSeconds(10);

    public StageApplication Application => application;

    /// <summary>The stages and what operators want of them.</summary>
    /// <exception cref="StageOperationException">That is not known yet.</exception>
    public IReadOnlyList<StageDocument> List()
    {
        var (controls, members, live) = (Controls(), view.Members(), view.LiveMembers());
        return [.. application.Stages.Select(stage => StageDocument.Of(stage, controls.PauseOf(stage.Name), Unmoved(stage, controls, members).Count, live))];
    }

    /// <summary>The stage of a name.</summary>
    /// <exception cref="StageOperationException">There is none.</exception>
    public StageManifest Find(string stage) => application.Stages.FirstOrDefault(known => known.Name == stage)
        ?? throw new StageOperationException(StageRefusal.UnknownStage, $"There is no stage '{stage}'; there are {string.Join(", ", application.Stages.Select(known => known.Name))}.");

    /// <summary>Pauses a stage, or lets it go on. Returns when the brokers have it; the members follow within a moment.</summary>
    /// <exception cref="StageOperationException">It was not done.</exception>
    public async Task<StageDocument> SetPausedAsync(string stage, bool isPaused, string by, string? reason, CancellationToken cancellationToken)
    {
        var manifest = Find(stage);
        var pause = new StagePause { IsPaused = isPaused, Since = time.GetUtcNow().ToUnixTimeMilliseconds(), By = by, Reason = reason ?? "" };
        // Before it is written: what cannot be told afterwards is not to be done.
        var live = view.LiveMembers();
        var unmoved = Unmoved(manifest, Controls(), view.Members()).Count;
        await WriteAsync(stage, new StageControl { Stage = stage, Pause = pause }, cancellationToken);
        return StageDocument.Of(manifest, pause, unmoved, live);
    }

    /// <summary>What a reset would do; changes nothing.</summary>
    /// <param name="stage">The stage.</param>
    /// <param name="to">Where its tasks would go on.</param>
    /// <param name="partitions">Which ones; null for all.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="StageOperationException">There is no such stage or partition, or the position is not in the input.</exception>
    public async Task<ResetPlan> PlanAsync(string stage, ResetPosition to, IReadOnlyList<int>? partitions, CancellationToken cancellationToken)
    {
        var manifest = Find(stage);
        var controls = Controls();
        try
        {
            var ranges = await kafka.Offsets.ReadRangesAsync(manifest.Input, cancellationToken);
            var chosen = partitions ?? [.. Enumerable.Range(0, ranges.Count)];
            if (chosen.Where(partition => partition >= ranges.Count).ToArray() is { Length: > 0 } unknown)
                throw new StageOperationException(StageRefusal.BadPartitions, $"{manifest.Input} has the partitions 0 to {ranges.Count - 1}; {string.Join(", ", unknown.Take(5))} is not among them.");
            var isEmbedded = await IsEmbeddedAsync(manifest.Input, ranges, cancellationToken);
            if (isEmbedded && to.Kind == ResetPositionKind.Time)
                throw new StageOperationException(StageRefusal.BadPosition, "The embedded brokers find no records by their time; give an offset.");
            var positions = await ReadPositionsAsync(manifest.Input, chosen, ranges, isEmbedded, cancellationToken);
            var found = to.Kind == ResetPositionKind.Time ? await kafka.Offsets.FindAsync(manifest.Input, chosen, to.Time, cancellationToken) : null;
            ResetPartition[] plan = [.. chosen.Select(partition => new ResetPartition(partition, ranges[partition].First, ranges[partition].End, positions[partition], Target(partition)))];
            if (plan.FirstOrDefault(partition => partition.Target < partition.First || partition.Target > partition.End) is { } outside)
            {
                throw new StageOperationException(
                    StageRefusal.BadPosition, $"Partition {outside.Partition} of {manifest.Input} has the offsets {outside.First} to {outside.End}; {outside.Target} is not among them.");
            }
            return new ResetPlan(stage, manifest.Input, application.Group, to.ToString(), controls.IsPaused(stage), plan);

            long Target(int partition) => to.Kind switch
            {
                ResetPositionKind.Earliest => ranges[partition].First,
                ResetPositionKind.Latest => ranges[partition].End,
                ResetPositionKind.Offset => to.Offset,
                _ => found!.TryGetValue(partition, out var offset) ? offset : ranges[partition].End,
            };
        }
        catch (KafkaException e)
        {
            throw NoAnswer(e);
        }
    }

    /// <summary>Refuses a reset that was not confirmed.</summary>
    /// <exception cref="StageOperationException">What was typed is not the group's name.</exception>
    public void CheckConfirmation(string? typed)
    {
        if (typed != application.Group)
            throw new StageOperationException(StageRefusal.NotConfirmed, $"Nothing was changed: to confirm, give the group's name, {application.Group}{(string.IsNullOrEmpty(typed) ? "" : $"; '{typed}' is not it")}.");
    }

    /// <summary>
    /// Moves the tasks of a plan. The targets are durable when the brokers have them; the owner of each task moves it once, whenever there is one. Waits a while for that.
    /// </summary>
    /// <exception cref="StageOperationException">It was not done.</exception>
    public async Task<ResetOutcome> ApplyAsync(ResetPlan plan, CancellationToken cancellationToken)
    {
        var stage = Find(plan.Stage);
        var id = NextResetId(stage);
        ResetTarget[] targets = [.. plan.Partitions.Select(partition => new ResetTarget { Partition = partition.Partition, NextOffset = partition.Target, ResetId = id })];
        await WriteTargetsAsync(stage, id, targets, cancellationToken);

        var started = time.GetTimestamp();
        var unmoved = Unmoved(stage, targets, view.Members());
        while (unmoved.Count > 0 && time.GetElapsedTime(started) < ApplyTimeout)
        {
            await Task.Delay(Poll, time, cancellationToken);
            unmoved = Unmoved(stage, targets, view.Members());
        }
        await TakeAwayAsync(stage, id, unmoved, cancellationToken);
        return new ResetOutcome(plan, targets.Length - unmoved.Count);
    }

    /// <summary>A number above all that are asked for or done: a task that has it, or a later one, has moved. Clocks of other machines may be ahead.</summary>
    private long NextResetId(StageManifest stage)
    {
        var known = Controls().TargetsOf(stage.Name).Select(target => target.ResetId)
            .Concat(view.Members().SelectMany(member => member.Topics).Where(topic => topic.Topic == stage.Input).SelectMany(topic => topic.ResetIds));
        // Another process that asks in the same millisecond hardly gets the same one.
        var now = (time.GetUtcNow().ToUnixTimeMilliseconds() * 1000) + (Environment.ProcessId % 1000);
        lock (_numbering)
            return _lastResetId = Math.Max(now, known.Append(_lastResetId).Max() + 1);
    }

    /// <summary>Takes away what is done: a target that stays would move a task again whose state was lost and made anew.</summary>
    private async Task TakeAwayAsync(StageManifest stage, long id, List<ResetTarget> unmoved, CancellationToken cancellationToken)
    {
        await WriteTargetsAsync(stage, id, unmoved, cancellationToken);
        // Whoever asked for these is gone.
        foreach (var done in Controls().ResetsOf(stage.Name).Where(targets => targets[0].ResetId != id && Unmoved(stage, targets, view.Members()).Count == 0))
            await WriteTargetsAsync(stage, done[0].ResetId, [], cancellationToken);
    }

    private StageControls Controls() => view.Controls.IsCaughtUp
        ? view.Controls.Current
        : throw new StageOperationException(StageRefusal.ControlsUnknown, $"Topic {view.Controls.Topic} has not been read to its end yet; try again in a second.");

    private static List<ResetTarget> Unmoved(StageManifest stage, StageControls controls, IReadOnlyCollection<Member> members) => Unmoved(stage, controls.TargetsOf(stage.Name), members);

    /// <summary>Targets that no member reports to have in a checkpoint. Whether it is alive does not matter: what it reported is durable.</summary>
    private static List<ResetTarget> Unmoved(StageManifest stage, IReadOnlyList<ResetTarget> targets, IReadOnlyCollection<Member> members)
    {
        var moved = new Dictionary<int, long>();
        foreach (var topic in members.SelectMany(member => member.Topics).Where(topic => topic.Topic == stage.Input))
        {
            foreach (var (partition, id) in topic.Partitions.Zip(topic.ResetIds))
                moved[partition] = Math.Max(moved.GetValueOrDefault(partition), id);
        }
        return [.. targets.Where(target => moved.GetValueOrDefault(target.Partition) < target.ResetId)];
    }

    /// <summary>Whether the brokers are embedded ones, also for who was given no more than their address: those find no record by its time, however old it may be.</summary>
    private async Task<bool> IsEmbeddedAsync(string input, IReadOnlyList<(long First, long End)> ranges, CancellationToken cancellationToken)
    {
        int[] written = [.. Enumerable.Range(0, ranges.Count).Where(partition => ranges[partition].First < ranges[partition].End)];
        return kafka.Settings.IsEmbedded || (written.Length > 0 && (await kafka.Offsets.FindAsync(input, written, DateTimeOffset.UnixEpoch, cancellationToken)).Count == 0);
    }

    private async Task<IReadOnlyDictionary<int, long?>> ReadPositionsAsync(
        string input, IReadOnlyList<int> partitions, IReadOnlyList<(long First, long End)> ranges, bool isEmbedded, CancellationToken cancellationToken)
    {
        var reported = new Dictionary<int, long>();
        foreach (var topic in view.Members().OrderBy(member => member.ReportedAt).SelectMany(member => member.Topics).Where(topic => topic.Topic == input))
        {
            foreach (var (partition, offset) in topic.Partitions.Zip(topic.CommittedOffsets))
                reported[partition] = offset;
        }
        // A checkpoint and the group's offset are one transaction; embedded brokers have neither, there the owners say it.
        if (!isEmbedded)
        {
            var committed = await kafka.Offsets.ReadCommittedAsync(application.Group, input, partitions, cancellationToken);
            if (committed.Count == 0 && partitions.Any(partition => reported.GetValueOrDefault(partition) > ranges[partition].First))
            {
                throw new StageOperationException(
                    StageRefusal.BadPosition, $"Group {application.Group} has no positions in {input}, though members report some: probably they run as another group (Streams:GroupId), whose positions are not known here.");
            }
            return partitions.ToDictionary(partition => partition, partition => (long?)(committed.TryGetValue(partition, out var offset) ? offset : ranges[partition].First));
        }
        return partitions.ToDictionary(
            partition => partition, partition => reported.TryGetValue(partition, out var offset) ? offset >= 0 ? offset : ranges[partition].First : (long?)null);
    }

    private Task WriteTargetsAsync(StageManifest stage, long id, IReadOnlyCollection<ResetTarget> targets, CancellationToken cancellationToken) => WriteAsync(
        StageControls.ResetKeyOf(stage.Name, id),
        targets.Count == 0 ? null : new StageControl { Stage = stage.Name, Reset = new OffsetReset { Targets = { targets } } },
        cancellationToken);

    private async Task WriteAsync(string key, StageControl? control, CancellationToken cancellationToken)
    {
        var value = control?.ToByteArray();
        CheckReadable(key, value);
        using var timeout = new CancellationTokenSource(WriteTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            await kafka.Producer.ProduceAsync(
                application.ControlsTopic, new Message<byte[]?, byte[]?> { Key = Encoding.UTF8.GetBytes(key), Value = value }, either.Token);
        }
        catch (KafkaException e)
        {
            throw NoAnswer(e);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new StageOperationException(StageRefusal.NoAnswer, $"The brokers did not take it within {WriteTimeout.TotalSeconds:0} s; it may still arrive.", e);
        }
    }

    /// <summary>What the members would leave unread must not be taken for done.</summary>
    private void CheckReadable(string key, byte[]? value)
    {
        try
        {
            if (value is not null)
                StageControls.Read(key, value, time.GetUtcNow());
        }
        catch (InvalidDataException e)
        {
            throw new StageOperationException(StageRefusal.BadText, $"Nothing was changed, since nobody could read it: {e.Message}.", e);
        }
    }

    private static StageOperationException NoAnswer(KafkaException e) => new(StageRefusal.NoAnswer, $"The brokers do not answer: {e.Error.Reason}.", e);
}

/// <summary>Whose stages can be paused and moved.</summary>
/// <param name="Group">Its consumer group.</param>
/// <param name="ControlsTopic">The topic that its members follow.</param>
/// <param name="Stages">Its stages.</param>
public sealed record StageApplication(string Group, string ControlsTopic, IReadOnlyList<StageManifest> Stages)
{
    /// <summary>The feed generators.</summary>
    public static StageApplication FeedGenerators { get; } = new(FeedGeneratorStages.ApplicationId, TopicNames.StageControls, FeedGeneratorStages.All);
}

/// <summary>How to read and write.</summary>
/// <param name="Settings">The cluster.</param>
/// <param name="Offsets">Asks it for offsets.</param>
/// <param name="Producer">Keeps order and loses nothing.</param>
public sealed record StageKafka(Kafka.KafkaClientSettings Settings, PartitionOffsets Offsets, IProducer<byte[]?, byte[]?> Producer);

/// <summary>What is known of the stages and the members.</summary>
/// <param name="Controls">Follows what operators want of the stages.</param>
/// <param name="Members">The last report of each member.</param>
public sealed record StageView(StageControlsView Controls, Func<IReadOnlyCollection<Member>> Members)
{
    /// <summary>The members that are counted: those that are alive.</summary>
    /// <value>Default <see cref="Members"/>, where all of them are alive.</value>
    public Func<IReadOnlyCollection<Member>> LiveMembers { get; init; } = Members;
}

/// <summary>A stage and what an operator wants of it.</summary>
/// <param name="Name">The stage.</param>
/// <param name="Input">The topic that it reads.</param>
/// <param name="IsPaused">Whether it is to be paused.</param>
/// <param name="Since">When that was last changed; null when it never was.</param>
/// <param name="By">Who changed it; null when nobody did.</param>
/// <param name="Reason">Why; null when nobody said.</param>
/// <param name="PausedMembers">Members that have it paused.</param>
/// <param name="Members">Members that run tasks of it.</param>
/// <param name="UnmovedPartitions">Partitions that are to go on elsewhere and have not moved yet.</param>
public sealed record StageDocument(
    string Name, string Input, bool IsPaused, DateTimeOffset? Since, string? By, string? Reason, int PausedMembers, int Members, int UnmovedPartitions)
{
    internal static StageDocument Of(StageManifest stage, StagePause? pause, int unmoved, IReadOnlyCollection<Member> members)
    {
        Member[] owners = [.. members.Where(member => member.Topics.Any(topic => topic.Topic == stage.Input && topic.Partitions.Count > 0))];
        return new StageDocument(
            stage.Name, stage.Input, pause?.IsPaused ?? false, pause is null ? null : DateTimeOffset.FromUnixTimeMilliseconds(pause.Since), pause?.By,
            string.IsNullOrEmpty(pause?.Reason) ? null : pause.Reason, owners.Count(member => member.PausedInputs.Contains(stage.Input)), owners.Length, unmoved);
    }
}
