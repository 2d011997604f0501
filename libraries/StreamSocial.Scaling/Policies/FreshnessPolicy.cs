using System.Collections.Immutable;
using System.Globalization;
using StreamSocial.Scaling.Signals;
using StreamSocial.Streams.Membership.Diagnosis;

namespace StreamSocial.Scaling.Policies;

/// <summary>
/// Keeps records fresh with as few replicas as do it. When the oldest unprocessed record is older than the target, it goes in one step to the replicas that
/// process what arrives, what waits, and what will wait until they are there, at the target utilisation. When fewer have sufficed for the whole window, it
/// goes to the most that were needed in it.
/// </summary>
/// <remarks>
/// It judges only a settled group, since a changing group shows the load of neither its old nor its new size. Out it decides from the least that the load can
/// be, in from the most, and never to a number whose loss of one replica would overload the rest.
/// </remarks>
public sealed class FreshnessPolicy : IScalingPolicy
{
    /// <summary>The policy's name.</summary>
    public const string PolicyName = "freshness";

    /// <summary>A step that raised what the group processes by less than this did not help.</summary>
    private const double LeastGain = 1.1;

    /// <summary>A group so busy has nothing left for a rise: when the rise lasts, records will be late before replicas that are added then are there.</summary>
    private const double FullUtilisation = 0.95;

    /// <summary>Replicas as a multiple of those that should have caught up and did not: the load is uneven, and each owns less of it then.</summary>
    private const double UnevenStep = 1.25;

    /// <summary>A step in that saves less is not worth the moves.</summary>
    private const double LeastSaving = 0.2;

    /// <summary>How long a group must be full before it counts as a rise: bursts pass.</summary>
    private static readonly TimeSpan FullFor = TimeSpan.FromSeconds(10);

    /// <inheritdoc/>
    public string Name => PolicyName;

    /// <inheritdoc/>
    public PolicyDecision Decide(ScalingSnapshot snapshot, ScalingOptions options, DateTimeOffset now)
    {
        var load = GroupLoad.Of(snapshot, options);
        var draft = new DecisionDraft(snapshot, load);
        if (snapshot.Scale is not { } scale)
            return draft.Hold(DecisionCause.UnknownSignals, "The orchestrator does not say how many replicas there are.", "replicas");

        var (minimum, maximum) = scale.Within(options);
        if (scale.Desired < minimum)
            return draft.Act(minimum, DecisionCause.OutOfBounds, $"{Replicas(scale.Desired)} asked for, the minimum is {minimum}.");
        if (scale.Desired > maximum)
            return draft.Act(maximum, DecisionCause.OutOfBounds, $"{Replicas(scale.Desired)} asked for, the maximum is {maximum}.");
        var decision = FindGap(draft, snapshot, scale, load, options, now) is { } gap
            ? OrFallback(draft, gap, snapshot, options, Math.Clamp(options.FallbackReplicas ?? scale.Desired, minimum, maximum), now)
            : Size(draft, snapshot, load, options, new Bounds(minimum, Math.Max(minimum, Math.Min(maximum, load.LargestTopic))), now);
        return AskAgain(draft, scale, snapshot.MissingSince, options.StartTimeout, now) ?? decision;
    }

    /// <summary>Why the load cannot be judged now; null when it can.</summary>
    private static PolicyDecision? FindGap(DecisionDraft draft, ScalingSnapshot snapshot, ScaleSignal scale, GroupLoad load, ScalingOptions options, DateTimeOffset now)
    {
        // A step changes the group anew.
        var since = snapshot.Steps is [.., var last] && last.At > snapshot.UnsettledSince ? last.At : snapshot.UnsettledSince;
        var isSettling = now - since < options.SettleTimeout;
        // One that cannot start does not stop every other decision for ever.
        if (isSettling && scale.Running < scale.Desired)
            return draft.Hold(DecisionCause.Unsettled, $"Waiting for {scale.Desired - scale.Running} of {Replicas(scale.Desired)} to start.");
        if (snapshot.Members is not { } members)
            return draft.Hold(DecisionCause.UnknownSignals, "The members of the group are not known.", "members");
        if (isSettling && (members.Length != scale.Running || scale.Running != scale.Desired))
            return draft.Hold(DecisionCause.Unsettled, $"The group is changing: {members.Length} members, {scale.Running} replicas running, {scale.Desired} asked for.");
        if (isSettling)
            return draft.Hold(DecisionCause.Unsettled, load.Restoring > 0 ? $"{load.Restoring} partitions are being restored." : "The group has just changed; its rates are not known yet.");
        // When records are late, what the known costs take is the least that is needed. A stage may do too little for its cost to be measured.
        var isLate = load.RelievableAge > options.AgeTarget && load.Arrival > 0;
        if (!load.IsMeasured || (load.LacksCost && !isLate))
            return draft.Hold(DecisionCause.UnknownSignals, $"Not known: {string.Join(", ", load.Unknown.DefaultIfEmpty("partitions"))}.");
        return null;
    }

