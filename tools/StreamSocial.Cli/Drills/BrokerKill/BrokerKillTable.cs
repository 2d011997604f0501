using Spectre.Console;
using StreamSocial.Cli.Drills.Running;
using StreamSocial.Cli.Output;

namespace StreamSocial.Cli.Drills.BrokerKill;

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
        if (!report.Summary.HeldRate)
            console.MarkupLine("[yellow]The wanted rate was not reached: the shares are of the steady rate before or after, whichever is higher.[/]");
        DrillRows.WriteVerdict(console, report.Passed);
    }
}
