using System.Collections.Immutable;

namespace StreamSocial.Alerts.State;

/// <summary>Keeps the alerts that it matches from the receiver for a time. They are shown as silenced.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Matchers">Labels with their values, <c>alertname</c> for the rule and <c>severity</c> among them; all of them have to match.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="Until">When it ends.</param>
/// <param name="CreatedBy">Who made it.</param>
/// <param name="Comment">Why.</param>
public sealed record Silence(
    string Id, ImmutableSortedDictionary<string, string> Matchers, DateTimeOffset CreatedAt, DateTimeOffset Until, string CreatedBy, string Comment)
{
    /// <summary>Whether it keeps an alert with these labels from the receiver.</summary>
    public bool Matches(ImmutableSortedDictionary<string, string> labels, DateTimeOffset now) =>
        now < Until && Matchers.Count > 0 && Matchers.All(matcher => labels.TryGetValue(matcher.Key, out var value) && value == matcher.Value);
}
