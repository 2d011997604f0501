using System.Collections.Immutable;
using StreamSocial.Alerts.Rules;

namespace StreamSocial.Alerts.Evaluation;

/// <summary>What a rule saw of one label set.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Labels">What distinguishes it from others of the rule; without the rule's name.</param>
/// <param name="Verdict">Whether the rule is breached.</param>
/// <param name="Value">The figure, in the rule's unit; null when unknown.</param>
/// <param name="Text">What is the matter, for a person.</param>
public sealed record Observation(AlertRule Rule, ImmutableSortedDictionary<string, string> Labels, Verdict Verdict, double? Value, string Text)
{
    /// <summary>What identifies the alert.</summary>
    public string Fingerprint { get; } = AlertFingerprint.Of(Rule.Name, Labels);
}

/// <summary>What one rule saw.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="IsComplete">Whether a label set that is absent is fine; otherwise it is unknown.</param>
/// <param name="Observations">By label set.</param>
public sealed record RuleReading(AlertRule Rule, bool IsComplete, ImmutableArray<Observation> Observations);

/// <summary>Whether a rule is breached.</summary>
public enum Verdict
{
    /// <summary>It cannot be said: nothing fires and nothing is resolved by it.</summary>
    Unknown,

    /// <summary>The value is not above the threshold.</summary>
    Fine,

    /// <summary>The value is above the threshold.</summary>
    Breached,
}