    private static PolicyDecision OrFallback(DecisionDraft draft, PolicyDecision gap, ScalingSnapshot snapshot, ScalingOptions options, int fallback, DateTimeOffset now) =>
        gap.Cause == DecisionCause.UnknownSignals && snapshot.UnknownSince is { } since && now - since >= options.FallbackAfter && fallback != snapshot.Scale!.Desired
            ? draft.Act(fallback, DecisionCause.Fallback, $"The load has been unknown for {Seconds(now - since)} s; {Replicas(fallback)} are configured for that.")
            : gap;

    /// <summary>Asks again for replicas that have not started in time; null when none is to be asked for. What else there is to decide is decided a tick later.</summary>
    private static PolicyDecision? AskAgain(DecisionDraft draft, ScaleSignal scale, DateTimeOffset? since, TimeSpan timeout, DateTimeOffset now) =>
        scale.Running < scale.Desired && since is { } start && now - start >= timeout
            ? draft.Act(
                scale.Desired, DecisionCause.ReplicaMissing, $"{scale.Desired - scale.Running} of {Replicas(scale.Desired)} not running for {Seconds(now - start)} s; asking again.", ScalingVerdict.ScaleOut)
            : null;

    private static PolicyDecision Size(DecisionDraft draft, ScalingSnapshot snapshot, GroupLoad load, ScalingOptions options, Bounds bounds, DateTimeOffset now)
    {
        var scale = snapshot.Scale!;
        var current = scale.Desired;
        // What will have piled up when added replicas are there, spread over the time to catch up.
        var growth = Math.Max(0, load.Arrival - current) * options.MoveDuration.TotalSeconds / options.CatchUpTarget.TotalSeconds;
        // What waits is processed with the capacity that is kept free of what arrives.
        var enough = bounds.First(replicas => Suffices(replicas, options.TargetUtilisation));
        var needed = Suffices(current, options.TargetUtilisation * (1 + options.Tolerance)) ? Math.Min(enough, current) : enough;
        draft.Note("needed.replicas", needed);
        if (load.RelievableAge is { } age && age > options.AgeTarget)
            return OnLate(draft, snapshot, load, options, bounds, needed, age, now);
        if (needed <= current && load.Unrelievable is { } late && late.OldestAge > options.AgeTarget)
            return OnUnrelievable(draft.Recommend(current), late);
        if (load.FullestMemory > options.MemoryTarget && needed > current && !SparesMemory(load, options, scale, current))
            return OnFullMemory(draft, snapshot, load, options, bounds, needed, now);
        if (needed > current)
            return OnFull(draft, snapshot, load, options, bounds, needed, now);

        var fewer = FewestSafe(load, options, scale, bounds);
        draft.Note("safe.replicas", fewer);
        return fewer < current
            ? OnSpare(draft.Recommend(fewer), snapshot, load, options, fewer, now)
            : draft.Recommend(current).Hold(DecisionCause.OnTarget, $"{Replicas(current)} {(current == 1 ? "is" : "are")} what the load needs{Missing(scale)}.");

        bool Suffices(int replicas, double utilisation) =>
            load.ArrivalUtilisationAt(replicas) <= utilisation && load.UtilisationAt(replicas, growth) <= 1 && SparesMemory(load, options, scale, replicas);
    }

    /// <summary>Records wait too long: more replicas, if these are what is missing.</summary>
    private static PolicyDecision OnLate(DecisionDraft draft, ScalingSnapshot snapshot, GroupLoad load, ScalingOptions options, Bounds bounds, int needed, TimeSpan age, DateTimeOffset now)
    {
        var (current, running) = (snapshot.Scale!.Desired, snapshot.Scale.Running);
        // More replicas would be there after a move, and then take as long to catch up as was aimed at.
        var patience = options.MoveDuration + options.CatchUpTarget;
        var late = $"The oldest record has waited {Seconds(age)} s (target {Seconds(options.AgeTarget)} s)";
        draft.Recommend(Math.Max(needed, current));
        if (needed > current)
        {
            return running > load.Arrival && load.Backlog / (running - load.Arrival) <= patience.TotalSeconds
                ? draft.Hold(DecisionCause.CatchingUp, $"{late}; it is caught up before more replicas could have done it.")
                : OutIfThatHelps(needed, DecisionCause.Load, $"{late}; {Takes(load)}.");
        }
        if (load.HotPartition is { } hot)
            return draft.Hold(DecisionCause.HotPartition, $"{late}: partition {hot.Partition} of {hot.Topic} needs more than one thread; more replicas do not relieve it.");
        if (current == bounds.Maximum && load.UtilisationAt(current) > 1)
            return draft.Hold(DecisionCause.AtMaximum, $"{late}, and {Replicas(current)} are all that are allowed.");
        return current < bounds.Maximum && now - snapshot.CatchingUpSince > patience
            ? OutIfThatHelps((int)Math.Ceiling(current * UnevenStep), DecisionCause.Uneven, $"{late}; {Replicas(current)} should have caught up within {Seconds(patience)} s: {(running < current ? OnlyRun(running) : "the load is uneven")}.")
            : draft.Hold(DecisionCause.CatchingUp, $"{late}; {Replicas(current)} catch up{Missing(snapshot.Scale)}.");

        PolicyDecision OutIfThatHelps(int replicas, DecisionCause cause, string reason) =>
            snapshot.Steps is [.., { To: var to, ProcessedRate: { } before } last] && to > last.From && to == current && running >= current && load.ProcessedRecords < before * LeastGain
                ? draft.Hold(DecisionCause.NoGain, $"{late}; the step from {last.From} to {to} replicas did not raise what is processed ({load.ProcessedRecords:0}/s after {before:0}/s): something that they share is exhausted.")
                : Out(draft, current, replicas, options, bounds, cause, reason);
    }

