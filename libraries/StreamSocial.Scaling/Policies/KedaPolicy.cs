using StreamSocial.Scaling.Signals;

namespace StreamSocial.Scaling.Policies;

/// <summary>
/// What KEDA's Kafka scaler and the Kubernetes HorizontalPodAutoscaler behind it would do, to compare with: <c>ceil(lag ÷ lagThreshold)</c> replicas, at most as many as partitions,
/// and then as <see cref="PodAutoscaler"/> says.
/// </summary>
/// <remarks>
/// Source: keda.sh, "Apache Kafka" scaler (lagThreshold 10, limitToPartitionsWithLag off). The threshold is an option, since its default means one replica for ten waiting records.
/// A lag of which a part is unknown is a lower bound: it is enough to scale out, and not to scale in.
/// </remarks>
public sealed class KedaPolicy : IScalingPolicy
{
    /// <summary>The policy's name.</summary>
    public const string PolicyName = "keda";

    /// <inheritdoc/>
    public string Name => PolicyName;

    /// <inheritdoc/>
    public PolicyDecision Decide(ScalingSnapshot snapshot, ScalingOptions options, DateTimeOffset now)
    {
        var load = GroupLoad.Of(snapshot, options);
        var draft = new DecisionDraft(snapshot, load);
        if (snapshot.Scale is not { } scale)
            return draft.Hold(DecisionCause.UnknownSignals, "The orchestrator does not say how many replicas there are.", "replicas");
        if (snapshot.Partitions.All(partition => partition.LagRecords is null))
            return draft.Hold(DecisionCause.UnknownSignals, "The lag is unknown.", "lag");

        var ratio = (double)load.BacklogRecords / options.LagThreshold / Math.Max(1, scale.Desired);
        var wanted = Math.Abs(ratio - 1) <= PodAutoscaler.Tolerance ? scale.Desired : (int)Math.Ceiling((double)load.BacklogRecords / options.LagThreshold);
        wanted = Math.Min(wanted, load.LargestTopic);
        var isPart = !snapshot.UnreadTopics.IsEmpty || snapshot.Partitions.Any(partition => partition.LagRecords is null);
        if (isPart && Math.Max(wanted, scale.Within(options).Minimum) < scale.Desired)
            return draft.Hold(DecisionCause.UnknownSignals, "A part of the lag is unknown, and what is known is enough only to scale out.", "lag");
        return PodAutoscaler.Decide(
            draft, snapshot, options, wanted, PodAutoscaler.ScaleDownWindow, $"{load.BacklogRecords} records wait, {options.LagThreshold} for a replica.", now);
    }
}
