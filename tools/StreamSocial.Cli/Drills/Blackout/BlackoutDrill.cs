using Spectre.Console;
using StreamSocial.Cli.Drills.Running;
using StreamSocial.Cli.Output;
using StreamSocial.Cli.Topology;
using StreamSocial.Control;

namespace StreamSocial.Cli.Drills.Blackout;

/// <summary>
/// Kills ingest and all feed generators in the same moment, and then, where brokers are processes, these and all brokers. Nobody but the AppHost starts
/// anything again.
/// </summary>
/// <param name="options">What all drills have in common.</param>
/// <param name="times">How often each blackout happens.</param>
/// <param name="console">Progress.</param>
/// <param name="time">Clock and delays.</param>
internal sealed class BlackoutDrill(DrillOptions options, int times, IAnsiConsole console, TimeProvider time)
{
    /// <summary>Longest time from a blackout until the rate of acknowledgements falls.</summary>
    private static readonly TimeSpan Reaction = TimeSpan.FromSeconds(3);

    private readonly List<BlackoutFinding> _findings = [];

    public async Task<BlackoutReport> RunAsync(CancellationToken cancellationToken)
    {
        var summary = await new DrillRun(options, console, time).RunAsync(DisturbAllAsync, null, null, cancellationToken);
        return new BlackoutReport(summary, options.Topology.Kafka == "process" ? 2 * times : times, _findings);
    }

    private async Task DisturbAllAsync(DrillContext context, CancellationToken cancellationToken)
    {
        for (var number = 1; number <= times; number++)
        {
            _findings.Add(await BlackOutAsync(context, "ingest and feed generators", IsService, cancellationToken));
            if (options.Topology.Kafka == "process")
                _findings.Add(await BlackOutAsync(context, "these and all brokers", resource => IsService(resource) || TopologyRunner.IsBroker(resource), cancellationToken));
        }
    }

    private static bool IsService(ResourceDocument resource) => resource.Name == TopologyRunner.Ingest || TopologyRunner.IsFeedGenerator(resource);

    private async Task<BlackoutFinding> BlackOutAsync(DrillContext context, string what, Func<ResourceDocument, bool> isVictim, CancellationToken cancellationToken)
    {
        var topology = context.Session.Topology;
        var victims = (await topology.ReadResourcesAsync(cancellationToken)).Where(resource => isVictim(resource) && resource is { IsRunning: true, Pid: not null }).ToArray();
        // Found before the first is killed, so that all end in the same moment.
        var processes = victims.Select(ResourceProcess.Of).ToArray();
        context.WriteProgress($"blackout {_findings.Count + 1}: {what} ({string.Join(", ", victims.Select(victim => victim.Name))})");
        var at = context.Clock.Now;
        foreach (var process in processes)
            process.Kill();

        foreach (var victim in victims)
        {
            await topology.WaitForResourceAsync(
                victim.Name, "started again by the AppHost", found => found.IsRunning && found.Pid is { } pid && pid != victim.Pid, options.RecoveryTimeout, cancellationToken);
        }
        var startedAfter = context.Clock.Now - at;
        context.WriteProgress($"all are started again after {TextFormat.Seconds(startedAfter)}");
        foreach (var broker in victims.Where(TopologyRunner.IsBroker))
            await topology.WaitForResourceAsync(broker.Name, "serving again", found => found.IsHealthy, options.RecoveryTimeout, cancellationToken);
        await context.WaitForGeneratorsAsync(options.Topology.InitialReplicas, cancellationToken);
        var healthyAfter = context.Clock.Now - at;
        var full = options.FullShare * Math.Min(options.Rate, context.Steady.AcknowledgedRate);
        TimeSpan? fullAfter = null;
        await context.WaitUntilAsync(
            "actions are acknowledged at the full rate",
            () => (fullAfter = context.Acks.Read(acks => acks.RecoveredAfter(at, context.Clock.Now, full, DrillContext.Window, Reaction))) is not null,
            cancellationToken);
        var finding = new BlackoutFinding(
            _findings.Count + 1, what, victims.Length, at, startedAfter, healthyAfter, context.Acks.Read(acks => acks.LongestGap(at, context.Clock.Now)), fullAfter);
        context.WriteProgress($"healthy after {TextFormat.Seconds(healthyAfter)}, full rate after {DrillRows.Duration(fullAfter)}");
        return finding;
    }
}
