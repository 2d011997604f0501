using System.Collections.Frozen;
using StreamSocial.Kafka.Records;
using StreamSocial.Kafka.Tables;

namespace StreamSocial.Streams.Membership.Controls;

/// <summary>What operators want of the stages, as of one moment. Immutable.</summary>
public sealed class StageControls
{
    private const string ResetInfix = "/reset/";

    private readonly FrozenDictionary<string, StagePause> _pauses;
    private readonly ILookup<string, IReadOnlyList<ResetTarget>> _resets;
    private readonly FrozenDictionary<(string Stage, int Partition), ResetTarget> _targets;

    private StageControls(IEnumerable<KeyValuePair<string, StageControl>> entries)
    {
        StageControl[] controls = [.. entries.Select(entry => entry.Value)];
        _pauses = controls.Where(control => control.Pause is not null).ToFrozenDictionary(control => control.Stage, control => control.Pause);
        _resets = controls.Where(control => control.Reset is not null).ToLookup(control => control.Stage, control => (IReadOnlyList<ResetTarget>)control.Reset.Targets);
        // Of several that want a partition, the last one counts.
        _targets = _resets.SelectMany(stage => stage.SelectMany(targets => targets).Select(target => (Stage: stage.Key, Target: target)))
            .GroupBy(pair => (pair.Stage, pair.Target.Partition), pair => pair.Target)
            .ToFrozenDictionary(targets => targets.Key, targets => targets.MaxBy(target => target.ResetId)!);
    }

    /// <summary>Nothing is paused, and nothing is reset.</summary>
    public static StageControls None { get; } = new([]);

    /// <summary>What a snapshot of the topic says.</summary>
    public static StageControls Of(TableSnapshot<string, StageControl> snapshot) => new(snapshot.Entries);

    /// <summary>
    /// Key of the record that says where a stage's tasks go on: one for each reset, so that nobody who writes one takes away another. The record that says whether
    /// the stage is paused has the stage's name.
    /// </summary>
    public static string ResetKeyOf(string stage, long resetId) => $"{stage}{ResetInfix}{resetId}";

    /// <summary>Reads a record of topic <c>stage-controls</c>, to which anybody may write.</summary>
    /// <param name="key">The record's key.</param>
    /// <param name="value">The record's value.</param>
    /// <param name="appendedAt">When the log took it.</param>
    /// <exception cref="InvalidDataException">The value is not of this key, or has an absurd number.</exception>
    /// <exception cref="Google.Protobuf.InvalidProtocolBufferException">The value is not a control.</exception>
    public static StageControl Read(string key, byte[] value, DateTimeOffset appendedAt)
    {
        var control = StageControl.Parser.ParseFrom(value);
        FieldCheck.Name("stage", control.Stage);
        if ((control.Pause is null) == (control.Reset is null) || (control.Reset?.Targets.Count == 0))
            throw new InvalidDataException("it is neither a pause nor a reset");
        if (key != (control.Reset is null ? control.Stage : ResetKeyOf(control.Stage, control.Reset.Targets[0].ResetId)))
            throw new InvalidDataException("it is not the pause or the reset of its key's stage");
        if (control.Pause is { } pause)
        {
            FieldCheck.Time("since", pause.Since);
            FieldCheck.Name("by", pause.By);
            FieldCheck.Name("reason", pause.Reason);
            return control;
        }
        FieldCheck.Partitions("partition", control.Reset!.Targets.Select(target => target.Partition));
        FieldCheck.Numbers("next_offset", control.Reset.Targets.Select(target => target.NextOffset));
        FieldCheck.Numbers("reset_id", control.Reset.Targets.Select(target => target.ResetId), minimum: 1);
        if (control.Reset.Targets.Any(target => target.ResetId != control.Reset.Targets[0].ResetId))
            throw new InvalidDataException("it has the targets of several resets");
        if (control.Reset.Targets.DistinctBy(target => target.Partition).Count() != control.Reset.Targets.Count)
            throw new InvalidDataException("it names a partition twice");
        return control;
    }

    /// <summary>Whether a stage's tasks process nothing.</summary>
    public bool IsPaused(string stage) => _pauses.TryGetValue(stage, out var pause) && pause.IsPaused;

    /// <summary>The last change of a stage's pause; null when it was never paused.</summary>
    public StagePause? PauseOf(string stage) => _pauses.GetValueOrDefault(stage);

    /// <summary>Where a task is to go on; null when nobody asked.</summary>
    public ResetTarget? TargetOf(string stage, int partition) => _targets.GetValueOrDefault((stage, partition));

    /// <summary>The targets of each reset of a stage that was not taken away.</summary>
    public IEnumerable<IReadOnlyList<ResetTarget>> ResetsOf(string stage) => _resets[stage];

    /// <summary>Where a stage's tasks are to go on, at most one target a partition.</summary>
    public IReadOnlyList<ResetTarget> TargetsOf(string stage) => [.. _targets.Where(target => target.Key.Stage == stage).Select(target => target.Value)];
}

/// <summary>Follows topic <c>stage-controls</c>. Thread-safe.</summary>
/// <param name="table">The topic; null when the application has none, and nothing is ever paused or reset.</param>
public sealed class StageControlsView(TopicTable<string, StageControl>? table = null)
{
    private volatile Latest _latest = new(-1, StageControls.None);

    /// <summary>The topic; null when there is none.</summary>
    public string? Topic => table?.Topic;

    /// <summary>Whether the topic was read to its end once.</summary>
    public bool IsCaughtUp => table?.IsCaughtUp ?? true;

    /// <summary>What is known; complete once <see cref="IsCaughtUp"/>. The same object while nothing changes.</summary>
    public StageControls Current
    {
        get
        {
            if (table?.Current is not { } snapshot)
                return StageControls.None;
            var latest = _latest;
            if (latest.Version != snapshot.Version)
                _latest = latest = new Latest(snapshot.Version, StageControls.Of(snapshot));
            return latest.Controls;
        }
    }

    /// <summary>Completes when the topic was read to its end once.</summary>
    public Task WaitUntilCaughtUpAsync(CancellationToken cancellationToken) => table?.WaitUntilCaughtUpAsync(cancellationToken) ?? Task.CompletedTask;

    private sealed record Latest(long Version, StageControls Controls);
}
