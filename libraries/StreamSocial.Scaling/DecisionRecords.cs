using StreamSocial.Kafka.Records;

namespace StreamSocial.Scaling;

/// <summary>Reads records of topic <c>scaling-decisions</c>, to which anybody may write.</summary>
public static class DecisionRecords
{
    private const int MostReplicas = 100_000;

    /// <summary>Reads a decision.</summary>
    /// <param name="decisionId">The record's key.</param>
    /// <param name="value">The record's value.</param>
    /// <param name="appendedAt">When the log took it.</param>
    /// <exception cref="InvalidDataException">The value is not this decision, or has an absurd number.</exception>
    /// <exception cref="Google.Protobuf.InvalidProtocolBufferException">The value is not a decision.</exception>
    public static ScalingDecision Read(string decisionId, byte[] value, DateTimeOffset appendedAt)
    {
        var decision = ScalingDecision.Parser.ParseFrom(value);
        FieldCheck.Key("decision_id", decision.DecisionId, decisionId);
        // The autoscaler adds durations to it. A day is more than any clock that somebody looks after is ahead.
        FieldCheck.Number("decided_at", decision.DecidedAt, 0, appendedAt.AddDays(1).ToUnixTimeMilliseconds());
        FieldCheck.Number("current_replicas", decision.CurrentReplicas, 0, MostReplicas);
        FieldCheck.Number("desired_replicas", decision.DesiredReplicas, 0, MostReplicas);
        if (decision.HasRecommendedReplicas)
            FieldCheck.Number("recommended_replicas", decision.RecommendedReplicas, 0, MostReplicas);
        foreach (var (name, term) in decision.Terms)
        {
            if (!double.IsFinite(term))
                throw new InvalidDataException($"its term {name} is {term}");
        }
        if (decision.Override is { } wanted)
        {
            FieldCheck.Number("override.replicas", wanted.Replicas, wanted.Kind == ScalingOverrideKind.Fixed ? 1 : 0, MostReplicas);
            if (wanted.HasUntil)
                FieldCheck.Time("override.until", wanted.Until);
        }
        if (decision.Outcome is { } outcome)
        {
            FieldCheck.Time("outcome.measured_at", outcome.MeasuredAt);
            FieldCheck.Amount("outcome.seconds_to_settle", outcome.SecondsToSettle);
            FieldCheck.Amount("outcome.seconds_to_target", outcome.SecondsToTarget);
            FieldCheck.Amount("outcome.worst_age_seconds", outcome.WorstAgeSeconds);
        }
        return decision;
    }
}
