using System.Collections.Immutable;
using StreamSocial.Alerts.Rules;
using StreamSocial.Alerts.State;

namespace StreamSocial.Dashboard.Alerts;

/// <summary>An alert that is pending or fires.</summary>
/// <param name="Fingerprint">What identifies it.</param>
/// <param name="Rule">Name of its rule.</param>
/// <param name="Severity"><c>critical</c> or <c>warning</c>.</param>
/// <param name="Status"><c>pending</c> or <c>firing</c>.</param>
/// <param name="Labels">What distinguishes it from others of the rule.</param>
/// <param name="Text">What is the matter.</param>
/// <param name="Remedy">What to do first.</param>
/// <param name="Runbook">Path of its runbook in the repository.</param>
/// <param name="Since">Since when the rule has been breached, in Unix milliseconds.</param>
/// <param name="SilencedUntil">Until when a silence keeps it from the receiver, in Unix milliseconds; null when none does.</param>
internal sealed record AlertSnapshot(
    string Fingerprint, string Rule, string Severity, string Status, ImmutableSortedDictionary<string, string> Labels, string Text, string Remedy, string Runbook,
    long Since, long? SilencedUntil)
{
    /// <summary>Those that are active: those that fire first, then critical ones, then the oldest.</summary>
    public static ImmutableArray<AlertSnapshot> From(AlertSet alerts, DateTimeOffset now) =>
    [
        .. alerts.Alerts.Values
            .Where(alert => alert.Phase.Status is AlertStatus.Pending or AlertStatus.Firing)
            .Select(alert => From(alert, alerts.SilenceOf(alert, now)))
            .OrderBy(alert => alert.Status, StringComparer.Ordinal).ThenBy(alert => alert.Severity, StringComparer.Ordinal)
            .ThenBy(alert => alert.Since).ThenBy(alert => alert.Fingerprint, StringComparer.Ordinal),
    ];

    private static AlertSnapshot From(Alert alert, Silence? silence)
    {
        var rule = AlertRules.Find(alert.Rule);
        return new AlertSnapshot(
            alert.Fingerprint, alert.Rule, rule?.SeverityLabel ?? "warning", alert.Phase.Status == AlertStatus.Firing ? "firing" : "pending", alert.Labels, alert.Text,
            rule?.Remedy ?? "", rule?.Runbook ?? "", alert.Phase.ActiveAt!.Value.ToUnixTimeMilliseconds(), silence?.Until.ToUnixTimeMilliseconds());
    }
}
