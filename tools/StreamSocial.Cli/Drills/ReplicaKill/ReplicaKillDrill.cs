using Spectre.Console;
using StreamSocial.Cli.Drills.Measuring;
using StreamSocial.Cli.Drills.Running;
using StreamSocial.Cli.Output;
using StreamSocial.Cli.Topology;

namespace StreamSocial.Cli.Drills.ReplicaKill;

/// <summary>Kills feed generators without warning, one after the other, while the trace runs. The AppHost starts them again.</summary>
internal sealed class ReplicaKillDrill(DrillOptions options, int kills, IAnsiConsole console, TimeProvider time)
{
    /// <summary>
    /// Longest time from a kill until the AppHost has started the replica again. It notices the end, then pauses: for a second after the first
    /// end, for half a minute after several in a row.
    /// </summary>
    private static readonly TimeSpan RestartTimeout = TimeSpan.FromSeconds(90);

    /// <summary>Longest time from a kill until the rate falls: what the dead replica had read ahead is processed by nobody at once.</summary>
    private static readonly TimeSpan Reaction = TimeSpan.FromSeconds(3);

    /// <summary>Clients that read a feed each meanwhile.</summary>
    private const int Readers = 20;

    private readonly List<ReplicaKillFinding> _findings = [];

    public async Task<ReplicaKillReport> RunAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<string> users;
        using (var trace = options.OpenTrace(0))
            users = FeedUsers.Busiest(FeedUsers.CountDeliveries(trace), Readers);
        FeedReaders? readers = null;
        FeedReadings? readings = null;
        try
        {
            var summary = await new DrillRun(options, console, time).RunAsync(
                KillAllAsync,
                (session, _) =>
                {
                    readers = new FeedReaders(session.Topology, users, options.Seed, time);
                    return Task.CompletedTask;
                },
                async (_, token) => readings = await readers!.FinishAsync(token),
                cancellationToken);
            return new ReplicaKillReport(summary, options.Topology.InitialReplicas, kills, _findings, readings!);
        }
        finally
        {
            if (readers is not null)
                await readers.DisposeAsync();
        }
    }

    private async Task KillAllAsync(DrillContext context, CancellationToken cancellationToken)
    {
        for (var number = 1; number <= kills; number++)
            _findings.Add(await KillAsync(context, number, cancellationToken));
    }

    private async Task<ReplicaKillFinding> KillAsync(DrillContext context, int number, CancellationToken cancellationToken)
    {
        var topology = context.Session.Topology;
        var generators = await topology.ReadRunningGeneratorsAsync(cancellationToken);
        var victim = generators[context.Random.Next(generators.Count)];
        var process = ResourceProcess.Of(victim);
        context.WriteProgress($"kill {number} of {kills}: {victim.Name} (process {victim.Pid})");
        var at = context.Clock.Now;
        process.Kill();
        // A start command from here would restart a replica that the AppHost has just started. The old process id may stay listed until then.
        await topology.WaitForResourceAsync(
            victim.Name, "started again by the AppHost", found => found.IsRunning && found.Pid is { } pid && pid != victim.Pid, RestartTimeout, cancellationToken);
        var restartedAfter = context.Clock.Now - at;
        context.WriteProgress($"the AppHost started {victim.Name} again after {TextFormat.Seconds(restartedAfter)}");
        await topology.WaitForGeneratorsAsync(options.Topology.InitialReplicas, cancellationToken);
        var healthyAfter = context.Clock.Now - at;
        await context.WaitForGeneratorsAsync(options.Topology.InitialReplicas, cancellationToken);
        var full = options.FullShare * Math.Min(options.Rate, context.Steady.ProcessedRate);
        var fullAfter = default(TimeSpan?);
        await context.WaitUntilAsync(
            "actions are processed at the full rate",
            () => (fullAfter = context.Sampler.ReadActions(actions => actions.RecoveredAfter(at, context.Clock.Now, full, DrillContext.Window, Reaction))) is not null,
            cancellationToken);

        var longest = PauseStatistics.Longest(context.Sampler.ReadPauses(), at, context.Clock.Now);
        var finding = new ReplicaKillFinding(
            number, victim.Name, at, longest?.Length, longest is { } pause ? $"{pause.Partition.Topic}/{pause.Partition.Partition}" : null, fullAfter, restartedAfter, healthyAfter);
        context.WriteProgress($"longest pause {TextFormat.Milliseconds(finding.LongestPause)} ({finding.LongestPausePartition ?? "none"}), full rate after {DrillRows.Duration(fullAfter)}");
        return finding;
    }
}
