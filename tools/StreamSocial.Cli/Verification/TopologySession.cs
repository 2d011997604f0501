using Confluent.Kafka;
using Microsoft.Extensions.Logging.Abstractions;
using Spectre.Console;
using StreamSocial.Cli.Commands;
using StreamSocial.Cli.Distribution;
using StreamSocial.Cli.Topology;
using StreamSocial.Control;
using StreamSocial.Events.Stages;
using StreamSocial.Events.Topics;
using StreamSocial.Kafka;
using StreamSocial.Kafka.Lag;
using StreamSocial.Replay;
using StreamSocial.Replay.Sending;
using StreamSocial.Topics;

namespace StreamSocial.Cli.Verification;

/// <summary>A running topology, with what it takes to send a trace through it and to compare what it came to. Ends the topology when disposed.</summary>
internal sealed class TopologySession : IAsyncDisposable
{
    /// <summary>Ingest's reason for refusing a batch that is longer than it was told to take; part of the answer that the error quotes.</summary>
    private const string TooManyEntries = "too_many_entries";

    private readonly IAnsiConsole _console;
    private readonly TimeProvider _time;

    private TopologySession(TopologyRunner topology, KafkaClientSettings settings, MemberTracker members, LogInspector inspector, IAnsiConsole console, TimeProvider time)
    {
        (Topology, Settings, Members, Inspector, _console, _time) = (topology, settings, members, inspector, console, time);
        Ends = new LogEndReader(settings, NullLogger<LogEndReader>.Instance);
        Profile = LogInspector.ProfileOf(inspector.ReadPartitionCounts())
            ?? throw new ToolException("The cluster's input topics have the partition counts of no profile; delete them or use another cluster.");
        Catalog = StreamSocialTopics.For(Profile);
        InputPartitions = [.. FeedGeneratorStages.Inputs.SelectMany(topic => Enumerable.Range(0, Catalog[topic].Partitions).Select(partition => (topic, partition)))];
    }

    public TopologyRunner Topology { get; }

    public KafkaClientSettings Settings { get; }

    public MemberTracker Members { get; }

    public LogInspector Inspector { get; }

    public LogEndReader Ends { get; }

    /// <summary>The profile whose partition counts the topics have.</summary>
    public TopologyProfile Profile { get; }

    /// <summary>The topics of the profile.</summary>
    public TopicCatalog Catalog { get; }

    /// <summary>Partitions that the feed generators share: those of all input topics.</summary>
    public IReadOnlyList<(string Topic, int Partition)> InputPartitions { get; }

    /// <exception cref="ToolException">
    /// The topology did not become healthy, its brokers cannot be reached, or they hold entries already; nothing of it is left.
    /// </exception>
    public static async Task<TopologySession> StartAsync(TopologyOptions options, IAnsiConsole console, TimeProvider time, CancellationToken cancellationToken)
    {
        var topology = await TopologyRunner.StartAsync(options, console, time, cancellationToken);
        MemberTracker? members = null;
        LogInspector? inspector = null;
        try
        {
            var settings = await topology.ReadKafkaAsync(cancellationToken);
            members = await MemberTracker.StartAsync(settings, cancellationToken);
            inspector = new LogInspector(settings);
            await CheckUnwrittenAsync(inspector, cancellationToken);
            return new TopologySession(topology, settings, members, inspector, console, time);
        }
        catch (Exception e)
        {
            inspector?.Dispose();
            if (members is not null)
                await members.DisposeAsync();
            await topology.DisposeAsync();
            if (e is ControlException or KafkaException)
                throw new ToolException(e.Message, e);
            throw;
        }
    }

    /// <summary>What users did before is in their feeds too, and would look like broken guarantees beside a reference that has only the trace.</summary>
    /// <exception cref="ToolException">It was written to what ingest writes to, whether or not the records are still there.</exception>
    internal static async Task CheckUnwrittenAsync(LogInspector inspector, CancellationToken cancellationToken)
    {
        foreach (var topic in TopicsDescribeCommand.KeyedTopics)
        {
            if ((await inspector.DescribeAsync(topic, withKeys: false, cancellationToken)).Records is > 0 and var records)
            {
                throw new ToolException(
                    $"Topic {topic} of this cluster has taken {records:N0} records already, and what they led to is not in the reference. "
                    + "Use a fresh cluster, or stop what runs on this one and delete its topics: they are created anew.");
            }
        }
    }

    /// <summary>Sends a trace to ingest until its end; the trace stays the caller's.</summary>
    /// <param name="trace">What is sent.</param>
    /// <param name="plan">How it is sent.</param>
    /// <param name="progress">Told of the progress.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <param name="handler">Sends the requests and is disposed of afterwards; null for none of its own.</param>
    /// <exception cref="NotHeldException">Ingest did not take the trace.</exception>
    /// <exception cref="ToolException">The batches are longer than ingest was told to take.</exception>
    public async Task<ReplayResult> ReplayAsync(
        ITraceSource trace, ReplayPlan plan, IProgress<ReplayProgress> progress, CancellationToken cancellationToken, HttpMessageHandler? handler = null)
    {
        using var http = new HttpClient(handler ?? new HttpClientHandler())
        {
            BaseAddress = await Topology.ReadAddressAsync(TopologyRunner.Ingest, cancellationToken), Timeout = Timeout.InfiniteTimeSpan,
        };
        _console.MarkupLineInterpolated($"Replaying {trace.Description} to {http.BaseAddress}");
        try
        {
            return await new Replayer(http, plan.ToOptions(), _time).RunAsync(trace, progress, cancellationToken);
        }
        catch (ReplayException e) when (e.Message.Contains(TooManyEntries, StringComparison.Ordinal))
        {
            throw new ToolException($"Ingest takes fewer than {plan.BatchSize:N0} events in a request: send smaller batches, or allow more with --set Ingest:MaxBatchActions=N.", e);
        }
        catch (ReplayException e)
        {
            // The topology was healthy: it should have taken the trace.
            throw new NotHeldException(e.Message, e);
        }
    }

    /// <summary>Waits until all that was sent is processed, with all that followed from it.</summary>
    public Task WaitUntilDrainedAsync(TimeSpan stallTimeout, CancellationToken cancellationToken) =>
        new DrainWaiter(Ends, Members, FeedGeneratorStages.All, Topology.ThrowIfEnded, _console, _time).WaitAsync(Catalog, stallTimeout, cancellationToken);

    /// <summary>Reads every feed and counter back.</summary>
    /// <param name="reference">What they must be.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <param name="scope">What is read beside the feeds; null for all.</param>
    public async Task<Outcome> CompareAsync(ReferenceModel reference, CancellationToken cancellationToken, ReadBackScope? scope = null)
    {
        if ((await Topology.ReadFeedGeneratorsAsync(cancellationToken)).Count == 0)
            await Topology.WaitForGeneratorsAsync((await Topology.ReadRunningGeneratorsAsync(cancellationToken)).Count, cancellationToken);
        using var client = new ReadClient(await Topology.ReadFeedGeneratorsAsync(cancellationToken), _time);
        var totals = await new ReadBack(client, reference, _console).RunAsync(scope ?? ReadBackScope.All, cancellationToken);
        return Outcome.Of(totals, Members.ReadTotals());
    }

    public async ValueTask DisposeAsync()
    {
        Ends.Dispose();
        Inspector.Dispose();
        await Members.DisposeAsync();
        await Topology.DisposeAsync();
    }
}
