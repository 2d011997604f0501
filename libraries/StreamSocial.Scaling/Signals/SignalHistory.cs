using System.Collections.Immutable;
using StreamSocial.Scaling.Policies;
using StreamSocial.Streams.Membership;

namespace StreamSocial.Scaling.Signals;

/// <summary>Keeps what a <see cref="ScalingSnapshot"/> needs from earlier ticks. One thread owns it.</summary>
/// <param name="options">Windows and limits.</param>
/// <param name="upstream">By input topic, the input topics whose processing fills it.</param>
public sealed class SignalHistory(ScalingOptions options, ImmutableDictionary<string, ImmutableArray<string>> upstream)
{
    private static readonly TimeSpan StepMemory = TimeSpan.FromHours(1);

    /// <summary>A quiet group works too little in the rate window to show what a record costs.</summary>
    private static readonly TimeSpan QuietWindow = TimeSpan.FromSeconds(30);

    /// <summary>Longest wait for a topic that was never measured to show what a record costs.</summary>
    private static readonly TimeSpan LongestQuiet = TimeSpan.FromHours(1);

    /// <summary>The longest window that a policy does not take from the options.</summary>
    private static readonly TimeSpan LongestFixedWindow = TimeSpan.FromMinutes(5);

    private readonly TimeSpan _recommendationMemory = options.StabilisationWindow > LongestFixedWindow ? options.StabilisationWindow : LongestFixedWindow;
    private readonly Queue<GroupReading> _readings = [];
    private readonly Queue<GroupReading> _quietReadings = [];
    private readonly Queue<Recommendation> _recommendations = [];

    /// <summary>Start of the window for topics that were never measured; null when there is none.</summary>
    private GroupReading? _unmeasuredSince;

    private readonly List<ScalingStep> _steps = [];
    private readonly DailyForecast? _forecast = options.ForecastDays > 0 ? new(options.ForecastDays) : null;
    private ImmutableDictionary<string, StageCostSignal> _costs = ImmutableDictionary<string, StageCostSignal>.Empty;
    private ScalingSnapshot _latest = new();
    private DateTimeOffset? _missingSince;
    private DateTimeOffset? _unsettledSince;
    private DateTimeOffset? _settledSince;
    private DateTimeOffset? _unknownSince;
    private DateTimeOffset? _catchingUpSince;
    private DateTimeOffset _readAt;

    /// <summary>Adds a reading of the group and of the orchestrator, and returns the snapshot as of it.</summary>
    public ScalingSnapshot Add(GroupReading reading, ScaleSignal? scale)
    {
        if (reading.At < _readAt)
            Forget(reading.At);
        _readAt = reading.At;
        var earlier = Slide(_readings, reading, options.RateWindow);
        AddCosts(earlier, Slide(_quietReadings, reading, QuietWindow), reading);
        AddFirstCosts(reading);
        _steps.RemoveAll(step => reading.At - step.At > StepMemory);

        var snapshot = SnapshotCalculator.Calculate(earlier, reading);
        if (scale is not null)
            _missingSince = scale.Running < scale.Desired ? _missingSince ?? reading.At : null;
        // Rates that span a change are those of neither the old group nor the new one.
        if (!IsSettled(snapshot, scale))
            (_unsettledSince, _settledSince) = (_unsettledSince ?? reading.At, null);
        else if (reading.At - (_settledSince ??= reading.At) >= options.RateWindow)
            _unsettledSince = null;
        if (_unsettledSince is null)
            ForgetWhatHelped(snapshot, scale);
        return _latest = snapshot with
        {
            Costs = _costs,
            Upstream = upstream,
            Scale = scale,
            MissingSince = _missingSince,
            UnsettledSince = _unsettledSince,
            UnknownSince = _unknownSince,
            CatchingUpSince = _catchingUpSince,
            Recommendations = [.. _recommendations],
            Steps = [.. _steps],
            ForecastRise = Forecast(snapshot, reading.At),
        };
    }

    /// <summary>Adds a decision. Recommendations before a gap no longer count.</summary>
    public void Add(PolicyDecision decision, DateTimeOffset now)
    {
        if (decision is { Acts: true, Desired: { } desired })
        {
            _missingSince = null;
            if (decision.Current is { } current && current != desired)
                Add(new ScalingStep(now, current, desired, ProcessedRate(), _latest.Members?.Max(member => member.MemoryRatio), decision.Cause));
        }
        Keep(decision, now, isDone: true);
    }

    /// <summary>Adds a decision that acts and was not done: what it recommended counts, and what it was made for lasts.</summary>
    public void AddUndone(PolicyDecision decision, DateTimeOffset now) => Keep(decision, now, isDone: false);

