using Spectre.Console;
using StreamSocial.Cli.Drills.Running;
using StreamSocial.Cli.Output;
using StreamSocial.Cli.Topology;
using StreamSocial.Control;

namespace StreamSocial.Cli.Drills.BrokerKill;

/// <summary>Kills each broker in turn and starts it again, then restarts each gracefully, while the trace runs.</summary>
/// <param name="options">What all drills have in common.</param>
/// <param name="downTime">How long a killed broker stays away.</param>
/// <param name="console">Progress.</param>
/// <param name="time">Clock and delays.</param>
internal sealed class BrokerKillDrill(DrillOptions options, TimeSpan downTime, IAnsiConsole console, TimeProvider time)
{
    private static readonly TimeSpan EndTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(500);

    /// <summary>Longest time from the loss of a broker until the rate falls.</summary>
    private static readonly TimeSpan Reaction = TimeSpan.FromSeconds(10);

    private readonly List<BrokerFinding> _findings = [];
    private IReadOnlyList<TimelineSecond> _timeline = [];
    private IReadOnlyList<FiredAlert>? _alerts;

    public async Task<BrokerKillReport> RunAsync(CancellationToken cancellationToken)
    {
        var summary = await new DrillRun(options, console, time).RunAsync(WatchDisturbancesAsync, null, null, cancellationToken);
        return new BrokerKillReport(summary, _findings, _timeline, _alerts);
    }

    private async Task WatchDisturbancesAsync(DrillContext context, CancellationToken cancellationToken)
    {
        _timeline = await new DisturbanceTimeline(context).WatchAsync(() => DisturbAllAsync(context, cancellationToken), cancellationToken);
        _alerts = await FiredAlert.ReadAsync(context, cancellationToken);
    }

    private async Task DisturbAllAsync(DrillContext context, CancellationToken cancellationToken)
    {
        var resources = await context.Session.Topology.ReadResourcesAsync(cancellationToken);
        var brokers = resources.Where(resource => resource.Pid is not null && TopologyRunner.IsBroker(resource)).Select(resource => resource.Name).ToArray();
        if (brokers.Length == 0)
            throw new ToolException("The AppHost has started no broker processes, so there is nothing to kill; use --kafka process.");

        var steady = context.Steady;
        foreach (var broker in brokers)
            steady = await AddAsync(broker, "kill", KillAsync);
        foreach (var broker in brokers)
            steady = await AddAsync(broker, "restart", RestartAsync);

        async Task<SteadyState> AddAsync(string broker, string disturbance, Func<DrillContext, string, CancellationToken, Task> disturb)
        {
            _findings.Add(await DisturbAsync(context, broker, disturbance, disturb, steady, cancellationToken));
            return _findings[^1].SteadyAfter;
        }
    }

    private async Task<BrokerFinding> DisturbAsync(
        DrillContext context, string broker, string disturbance, Func<DrillContext, string, CancellationToken, Task> disturb, SteadyState steady,
        CancellationToken cancellationToken)
    {
        context.WriteProgress($"{disturbance} {broker}");
        var at = context.Clock.Now;
        await disturb(context, broker, cancellationToken);
        await context.Session.Topology.WaitForResourceAsync(broker, "serving again", found => found.IsHealthy, options.Topology.StartTimeout, cancellationToken);
        var outage = context.Clock.Now - at;
        context.WriteProgress($"{broker} serves again after {TextFormat.Seconds(outage)}; waiting until it has all its replicas");

        // The next one may go only when this one is whole: two missing replicas of three stop the writing.
        await WaitUntilInSyncAsync(context, cancellationToken);
        var inSyncAfter = context.Clock.Now - at;
        var full = options.FullShare * Math.Min(options.Rate, steady.AcknowledgedRate);
        var fullAfter = default(TimeSpan?);
        await context.WaitUntilAsync(
            "actions are acknowledged at the full rate",
            () => (fullAfter = context.Acks.Read(acks => acks.RecoveredAfter(at, context.Clock.Now, full, DrillContext.Window, Reaction))) is not null,
            cancellationToken);
        await context.WaitUntilCalmAsync(cancellationToken);
        var recovered = context.Clock.Now;

        var finding = new BrokerFinding
        {
            Broker = broker,
            Disturbance = disturbance,
            At = at,
            Outage = outage,
            InSyncAfter = inSyncAfter,
            WorstGap = context.Acks.Read(acks => acks.LongestGap(at, recovered)),
            RateDuringOutage = context.Acks.Read(acks => acks.Rate(at, at + outage)),
            SteadyBefore = steady,
            SteadyAfter = await context.MeasureSteadyStateAsync(cancellationToken),
            FullRateAfter = fullAfter,
        };
        context.WriteProgress($"worst gap {TextFormat.Milliseconds(finding.WorstGap)}, {Share(finding.ShareDuringOutage)} of the rate during the outage, full rate after {DrillRows.Duration(fullAfter)}");
        return finding;
    }

    private async Task KillAsync(DrillContext context, string broker, CancellationToken cancellationToken)
    {
        var topology = context.Session.Topology;
        var resource = await topology.ReadResourceAsync(broker, cancellationToken);
        ResourceProcess.Of(resource).Kill();
        await topology.WaitForResourceAsync(broker, "seen to have ended", found => found.Pid != resource.Pid || !found.IsRunning, EndTimeout, cancellationToken);
        // Otherwise the AppHost would start it again.
        await topology.ExecuteAsync(broker, ResourceCommand.Stop, cancellationToken);
        await context.DelayAsync(downTime, cancellationToken);
        await topology.ExecuteAsync(broker, ResourceCommand.Start, cancellationToken);
    }

    private async Task RestartAsync(DrillContext context, string broker, CancellationToken cancellationToken)
    {
        var topology = context.Session.Topology;
        var resource = await topology.ReadResourceAsync(broker, cancellationToken);
        await topology.ExecuteAsync(broker, ResourceCommand.Restart, cancellationToken);
        // One that is still to be stopped is healthy, too.
        await topology.WaitForResourceAsync(broker, "a new process", found => found.Pid is { } pid && pid != resource.Pid, options.Topology.StartTimeout, cancellationToken);
    }

    private async Task WaitUntilInSyncAsync(DrillContext context, CancellationToken cancellationToken)
    {
        var start = context.Clock.Now;
        while (await Task.Run(context.Session.Inspector.CountUnderReplicated, cancellationToken) is var missing and not 0)
        {
            if (context.Clock.Now - start > options.RecoveryTimeout)
                throw new NotHeldException($"{missing?.ToString() ?? "An unknown number of"} partitions are still without all their replicas after {TextFormat.Seconds(options.RecoveryTimeout)}.");
            await context.DelayAsync(Poll, cancellationToken);
        }
    }

    private static string Share(double? share) => share is { } known ? TextFormat.Percent(known) : "an unknown share";
}
