using Microsoft.Extensions.Logging.Abstractions;
using Spectre.Console;
using StreamSocial.Cli.Commands;
using StreamSocial.Cli.Distribution;
using StreamSocial.Cli.Output;
using StreamSocial.Cli.Topology;
using StreamSocial.Events.Topics;
using StreamSocial.Kafka;
using StreamSocial.Kafka.Lag;
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

        await using var topology = await TopologyRunner.StartAsync(options.Topology, console, time, cancellationToken);
        var settings = await topology.ReadKafkaAsync(cancellationToken);
        await using var members = await MemberLedger.StartAsync(settings, cancellationToken);
        using var inspector = new LogInspector(settings);
        var catalog = CatalogOf(inspector);

        var start = time.GetTimestamp();
        var replay = await ReplayAsync(topology, cancellationToken);
        console.MarkupLineInterpolated($"All {replay.Actions:N0} actions are acknowledged after {TextFormat.Seconds(replay.Elapsed)}; waiting until they are applied");
        using (var ends = new LogEndReader(settings, NullLogger<LogEndReader>.Instance))
            await new Settlement(ends, members, topology, console, time).WaitAsync(catalog, options.StallTimeout, cancellationToken);
        var applied = time.GetElapsedTime(start);

        using var client = new ReadClient(await topology.ReadFeedGeneratorsAsync(cancellationToken), time);
        var tally = await new ReadBack(client, reference, options.FeedCapacity, console).RunAsync(cancellationToken);
        var distribution = new List<TopicDistribution>();
        foreach (var topic in TopicCatalog.Inputs)
            distribution.Add(await inspector.DescribeAsync(topic, catalog[topic].Partitions, TopicsDescribeCommand.KeyedTopics.Contains(topic), cancellationToken));

        var edges = members.ReadTotals();
        var report = new VerifyReport
        {
            Trace = description,
            Topology = $"Kafka {options.Topology.Kafka}, profile {catalog.Profile.ToString().ToLowerInvariant()}, replicas {(options.Rescale ? $"1-{options.Topology.MaximumReplicas}-1" : options.Topology.InitialReplicas)}",
            Interactions = interactions,
            Actions = replay.Actions,
            ExpectedActions = reference.Actions,
            ActionsPerSecond = replay.Rate,
            Deliveries = reference.Deliveries,
            DeliveriesPerSecond = reference.Deliveries / applied.TotalSeconds,
            Applied = applied,
            FeedsCompared = tally.FeedsCompared,
            CountersCompared = tally.CountersCompared,
            Lost = tally.Lost + (edges?.EntriesLost ?? 0),
            Duplicated = tally.Duplicated,
            Misordered = tally.Misordered + (edges?.EntriesMisordered ?? 0),
            Unexpected = tally.Unexpected,
            DifferingFeeds = tally.DifferingFeeds,
            DifferingCounters = tally.DifferingCounters,
            DuplicatesDropped = edges?.DuplicatesDropped,
            Examples = tally.Examples,
            Replay = replay,
            PeakBytes = topology.Usage.PeakBytes,
            Processes = topology.Usage.ReadKinds(),
            Distribution = distribution,
            Hardware = Hardware.Describe(),
        };
        await show(report, cancellationToken);
        if (options.KeepRunning)
            await KeepRunningAsync(topology, settings, cancellationToken);
        return report;
    }

    private static TopicCatalog CatalogOf(LogInspector inspector)
    {
        var counts = inspector.ReadPartitionCounts();
        return Enum.GetValues<TopologyProfile>().Select(TopicCatalog.For)
            .FirstOrDefault(catalog => TopicCatalog.Inputs.All(topic => counts.GetValueOrDefault(topic) == catalog[topic].Partitions))
            ?? throw new ToolException("The cluster's input topics have the partition counts of no profile; delete them or use another cluster.");
    }

    private (string Description, long Interactions) Apply(ReferenceModel reference)
    {
        using var trace = options.OpenTrace();
        foreach (var replayEvent in trace.ReadEvents())
            reference.Apply(replayEvent);
        return (trace.Description, trace.InteractionsRead);
    }

    private async Task<ReplayResult> ReplayAsync(TopologyRunner topology, CancellationToken cancellationToken)
    {
        using var trace = options.OpenTrace();
        using var http = new HttpClient { BaseAddress = await topology.ReadAddressAsync(TopologyRunner.Ingest, cancellationToken), Timeout = Timeout.InfiniteTimeSpan };
        var replayer = new Replayer(http, new ReplayOptions
        {
            Workers = options.Workers,
            BatchSize = options.BatchSize,
            GiveUpAfter = options.StallTimeout,
            ProgressInterval = TimeSpan.FromMilliseconds(200),
            Pace = options.Rate is { } rate ? ReplayPace.FixedRate(rate) : ReplayPace.Unlimited,
        }, time);
        console.MarkupLineInterpolated($"Replaying {trace.Description} to {http.BaseAddress}");
        var progress = new ReplayProgressLines(console);
        if (!options.Rescale)
            return await replayer.RunAsync(trace, progress, cancellationToken);

        using var failure = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var script = new RescaleScript(topology, options.Topology.MaximumReplicas, 1, progress, console);
        var scaling = script.RunAsync(failure.Token);
        var replaying = replayer.RunAsync(trace, script, failure.Token);
        try
        {
            if (await Task.WhenAny(scaling, replaying) == scaling)
                await scaling;
            var result = await replaying;
            script.Finish();
            await scaling;
            return result;
        }
        catch
        {
            await failure.CancelAsync();
            throw;
        }
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
