using System.Collections.Immutable;
using System.Text.Json.Serialization;
using StreamSocial.Alerts.Rules;
using StreamSocial.Alerts.State;

namespace StreamSocial.Dashboard.Alerts.Webhook;

/// <summary>The body of a POST to a receiver, as Alertmanager's <c>webhook_config</c> sends it, version 4. All alerts in it have the same rule.</summary>
internal sealed record WebhookMessage(
    string Version,
    string GroupKey,
    int TruncatedAlerts,
    string Status,
    string Receiver,
    ImmutableSortedDictionary<string, string> GroupLabels,
    ImmutableSortedDictionary<string, string> CommonLabels,
    ImmutableSortedDictionary<string, string> CommonAnnotations,
    [property: JsonPropertyName("externalURL")] string ExternalUrl,
    ImmutableArray<WebhookAlert> Alerts)
{
    private const string ReceiverName = "streamsocial";

    /// <summary>The message of a group. A pure function.</summary>
    /// <param name="group">Notifications of one rule, all that it fired or all that it was resolved.</param>
    /// <param name="externalUrl">Address of the dashboard; null when nobody said.</param>
    public static WebhookMessage Of(IReadOnlyList<Notification> group, Uri? externalUrl)
    {
        var rule = group[0].Alert.Rule;
        ImmutableArray<WebhookAlert> alerts = [.. group.Select(next => WebhookAlert.Of(next, externalUrl))];
        return new WebhookMessage(
            "4",
            $"{{}}:{{{AlertLabels.Name}=\"{rule}\"}}",
            0,
            alerts[0].Status,
            ReceiverName,
            ImmutableSortedDictionary<string, string>.Empty.Add(AlertLabels.Name, rule),
            Common(alerts.Select(alert => alert.Labels)),
            Common(alerts.Select(alert => alert.Annotations)),
            externalUrl?.ToString() ?? "",
            alerts);
    }

    private static ImmutableSortedDictionary<string, string> Common(IEnumerable<ImmutableSortedDictionary<string, string>> all) => all.Aggregate((left, right) =>
        left.Where(label => right.TryGetValue(label.Key, out var value) && value == label.Value).ToImmutableSortedDictionary(StringComparer.Ordinal));
}

/// <summary>One alert of a message.</summary>
internal sealed record WebhookAlert(
    string Status,
    ImmutableSortedDictionary<string, string> Labels,
    ImmutableSortedDictionary<string, string> Annotations,
    DateTimeOffset StartsAt,
    DateTimeOffset EndsAt,
    [property: JsonPropertyName("generatorURL")] string GeneratorUrl,
    string Fingerprint)
{
    public static WebhookAlert Of(Notification next, Uri? externalUrl)
    {
        var (alert, rule) = (next.Alert, AlertRules.Find(next.Alert.Rule));
        return new WebhookAlert(
            next.IsResolved ? "resolved" : "firing",
            AlertLabels.Of(alert),
            ImmutableSortedDictionary<string, string>.Empty
                .Add("summary", rule?.Summary ?? "").Add("description", next.Episode.Text).Add("remedy", rule?.Remedy ?? "").Add("runbook", rule?.Runbook ?? ""),
            next.Episode.FiredAt,
            // Alertmanager's zero time for what goes on.
            next.IsResolved ? next.Episode.ResolvedAt!.Value : DateTimeOffset.MinValue,
            externalUrl is null ? "" : new Uri(externalUrl, "?view=alerts").ToString(),
            alert.Fingerprint);
    }
}

/// <summary>The message as JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(WebhookMessage))]
internal sealed partial class WebhookJson : JsonSerializerContext;
