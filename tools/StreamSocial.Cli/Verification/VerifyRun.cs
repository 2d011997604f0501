using Spectre.Console;
using StreamSocial.Cli.Commands;
using StreamSocial.Cli.Distribution;
using StreamSocial.Cli.Output;
using StreamSocial.Cli.Topology;
using StreamSocial.Events.Topics;
using StreamSocial.Kafka;
using StreamSocial.Replay.Sending;

namespace StreamSocial.Cli.Verification;

/// <summary>Starts the topology, replays a trace through it, reads everything back and compares it with the reference.</summary>
internal sealed class VerifyRun(VerifyOptions options, IAnsiConsole console, TimeProvider time)
{
    public async Task<VerifyReport> RunAsync(Func<VerifyReport, CancellationToken, Task> show, CancellationToken cancellationToken)
    {
        var reference = new ReferenceModel(options.FeedCapacity);
        var (description, interactions) = Apply(reference);
        console.MarkupLineInterpolated($"Reference of {description}: {reference.Actions:N0} actions, {reference.Deliveries:N0} deliveries to {reference.Users.Count:N0} users");

        await using var session = await TopologySession.StartAsync(options.Topology, console, time, cancellationToken);
        var (topology, catalog) = (session.Topology, session.Catalog);

        var start = time.GetTimestamp();
        var replay = await ReplayAsync(session, cancellationToken);
        console.MarkupLineInterpolated($"All {replay.Actions:N0} actions are acknowledged after {TextFormat.Seconds(replay.Elapsed)}; waiting until they are applied");
        await session.SettleAsync(options.StallTimeout, cancellationToken);
        var applied = time.GetElapsedTime(start);

        var outcome = await session.CompareAsync(reference, options.FeedCapacity, cancellationToken);
        var distribution = new List<TopicDistribution>();
        foreach (var topic in StreamSocialTopics.Inputs)
            distribution.Add(await session.Inspector.DescribeAsync(topic, catalog[topic].Partitions, TopicsDescribeCommand.KeyedTopics.Contains(topic), cancellationToken));

        var report = new VerifyReport
        {
            Trace = description,
            Topology = $"Kafka {options.Topology.Kafka}, profile {session.Profile.ToString().ToLowerInvariant()}, replicas {(options.Rescale ? $"1-{options.Topology.MaximumReplicas}-1" : options.Topology.InitialReplicas)}",
            Interactions = interactions,
            Actions = replay.Actions,
            ExpectedActions = reference.Actions,
            ActionsPerSecond = replay.Rate,
            Deliveries = reference.Deliveries,
            DeliveriesPerSecond = reference.Deliveries / applied.TotalSeconds,
            Applied = applied,
            Outcome = outcome,
            Replay = replay,
            WriteAmplification = session.Members.ReadTotals() is { InputBytes: > 0 } totals ? (double)totals.ChangelogBytes / totals.InputBytes : null,
            PeakBytes = topology.Usage.PeakBytes,
            StolenShare = topology.Usage.StolenShare,
            Processes = topology.Usage.ReadKinds(),
            Distribution = distribution,
            Hardware = Hardware.Describe(),
        };
        await show(report, cancellationToken);
        if (options.KeepRunning)
            await KeepRunningAsync(topology, session.Settings, cancellationToken);
        return report;
    }

    private (string Description, long Interactions) Apply(ReferenceModel reference)
    {
        using var trace = options.OpenTrace();
        foreach (var replayEvent in trace.ReadEvents())
            reference.Apply(replayEvent);
        return (trace.Description, trace.InteractionsRead);
    }

    private async Task<ReplayResult> ReplayAsync(TopologySession session, CancellationToken cancellationToken)
    {
        using var trace = options.OpenTrace();
        var plan = new ReplayPlan { Rate = options.Rate, Workers = options.Workers, BatchSize = options.BatchSize, GiveUpAfter = options.StallTimeout };
        var progress = new ReplayProgressLines(console);
        if (!options.Rescale)
            return await session.ReplayAsync(trace, plan, progress, cancellationToken);

        var script = new RescaleScript(session.Topology, options.Topology.MaximumReplicas, 1, progress, console);
        return await SideBySide.RunAsync(script.RunAsync, token => session.ReplayAsync(trace, plan, script, token), script.Finish, cancellationToken);
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
