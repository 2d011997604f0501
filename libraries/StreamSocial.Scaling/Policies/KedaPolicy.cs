using StreamSocial.Scaling.Signals;

namespace StreamSocial.Scaling.Policies;

/// <summary>
/// What KEDA's Kafka scaler and the Kubernetes HorizontalPodAutoscaler behind it would do, with their defaults, to compare with: <c>ceil(lag ÷ lagThreshold)</c> replicas, at
/// most as many as partitions, at most doubled or 4 more in 15 s (the larger), never below the greatest recommendation of the last 5 minutes, and no change within a tolerance of 10 %.
/// </summary>
/// <remarks>
/// Sources: keda.sh, "Apache Kafka" scaler (lagThreshold 10, limitToPartitionsWithLag off) and kubernetes.io, "Horizontal Pod Autoscaling" (sync period 15 s, tolerance 0.1,
/// scale-up 100 % or 4 pods in 15 s, scale-down stabilisation 300 s). The threshold is an option, since its default means one replica for ten waiting records.
/// </remarks>
public sealed class KedaPolicy : IScalingPolicy
{
    /// <summary>The policy's name.</summary>
    public const string PolicyName = "keda";

    private const double Tolerance = 0.1;
    private const int FewestAdded = 4;

    private static readonly TimeSpan SyncPeriod = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan ScaleDownWindow = TimeSpan.FromMinutes(5);

    /// <inheritdoc/>
    public string Name => PolicyName;

    /// <inheritdoc/>
    public PolicyDecision Decide(ScalingSnapshot snapshot, ScalingOptions options, DateTimeOffset now)
    {
        var load = GroupLoad.Of(snapshot, options);
        var draft = new DecisionDraft(snapshot, load);
        if (snapshot.Scale is not { } scale)
            return draft.Hold(DecisionCause.UnknownSignals, "The orchestrator does not say how many replicas there are.", "replicas");
        if (snapshot.Partitions.IsEmpty)
            return draft.Hold(DecisionCause.UnknownSignals, "The lag is unknown.", "lag");

        var (minimum, maximum) = (Math.Max(options.Minimum, scale.Minimum), Math.Min(options.Maximum, scale.Maximum));
        var ratio = (double)load.BacklogRecords / options.LagThreshold / Math.Max(1, scale.Desired);
        var wanted = Math.Abs(ratio - 1) <= Tolerance ? scale.Desired : (int)Math.Ceiling((double)load.BacklogRecords / options.LagThreshold);
        wanted = Math.Clamp(Math.Min(wanted, load.LargestTopic), minimum, Math.Max(minimum, maximum));
        draft.Note("needed.replicas", wanted);
        draft.Recommend(wanted);
        if (snapshot.Steps is [.., var last] && now - last.At < SyncPeriod)
            return draft.Hold(DecisionCause.Stabilising, "The last change is younger than a sync period.");
        if (wanted > scale.Desired)
        {
            var allowed = Math.Min(wanted, scale.Desired + Math.Max(scale.Desired, FewestAdded));
            return draft.Act(allowed, DecisionCause.Load, $"{load.BacklogRecords} records wait, {options.LagThreshold} for a replica.");
        }
        if (wanted == scale.Desired)
            return draft.Hold(DecisionCause.OnTarget, $"{load.BacklogRecords} records wait.");

        var window = snapshot.Recommendations;
        var most = window.Where(past => past.At >= now - ScaleDownWindow).Select(past => past.Replicas).Append(wanted).Max();
        return !window.IsEmpty && now - window[0].At >= ScaleDownWindow && most < scale.Desired
            ? draft.Act(most, DecisionCause.Idle, $"No more than {most} recommended for {ScaleDownWindow.TotalMinutes:0} minutes.")
            : draft.Hold(DecisionCause.Stabilising, $"{wanted} recommended; waiting for {ScaleDownWindow.TotalMinutes:0} minutes.");
    }
}
