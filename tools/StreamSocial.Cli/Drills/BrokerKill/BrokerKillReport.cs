using System.Text.Json.Serialization;
using Spectre.Console;
using StreamSocial.Cli.Drills.Running;
using StreamSocial.Cli.Output;

namespace StreamSocial.Cli.Drills.BrokerKill;

/// <summary>What came of killing and restarting brokers. The shares are of the steady rate that was reached around each outage.</summary>
/// <param name="Summary">What all drills say.</param>
/// <param name="Brokers">One disturbance each.</param>
/// <param name="Timeline">Second by second, from the first disturbance until the last one is over.</param>
/// <param name="Alerts">What the dashboard's alerts said, in the order in which they fired; null when that could not be read.</param>
internal sealed record BrokerKillReport(
    DrillSummary Summary, IReadOnlyList<BrokerFinding> Brokers, IReadOnlyList<TimelineSecond> Timeline, IReadOnlyList<FiredAlert>? Alerts) : IDrillReport
{
    [JsonInclude]
    public bool Passed => Summary.IsEqual && Brokers.Count > 0 && Brokers.All(broker => broker.Recovered && broker.WentOn);
}

/// <summary>What the loss or the restart of one broker did.</summary>
internal sealed record BrokerFinding
{
    /// <summary>Longest time until the full rate is reached again.</summary>
    public static readonly TimeSpan AllowedRecovery = TimeSpan.FromSeconds(30);

    /// <summary>Least share of the steady rate during the outage.</summary>
    public const double AllowedShare = 0.5;

    public required string Broker { get; init; }

    /// <summary><c>kill</c>, or <c>restart</c> in good order.</summary>
    public required string Disturbance { get; init; }

    /// <summary>When, since the drill began.</summary>
    public required TimeSpan At { get; init; }

    /// <summary>Until the broker served again.</summary>
    public required TimeSpan Outage { get; init; }

    /// <summary>Until it had all its replicas again.</summary>
    public required TimeSpan InSyncAfter { get; init; }

    /// <summary>Longest time between two acknowledgements.</summary>
    public required TimeSpan? WorstGap { get; init; }

    /// <summary>Acknowledged per second during the outage; null when unknown.</summary>
    public required double? RateDuringOutage { get; init; }

    /// <summary>Undisturbed, right before.</summary>
    public required SteadyState SteadyBefore { get; init; }

    /// <summary>Undisturbed, right after.</summary>
    public required SteadyState SteadyAfter { get; init; }

    /// <summary>Until actions were acknowledged at the full rate again; zero when the rate did not fall; null when that was not seen.</summary>
    public required TimeSpan? FullRateAfter { get; init; }

    /// <summary>
    /// The rate during the outage as a share of the steady rate before or after it, whichever is higher. What the machine can do changes with the length of
    /// a run, so the rate at its beginning is no measure of an outage minutes later.
    /// </summary>
    [JsonInclude]
    public double? ShareDuringOutage => RateDuringOutage / Math.Max(SteadyBefore.AcknowledgedRate, SteadyAfter.AcknowledgedRate);

    [JsonInclude]
    public bool Recovered => FullRateAfter <= AllowedRecovery;

    [JsonInclude]
    public bool WentOn => ShareDuringOutage >= AllowedShare;
}

/// <summary>Shows what came of killing and restarting brokers.</summary>
internal static class BrokerKillTable
{
    public static void Write(IAnsiConsole console, BrokerKillReport report)
    {
        DrillRows.WriteSummary(console, report.Summary, rateMatters: false);
        var table = new Table().AddColumns("Broker", "Disturbance", "At", "Outage", "In sync after", "Worst gap between acks", "Actions/s before", "during", "after", "Share during the outage", "Full rate after");
        foreach (var broker in report.Brokers)
        {
            table.AddRow(
                broker.Broker,
                broker.Disturbance,
                TextFormat.Seconds(broker.At),
                TextFormat.Seconds(broker.Outage),
                TextFormat.Seconds(broker.InSyncAfter),
                TextFormat.Milliseconds(broker.WorstGap),
                $"{broker.SteadyBefore.AcknowledgedRate:N0}",
                broker.RateDuringOutage is { } rate ? $"{rate:N0}" : "unknown",
                $"{broker.SteadyAfter.AcknowledgedRate:N0}",
                DrillRows.Cell(broker.WentOn, broker.ShareDuringOutage is { } share ? TextFormat.Percent(share) : "unknown"),
                DrillRows.Cell(broker.Recovered, DrillRows.Duration(broker.FullRateAfter, "not seen")));
        }

        console.Write(table);
        WriteAlerts(console, report.Alerts);
        if (!report.Summary.HeldRate)
            console.MarkupLine("[yellow]The wanted rate was not reached: the shares are of the steady rate before or after, whichever is higher.[/]");
        DrillRows.WriteVerdict(console, report.Passed);
    }

    private static void WriteAlerts(IAnsiConsole console, IReadOnlyList<FiredAlert>? alerts)
    {
        if (alerts is null)
        {
            console.MarkupLine("[yellow]The alerts are unknown: their topic could not be read.[/]");
            return;
        }
        var table = new Table().AddColumns("Alert", "Fired at", "Resolved at", "Of", "What it said");
        foreach (var alert in alerts)
            table.AddRow(Markup.Escape(alert.Rule), TextFormat.Seconds(alert.FiredAt), DrillRows.Duration(alert.ResolvedAt, "not yet"), Markup.Escape(alert.Labels), Markup.Escape(alert.Text));
        console.Write(table);
    }
}
