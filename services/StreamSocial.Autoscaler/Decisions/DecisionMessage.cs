using StreamSocial.Events;

namespace StreamSocial.Autoscaler.Decisions;

/// <summary>Translates a decision into its contract.</summary>
internal static class DecisionMessage
{
    /// <summary>Name in <c>unknown</c> of a replica count that could not be read; the message's own count is then meaningless.</summary>
    public const string Replicas = "replicas";

    public static ScalingDecision From(DecisionRecord record)
    {
        var decision = record.Decision;
        var message = new ScalingDecision
        {
            DecisionId = record.Id,
            DecidedAt = record.DecidedAt.ToUnixTimeMilliseconds(),
            Verdict = decision.Verdict,
            CurrentReplicas = decision.Current ?? 0,
            DesiredReplicas = decision.Desired ?? 0,
            Reason = record.Actuation is { } actuation ? $"{decision.Reason} ({actuation.Detail})" : decision.Reason,
            Policy = record.Policy,
        };
        foreach (var (name, value) in decision.Terms)
            message.Terms.Add(name, value);
        message.Unknown.Add(decision.Unknown);
        if (decision.Current is null && !message.Unknown.Contains(Replicas))
            message.Unknown.Add(Replicas);
        return message;
    }
}