    /// <summary>Records wait too long for something that replicas do not bring.</summary>
    private static PolicyDecision OnUnrelievable(DecisionDraft draft, PartitionSignal late) => draft.Hold(
        DecisionCause.NotReplicas,
        $"The oldest record of {late.Topic} partition {late.Partition} has waited {Seconds(late.OldestAge!.Value)} s ({late.Cause.Title()}). {late.Cause.Remedy()}");

    /// <summary>No record is late yet, but the replicas may have no reserve left: more replicas, if that lasts.</summary>
    private static PolicyDecision OnFull(DecisionDraft draft, ScalingSnapshot snapshot, GroupLoad load, ScalingOptions options, Bounds bounds, int needed, DateTimeOffset now)
    {
        var current = snapshot.Scale!.Desired;
        if (load.ArrivalUtilisationAt(current) <= Math.Max(options.TargetUtilisation, FullUtilisation))
            return draft.Recommend(current).Hold(DecisionCause.OnTarget, $"{Replicas(needed)} would have the reserve that is aimed at; no record waits longer than {Seconds(options.AgeTarget)} s.");
        draft.Recommend(needed);
        return HasLasted(snapshot, current, now)
            ? Out(draft, current, needed, options, bounds, DecisionCause.Load, $"No reserve has been left for {Seconds(FullFor)} s; {Takes(load)}{Forecast(snapshot)}.")
            : draft.Hold(DecisionCause.OnTarget, $"The load takes {Replicas(needed)}, but no record waits longer than {Seconds(options.AgeTarget)} s yet.");
    }

    private static PolicyDecision Out(DecisionDraft draft, int current, int needed, ScalingOptions options, Bounds bounds, DecisionCause cause, string reason) =>
        draft.Act(Math.Clamp(Math.Min(needed, (int)(current * options.MaxStepFactor)), current + 1, bounds.Maximum), cause, reason);

    private static string Takes(GroupLoad load) => string.Create(CultureInfo.InvariantCulture, $"the load takes {load.Arrival:0.0} replicas and a backlog of {load.BacklogRecords} records");

    private static string Forecast(ScalingSnapshot snapshot) =>
        snapshot.ForecastRise > 1 ? string.Create(CultureInfo.InvariantCulture, $", {snapshot.ForecastRise:0.0} times what arrives now being expected") : "";

    private static string Missing(ScaleSignal scale) => scale.Running < scale.Desired ? $"; {OnlyRun(scale.Running)}" : "";

    private static string OnlyRun(int running) => $"only {running} {(running == 1 ? "runs" : "run")}";

    /// <summary>What another size of the group recommended does not count.</summary>
    private static ImmutableArray<Recommendation> SinceLastStep(ScalingSnapshot snapshot) =>
        snapshot.Steps is [.., var last] ? [.. snapshot.Recommendations.Where(past => past.At > last.At)] : snapshot.Recommendations;

    /// <summary>Fewest replicas that the load, at the most that it can be, keeps within the target, also when one of them is lost.</summary>
    private static int FewestSafe(GroupLoad load, ScalingOptions options, ScaleSignal scale, Bounds bounds) => !load.IsBounded
        ? bounds.Maximum
        : bounds.First(replicas =>
            load.MostUtilisationAt(replicas) <= options.TargetUtilisation * (1 - options.Tolerance) && SparesMemory(load, options, scale, replicas)
            && (replicas <= bounds.Minimum || replicas == 1 || load.MostUtilisationAt(replicas - 1) <= 1));

