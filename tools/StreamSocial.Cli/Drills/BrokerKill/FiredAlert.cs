using StreamSocial.Alerts;
using StreamSocial.Cli.Drills.Running;
using StreamSocial.Cli.Topology;
using StreamSocial.Events;

namespace StreamSocial.Cli.Drills.BrokerKill;

/// <summary>Once that an alert fired.</summary>
/// <param name="Rule">Name of its rule.</param>
/// <param name="Labels">What distinguishes it from others of the rule.</param>
/// <param name="Text">What was wrong when it fired.</param>
/// <param name="FiredAt">When it fired, since the drill began.</param>
/// <param name="ResolvedAt">When it was resolved; null while it fires.</param>
internal sealed record FiredAlert(string Rule, string Labels, string Text, TimeSpan FiredAt, TimeSpan? ResolvedAt)
{
    private static readonly TimeSpan ReadTimeout = TimeSpan.FromSeconds(30);

    /// <summary>Whether it fires at a moment of the drill.</summary>
    public bool Fires(TimeSpan at) => FiredAt <= at && !(ResolvedAt <= at);

    /// <summary>All that fired so far, as the dashboard keeps them in topic <c>alerts</c>.</summary>
    /// <returns>In the order in which they fired; null when the topic cannot be read.</returns>
    public static async Task<IReadOnlyList<FiredAlert>?> ReadAsync(DrillContext context, CancellationToken cancellationToken)
    {
        await using var reader = new TableReader<AlertEntry>(context.Session.Settings, TopicNames.Alerts, AlertRecords.Read);
        await reader.StartAsync(cancellationToken);
        try
        {
            var alerts = AlertRecords.ToSet(await reader.ReadAsync(ReadTimeout, cancellationToken)).Alerts.Values;
            return
            [
                .. alerts.SelectMany(alert => alert.Episodes.Select(episode => new FiredAlert(
                    alert.Rule, string.Join(", ", alert.Labels.Select(label => $"{label.Key}={label.Value}")), episode.Text,
                    context.Clock.Of(episode.FiredAt.ToUnixTimeMilliseconds()), episode.ResolvedAt is { } at ? context.Clock.Of(at.ToUnixTimeMilliseconds()) : null)))
                    .OrderBy(alert => alert.FiredAt),
            ];
        }
        catch (TopicReadException e)
        {
            context.WriteProgress($"{e.Message}");
            return null;
        }
    }
}
