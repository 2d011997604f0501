using Spectre.Console;
using StreamSocial.Cli.Commands;
using StreamSocial.Cli.Distribution;
using StreamSocial.Cli.Output;
using StreamSocial.Cli.Topology;
using StreamSocial.Events.Stages;
using StreamSocial.Kafka;
using StreamSocial.Replay;
using StreamSocial.Replay.Sending;

namespace StreamSocial.Cli.Verification;

/// <summary>What a verification runs.</summary>
internal sealed record VerifyOptions
{
    public required TopologyOptions Topology { get; init; }

    /// <summary>Opens the same trace each time.</summary>
    public required Func<ITraceSource> OpenTrace { get; init; }

    /// <summary>Whether to go from 1 replica to the maximum after a third and back to 1 after two thirds.</summary>
    public bool Rescale { get; init; }

    /// <summary>Events per second; null for as fast as ingest takes them.</summary>
    public double? Rate { get; init; }

    public int Workers { get; init; } = 64;

    public int BatchSize { get; init; } = 500;

    /// <summary>Longest time without any progress before the run fails.</summary>
    public TimeSpan StallTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Whether to leave the topology running, after the result, until Ctrl-C.</summary>
    public bool KeepRunning { get; init; }
}

/// <summary>Starts the topology, replays a trace through it, reads everything back and compares it with the reference.</summary>
internal sealed class VerifyRun(VerifyOptions options, IAnsiConsole console, TimeProvider time)
{
    public async Task<VerifyReport> RunAsync(Func<VerifyReport, CancellationToken, Task> show, CancellationToken cancellationToken)
    {
        var reference = new ReferenceModel();
        var (description, interactions) = Apply(reference, cancellationToken);
        console.MarkupLineInterpolated($"Reference of {description}: {reference.Actions:N0} actions, {reference.Deliveries:N0} deliveries to {reference.Users.Count:N0} users, {reference.TakenBack:N0} actions taken back");

        await using var session = await TopologySession.StartAsync(options.Topology, console, time, cancellationToken);
        var (topology, catalog) = (session.Topology, session.Catalog);

        var before = topology.Usage.ReadCpuSeconds();
        var start = time.GetTimestamp();
        var (replay, lateSteps) = await ReplayAsync(session, cancellationToken);
        console.MarkupLineInterpolated($"All {replay.Actions:N0} actions are acknowledged after {TextFormat.Seconds(replay.Elapsed)}; waiting until they are applied");
        await session.WaitUntilDrainedAsync(options.StallTimeout, cancellationToken);
        var applied = time.GetElapsedTime(start);
        var work = topology.Usage.ReadCpuSecondsSince(before);

        var outcome = await session.CompareAsync(reference, cancellationToken);
        var distribution = new List<TopicDistribution>();
        foreach (var topic in FeedGeneratorStages.Inputs)
            distribution.Add(await session.Inspector.DescribeAsync(topic, TopicsDescribeCommand.KeyedTopics.Contains(topic), cancellationToken));

        var report = new VerifyReport
        {
            Trace = description,
            Topology = $"Kafka {options.Topology.Kafka}, profile {session.Profile.ToString().ToLowerInvariant()}, replicas {Replicas(lateSteps)}",
            Interactions = interactions,
            Actions = replay.Actions,
            ExpectedActions = reference.Actions,
            Deliveries = reference.Deliveries,
            DeliveriesPerSecond = reference.Deliveries / applied.TotalSeconds,
            Applied = applied,
            Outcome = outcome,
            Replay = replay,
            WriteAmplification = session.Members.ReadTotals() is { InputBytes: > 0 } totals ? (double)totals.ChangelogBytes / totals.InputBytes : null,
            PeakBytes = topology.Usage.PeakBytes,
            StolenShare = topology.Usage.StolenShare,
            Processes = topology.Usage.ReadKinds(work),
            Distribution = distribution,
            Hardware = Hardware.Describe(),
        };
        await show(report, cancellationToken);
        if (options.KeepRunning)
            await KeepRunningAsync(topology, session.Settings, cancellationToken);
        return report;
    }

    private (string Description, long Interactions) Apply(ReferenceModel reference, CancellationToken cancellationToken)
    {
        using var trace = options.OpenTrace();
        foreach (var replayEvent in trace.ReadEvents())
        {
            cancellationToken.ThrowIfCancellationRequested();
            reference.Apply(replayEvent);
        }
        return (trace.Description, trace.InteractionsRead);
    }

    private string Replicas(int lateSteps)
    {
        if (!options.Rescale)
            return $"{options.Topology.InitialReplicas}";
        var steps = $"1-{options.Topology.MaximumReplicas}-1";
        return lateSteps == 0 ? steps : $"{steps}, {lateSteps} of 2 steps after the last acknowledgement: give a longer trace or a lower --rate";
    }

    private async Task<(ReplayResult Result, int LateSteps)> ReplayAsync(TopologySession session, CancellationToken cancellationToken)
    {
        using var trace = options.OpenTrace();
        var plan = new ReplayPlan { Rate = options.Rate, Workers = options.Workers, BatchSize = options.BatchSize, GiveUpAfter = options.StallTimeout };
        var progress = new ReplayProgressLines(console);
        if (!options.Rescale)
            return (await session.ReplayAsync(trace, plan, progress, cancellationToken), 0);

        var script = new RescaleScript(session.Topology.ScaleAsync, options.Topology.MaximumReplicas, 1, progress, console);
        var result = await ScriptedReplay.RunAsync(script.RunAsync, token => session.ReplayAsync(trace, plan, script, token), script.Finish, cancellationToken);
        return (result, script.LateSteps);
    }

    private async Task KeepRunningAsync(TopologyRunner topology, KafkaClientSettings settings, CancellationToken cancellationToken)
    {
        console.MarkupLineInterpolated($"The topology goes on until Ctrl-C. Kafka: {settings.BootstrapServers}, for example:");
        console.MarkupLineInterpolated($"  streamsocial topics describe --bootstrap {settings.BootstrapServers}");
        foreach (var resource in (await topology.ReadResourcesAsync(cancellationToken)).Where(resource => resource.HttpUrl is not null && resource.IsHealthy))
            console.MarkupLineInterpolated($"  {resource.Name}: {resource.HttpUrl}");
        try
        {
            while (true)
            {
                topology.ThrowIfEnded();
                await Task.Delay(TimeSpan.FromSeconds(1), time, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The way to end it.
        }
    }
}