    /// <summary>
    /// Whether so many replicas have room for the states. One that was asked for and does not run holds none, and may never. Where there is no room without any
    /// state, no number of replicas makes it.
    /// </summary>
    private static bool SparesMemory(GroupLoad load, ScalingOptions options, ScaleSignal scale, int replicas)
    {
        // None while members live is no measurement.
        var running = Math.Max(1, Math.Min(scale.Running, scale.Desired));
        var holding = Math.Max(Math.Min(replicas, running), replicas - scale.Desired + running);
        return load.MemoryAt(holding) is not { } memory || memory <= options.MemoryTarget || load.MemoryAt(int.MaxValue) >= options.MemoryTarget;
    }

    /// <summary>The states need more room: more replicas, if that lasts and the last step helped.</summary>
    private static PolicyDecision OnFullMemory(DecisionDraft draft, ScalingSnapshot snapshot, GroupLoad load, ScalingOptions options, Bounds bounds, int needed, DateTimeOffset now)
    {
        var (current, running) = (snapshot.Scale!.Desired, snapshot.Scale.Running);
        var full = $"The fullest replica holds {load.FullestMemory:P0} of the memory that it may (target {options.MemoryTarget:P0})";
        draft.Recommend(needed);
        if (snapshot.Steps is [.., { To: var to, FullestMemory: { } before } last] && to > last.From && to == current && running >= current && load.FullestMemory > before / LeastGain)
            return draft.Hold(DecisionCause.NoGain, $"{full}; the step from {last.From} to {to} replicas did not lower it.");
        return HasLasted(snapshot, current, now)
            ? Out(draft, current, needed, options, bounds, DecisionCause.Memory, $"{full}{Missing(snapshot.Scale)}.")
            : draft.Hold(DecisionCause.OnTarget, $"{full}, but not for {Seconds(FullFor)} s yet.");
    }

    /// <summary>Whether more replicas than there are have been recommended for a while, without a step in between.</summary>
    private static bool HasLasted(ScalingSnapshot snapshot, int current, DateTimeOffset now)
    {
        var window = SinceLastStep(snapshot);
        return !window.IsEmpty && now - window[0].At >= FullFor && window.Where(past => past.At >= now - FullFor).All(past => past.Replicas > current);
    }

    private static PolicyDecision OnSpare(DecisionDraft draft, ScalingSnapshot snapshot, GroupLoad load, ScalingOptions options, int fewer, DateTimeOffset now)
    {
        var current = snapshot.Scale!.Desired;
        var window = SinceLastStep(snapshot);
        var covered = window.IsEmpty ? TimeSpan.Zero : now - window[0].At;
        var lastly = MostSince(now - options.StabilisationWindow + options.RateWindow);
        var most = Math.Max(lastly, MostSince(now - options.StabilisationWindow));
        draft.Note("window.most_replicas", most);
        if (covered < options.StabilisationWindow || most >= current)
            return draft.Hold(DecisionCause.Stabilising, $"{Replicas(fewer)} would do; waiting to be sure for {Seconds(options.StabilisationWindow)} s.");
        if (snapshot.Steps is [.., { Cause: DecisionCause.Uneven, From: var before }] && most >= before)
            return draft.Hold(DecisionCause.OnTarget, $"{Replicas(most)} would do if the load were even; {before} were not enough.");
        if (most > current * (1 - LeastSaving))
            return draft.Hold(DecisionCause.OnTarget, $"{Replicas(most)} would do; that saves too little for a move.");
        // The rates of a falling load are those of the load before and after. When what they recommended leaves the window, one step goes further.
        if (lastly < most)
            return draft.Hold(DecisionCause.Stabilising, $"{Replicas(lastly)} will have sufficed for the whole window soon.");
        return snapshot.Steps.Length >= options.StepsPerHour
            ? draft.Hold(DecisionCause.Stabilising, $"{Replicas(most)} would do, but there were {snapshot.Steps.Length} steps in the last hour already.")
            : draft.Act(most, DecisionCause.Idle, $"No more than {Replicas(most)} needed for {Seconds(options.StabilisationWindow)} s; {current - most} {(current - most == 1 ? "goes" : "go")}.");

        int MostSince(DateTimeOffset since) => window.Where(past => past.At >= since).Select(past => past.Replicas).Append(fewer).Max();
    }

    private static string Replicas(int count) => count == 1 ? "1 replica" : $"{count} replicas";

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.#", CultureInfo.InvariantCulture);

    /// <summary>The numbers of replicas that there may be.</summary>
    private readonly record struct Bounds(int Minimum, int Maximum)
    {
        /// <summary>The smallest number that suffices; the largest one when none does.</summary>
        public int First(Func<int, bool> suffices)
        {
            for (var replicas = Minimum; replicas < Maximum; replicas++)
            {
                if (suffices(replicas))
                    return replicas;
            }
            return Maximum;
        }
    }
}
