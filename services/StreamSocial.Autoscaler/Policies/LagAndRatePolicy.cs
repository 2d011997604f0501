using System.Globalization;
using StreamSocial.Autoscaler.Actuation;
using StreamSocial.Autoscaler.Signals;
using StreamSocial.Events;

namespace StreamSocial.Autoscaler.Policies;

/// <summary>
/// Recommends the replicas that process what arrives at the target utilisation and the backlog within the catch-up target, in one step:
/// <c>ceil((arrival + backlog ÷ catch-up) ÷ (true rate of a replica × target utilisation))</c>.
/// </summary>
/// <remarks>
/// It judges only a settled group, since a changing group shows the rates of neither its old nor its new size. It scales out at once,
/// because waiting lets the backlog grow. It scales in by one replica a window, because each step costs a pause and the load may return.
/// </remarks>
internal sealed class LagAndRatePolicy : IScalingPolicy
{
    public const string PolicyName = "lag-and-rate";

    public string Name => PolicyName;

    public PolicyDecision Decide(ScalingSnapshot snapshot, AutoscalerOptions options, DateTimeOffset now)
    {
        var load = LoadTerms.Of(snapshot);
        var draft = new DecisionDraft(snapshot, load);
        if (snapshot.Scale is not { } scale)
            return draft.Hold(DecisionCause.UnknownSignals, "The orchestrator does not say how many replicas there are.", "replicas");

        var minimum = Math.Max(options.Minimum, scale.Minimum);
        var maximum = Math.Max(minimum, Math.Min(options.Maximum, scale.Maximum));
        if (scale.Desired < minimum)
            return draft.Act(minimum, DecisionCause.OutOfBounds, $"{Replicas(scale.Desired)} asked for, the minimum is {minimum}.");
        if (scale.Desired > maximum)
            return draft.Act(maximum, DecisionCause.OutOfBounds, $"{Replicas(scale.Desired)} asked for, the maximum is {maximum}.");
        if (scale.Running < scale.Desired)
            return OnMissing(draft, scale, snapshot.MissingSince, options.StartTimeout, now);
        if (snapshot.Members is not { } members)
            return draft.Hold(DecisionCause.UnknownSignals, "The members of the group are not known.", "members");
        if (members.Length != scale.Running || scale.Running != scale.Desired)
            return draft.Hold(DecisionCause.Unsettled, $"The group is changing: {members.Length} members, {scale.Running} replicas running, {scale.Desired} asked for.");
        if (load.Restoring > 0)
            return draft.Hold(DecisionCause.Unsettled, $"{load.Restoring} partitions are being restored.");
        if (load.ArrivalRate is not { } arrival || load.BacklogRecords is not { } backlog)
            return draft.Hold(DecisionCause.UnknownSignals, $"Not known: {string.Join(", ", load.Unknown.DefaultIfEmpty("partitions"))}.");

        var demand = arrival + (backlog / options.CatchUpTarget.TotalSeconds);
        draft.Note("demand.records_per_second", demand);
        // Without demand the minimum suffices, however fast the replicas are; they may never have measured their rate.
        if (demand > 0 && load.TrueRate is not > 0)
            return draft.Hold(DecisionCause.UnknownSignals, "No member has measured its true rate yet.", "true rate");

        var needed = demand > 0 ? Math.Ceiling(demand / (load.TrueRate!.Value * options.TargetUtilisation)) : 0;
        draft.Note("needed.replicas", needed);
        var ceiling = Math.Max(minimum, Math.Min(maximum, load.LargestTopic));
        var recommended = (int)Math.Clamp(needed, minimum, ceiling);
        return Pace(draft.Recommend(recommended), snapshot, options, now, recommended, needed > ceiling);
    }

    private static PolicyDecision OnMissing(DecisionDraft draft, ScaleSignal scale, DateTimeOffset? since, TimeSpan timeout, DateTimeOffset now)
    {
        var missing = scale.Desired - scale.Running;
        return since is { } start && now - start >= timeout
            ? draft.Act(scale.Desired, DecisionCause.ReplicaMissing, $"{missing} of {Replicas(scale.Desired)} not running for {Seconds(now - start)} s; asking again.", ScalingVerdict.ScaleOut)
            : draft.Hold(DecisionCause.Unsettled, $"Waiting for {missing} of {Replicas(scale.Desired)} to start.");
    }

    private static PolicyDecision Pace(
        DecisionDraft draft, ScalingSnapshot snapshot, AutoscalerOptions options, DateTimeOffset now, int recommended, bool isCapped)
    {
        var current = snapshot.Scale!.Desired;
        if (recommended > current)
            return draft.Act(recommended, DecisionCause.Load, $"The load needs {Replicas(recommended)}{(isCapped ? ", all that are allowed" : "")}.");
        if (recommended == current)
        {
            return isCapped
                ? draft.Hold(DecisionCause.AtMaximum, $"The load needs more than {Replicas(current)}, and that is the maximum.")
                : draft.Hold(DecisionCause.OnTarget, $"{Replicas(current)} is what the load needs.");
        }

        var window = snapshot.Recommendations;
        var covered = window.IsEmpty ? TimeSpan.Zero : now - window[0].At;
        var most = window.Where(past => past.At >= now - options.StabilisationWindow).Select(past => past.Replicas).Append(recommended).Max();
        draft.Note("window.most_replicas", most);
        return covered >= options.StabilisationWindow && most < current
            ? draft.Act(current - 1, DecisionCause.Idle, $"No more than {Replicas(most)} needed for {Seconds(options.StabilisationWindow)} s; one goes.")
            : draft.Hold(DecisionCause.Stabilising, $"{Replicas(recommended)} would do; waiting to be sure for {Seconds(options.StabilisationWindow)} s.");
    }

    private static string Replicas(int count) => count == 1 ? "1 replica" : $"{count} replicas";

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.#", CultureInfo.InvariantCulture);
}
