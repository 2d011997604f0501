using Microsoft.Extensions.Options;
using StreamSocial.Autoscaler.Overrides;
using StreamSocial.Scaling.Policies;
using StreamSocial.Scaling.Signals;

namespace StreamSocial.Autoscaler;

/// <summary>Decides with the policy that the options name, unless a person's wish holds.</summary>
internal sealed class Decider
{
    private readonly IScalingPolicy _policy;

    public Decider(IEnumerable<IScalingPolicy> policies, OverrideHolder overrides, IOptions<AutoscalerOptions> options)
    {
        (Overrides, Options) = (overrides, options.Value);
        _policy = policies.Single(policy => policy.Name == Options.Policy);
    }

    public AutoscalerOptions Options { get; }

    public OverrideHolder Overrides { get; }

    public string PolicyName => _policy.Name;

    public PolicyDecision Decide(ScalingSnapshot snapshot, DateTimeOffset now) =>
        WithPauses(OverridePolicy.Apply(_policy.Decide(snapshot, Options, now), Overrides.Current, snapshot), snapshot);

    /// <summary>Says what was left out of the decision.</summary>
    private static PolicyDecision WithPauses(PolicyDecision decision, ScalingSnapshot snapshot) => snapshot.PausedTopics.IsEmpty
        ? decision
        : decision with { Reason = $"{decision.Reason} What waits in {string.Join(", ", snapshot.PausedTopics)} is left out: an operator has paused its stage." };
}
