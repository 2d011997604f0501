using System.Collections.Immutable;
using StreamSocial.Alerts.Evaluation;
using StreamSocial.Alerts.Rules;

namespace StreamSocial.Alerts.State;

/// <summary>All alerts and silences. Immutable; each step is a pure function.</summary>
/// <param name="Alerts">By fingerprint.</param>
/// <param name="Silences">By id.</param>
public sealed record AlertSet(ImmutableDictionary<string, Alert> Alerts, ImmutableDictionary<string, Silence> Silences)
{
    public static readonly AlertSet Empty = new(ImmutableDictionary<string, Alert>.Empty, ImmutableDictionary<string, Silence>.Empty);

    /// <summary>After an evaluation.</summary>
    /// <param name="readings">What the rules saw; alerts of rules that are not among them are resolved, since nothing would ever do it.</param>
    /// <param name="now">When they were evaluated.</param>
    /// <param name="hasReceiver">Whether there is somebody to tell.</param>
    public AlertSet After(ImmutableArray<RuleReading> readings, DateTimeOffset now, bool hasReceiver)
    {
        var alerts = Alerts.ToBuilder();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var observation in readings.SelectMany(reading => reading.Observations))
        {
            seen.Add(observation.Fingerprint);
            Apply(observation);
        }

        var rules = readings.ToDictionary(reading => reading.Rule.Name, StringComparer.Ordinal);
        foreach (var (fingerprint, alert) in Alerts)
        {
            if (seen.Contains(fingerprint) || alert.Phase.Status is AlertStatus.Inactive or AlertStatus.Resolved)
                continue;
            // What a complete reading does not name has gone, and with it what was wrong; so have the alerts of a rule that was switched off.
            if (!rules.TryGetValue(alert.Rule, out var reading))
                Apply(Gone(alert, TimeSpan.Zero));
            else if (reading.IsComplete)
                Apply(Gone(alert, reading.Rule.KeepFiringFor));
        }
        return this with { Alerts = alerts.ToImmutable(), Silences = WithoutOver(now) };

        void Apply(Observation observation)
        {
            var known = alerts.GetValueOrDefault(observation.Fingerprint);
            var next = (known ?? Alert.New(observation)).After(observation, now);
            if (next.Phase.Status == AlertStatus.Inactive && next.Episodes.IsEmpty)
                alerts.Remove(observation.Fingerprint);
            else if (next != known)
                alerts[observation.Fingerprint] = Mute(next, now, hasReceiver);
        }
    }

    /// <summary>Whether a silence keeps an alert from the receiver.</summary>
    public Silence? SilenceOf(Alert alert, DateTimeOffset now)
    {
        if (Silences.IsEmpty)
            return null;
        var labels = AlertLabels.Of(alert);
        return Silences.Values.Where(silence => silence.Matches(labels, now)).MaxBy(silence => silence.Until);
    }

    /// <summary>What of each alert the receiver has to be told next: that it fired before that it was resolved, and an earlier episode before a later one.</summary>
    public ImmutableArray<Notification> NextNotifications(DateTimeOffset now) =>
        [.. Alerts.Values.Select(alert => NextOf(alert, now)).OfType<Notification>().OrderBy(next => next.Episode.FiredAt).ThenBy(next => next.Alert.Fingerprint, StringComparer.Ordinal)];

    /// <summary>After the receiver took notifications.</summary>
    public AlertSet Told(IEnumerable<Notification> notifications)
    {
        var alerts = Alerts.ToBuilder();
        foreach (var told in notifications)
        {
            if (!alerts.TryGetValue(told.Alert.Fingerprint, out var alert))
                continue;
            alerts[told.Alert.Fingerprint] = alert with
            {
                Episodes =
                [
                    .. alert.Episodes.Select(episode => episode.FiredAt != told.Episode.FiredAt ? episode
                        : told.IsResolved ? episode.WithNothingToTell() : episode with { FiringTold = true }),
                ],
            };
        }
        return this with { Alerts = alerts.ToImmutable() };
    }

    private Notification? NextOf(Alert alert, DateTimeOffset now)
    {
        foreach (var episode in alert.Episodes)
        {
            // A silence keeps back what the receiver does not know of; the end of what it knows of is told.
            if (!episode.FiringTold)
                return SilenceOf(alert, now) is null ? new Notification(alert, episode, IsResolved: false) : null;
            if (episode.ResolvedAt is not null && !episode.ResolvedTold)
                return new Notification(alert, episode, IsResolved: true);
        }
        return null;
    }

    /// <summary>What is over before anybody could be told, for want of a receiver or by a silence, is not told later.</summary>
    private Alert Mute(Alert alert, DateTimeOffset now, bool hasReceiver)
    {
        if (alert.Episodes is not [.., { ResolvedAt: not null, IsToldOf: false } last])
            return alert;
        var isMuted = !hasReceiver || (!last.FiringTold && SilenceOf(alert, now) is not null);
        return isMuted ? alert with { Episodes = alert.Episodes.SetItem(alert.Episodes.Length - 1, last.WithNothingToTell()) } : alert;
    }

    private ImmutableDictionary<string, Silence> WithoutOver(DateTimeOffset now) =>
        Silences.Values.Any(silence => silence.Until <= now) ? Silences.RemoveRange(Silences.Values.Where(silence => silence.Until <= now).Select(silence => silence.Id)) : Silences;

    private static Observation Gone(Alert alert, TimeSpan keep)
    {
        var rule = AlertRules.Find(alert.Rule) ?? new AlertRule(alert.Rule, AlertSeverity.Warning, "", "", 0, "", TimeSpan.Zero, TimeSpan.Zero, "");
        return new Observation(rule with { KeepFiringFor = keep }, alert.Labels, Verdict.Fine, null, alert.Text);
    }
}

/// <summary>Something to tell the receiver.</summary>
/// <param name="Alert">The alert.</param>
/// <param name="Episode">Which time that it fired.</param>
/// <param name="IsResolved">Whether it is told that it was resolved; otherwise that it fired.</param>
public sealed record Notification(Alert Alert, Episode Episode, bool IsResolved);

/// <summary>The labels of an alert as the receiver and silences see them.</summary>
public static class AlertLabels
{
    public const string Name = "alertname";
    public const string Severity = "severity";

    /// <summary>Its own labels with its rule's name and severity.</summary>
    public static ImmutableSortedDictionary<string, string> Of(Alert alert) => alert.Labels
        .SetItem(Name, alert.Rule)
        .SetItem(Severity, AlertRules.Find(alert.Rule)?.SeverityLabel ?? "warning");
}