    private void Keep(PolicyDecision decision, DateTimeOffset now, bool isDone)
    {
        // To ask again for what does not run says nothing of the load.
        if (decision.Cause == DecisionCause.ReplicaMissing)
        {
            _missingSince = null;
        }
        else
        {
            _unknownSince = decision.Cause == DecisionCause.UnknownSignals || (!isDone && decision.Cause == DecisionCause.Fallback) ? _unknownSince ?? now : null;
            _catchingUpSince = decision.Cause == DecisionCause.CatchingUp || (!isDone && decision.Cause == DecisionCause.Uneven) ? _catchingUpSince ?? now : null;
        }
        if (decision.Recommended is not { } replicas)
        {
            _recommendations.Clear();
            return;
        }
        _recommendations.Enqueue(new Recommendation(now, replicas));
        // One recommendation older than the longest window of any policy stays: it proves that the window is covered.
        while (_recommendations.Count > 1 && now - _recommendations.ElementAt(1).At >= _recommendationMemory)
            _recommendations.Dequeue();
    }

    /// <summary>Adds a step that was decided elsewhere: by a person, or by an autoscaler before this one.</summary>
    public void Add(ScalingStep step) => _steps.Add(step);

    /// <summary>
    /// Once the group is settled at its new size, and no record is late or no replica too full, the step has helped: a later load is another one, and what was
    /// processed before the step is no measure of it. What is unknown has not helped.
    /// </summary>
    private void ForgetWhatHelped(ScalingSnapshot snapshot, ScaleSignal? scale)
    {
        if (_steps is not [.., { ProcessedRate: not null } or { FullestMemory: not null }] || _steps[^1].To != scale?.Desired)
            return;
        var load = GroupLoad.Of(snapshot, options);
        if (load.RelievableAge <= options.AgeTarget && snapshot.KnowsAges)
            _steps[^1] = _steps[^1] with { ProcessedRate = null };
        if (load.FullestMemory <= options.MemoryTarget && snapshot.Members?.All(member => member.MemoryRatio is not null) == true)
            _steps[^1] = _steps[^1] with { FullestMemory = null };
    }

    /// <summary>The clock was set back: what was before is no measure of time. The group counts as unsettled until it has been seen to be settled again.</summary>
    private void Forget(DateTimeOffset now)
    {
        _readings.Clear();
        _quietReadings.Clear();
        _recommendations.Clear();
        _steps.Clear();
        (_unmeasuredSince, _missingSince, _unknownSince, _catchingUpSince) = (null, null, null, null);
        (_unsettledSince, _settledSince) = (now, null);
    }

    /// <summary>Adds a reading to those of a window and returns the one at its start; null when there is none.</summary>
    private static GroupReading? Slide(Queue<GroupReading> readings, GroupReading reading, TimeSpan window)
    {
        // The oldest reading stays until the next one spans the window by itself.
        while (readings.Count > 1 && reading.At - readings.ElementAt(1).At >= window)
            readings.Dequeue();
        var earlier = readings.TryPeek(out var oldest) ? oldest : null;
        readings.Enqueue(reading);
        return earlier;
    }

    private double? Forecast(ScalingSnapshot snapshot, DateTimeOffset at)
    {
        // A sum that lacks a partition would look like a quiet day.
        if (_forecast is not null && !snapshot.Partitions.IsEmpty && snapshot.Partitions.All(partition => partition.ArrivalRate is not null))
            _forecast.Add(at, snapshot.Partitions.Sum(partition => partition.ArrivalRate!.Value));
        return _forecast?.RiseWithin(at, options.MoveDuration, snapshot.Partitions.Sum(partition => partition.ArrivalRate ?? 0));
    }

    private void AddCosts(GroupReading? earlier, GroupReading? longBefore, GroupReading reading)
    {
        var measured = new HashSet<string>();
        foreach (var start in new[] { earlier, longBefore })
        {
            if (measured.Count == reading.Topics.Length)
                return;
            foreach (var (topic, cost) in start is null ? [] : SnapshotCalculator.Costs(start, reading, options.WarmUp))
            {
                if (measured.Add(topic))
                    _costs = _costs.SetItem(topic, cost);
            }
        }
    }

    /// <summary>
    /// Work on a topic that was never measured is gathered until it shows what a record costs, for it has no earlier figure. When more members count than when that began, it
    /// begins anew.
    /// </summary>
    private void AddFirstCosts(GroupReading reading)
    {
        if (reading.Topics.All(topic => _costs.ContainsKey(topic.Topic)))
            return;
        if (_unmeasuredSince is not { } start || reading.At - start.At > LongestQuiet || SnapshotCalculator.HasNewlyWarm(start, reading, options.WarmUp))
        {
            _unmeasuredSince = reading;
            return;
        }
        foreach (var (topic, cost) in SnapshotCalculator.Costs(start, reading, options.WarmUp))
        {
            if (!_costs.ContainsKey(topic))
                _costs = _costs.Add(topic, cost);
        }
    }

    private static bool IsSettled(ScalingSnapshot snapshot, ScaleSignal? scale) =>
        scale is not null && snapshot.Members is { } members && members.Length == scale.Running && scale.Running == scale.Desired
        && !snapshot.Partitions.Any(partition => partition.IsRestoring);

    private double? ProcessedRate() => _latest.Partitions.Any(partition => partition.ProcessedRate is not null)
        ? _latest.Partitions.Sum(partition => partition.ProcessedRate ?? 0)
        : null;
}
