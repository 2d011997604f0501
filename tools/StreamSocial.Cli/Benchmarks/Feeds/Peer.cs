using StreamSocial.Cli.Topology;

namespace StreamSocial.Cli.Benchmarks.Feeds;

/// <summary>Another system that does the work of the feeds.</summary>
internal sealed record Peer(PeerScript Script)
{
    /// <summary>What each system is asked for: one backlog, exactly once where it can.</summary>
    private static readonly Dictionary<string, string[]> Arguments = new()
    {
        ["kafka-streams"] = ["tests=t2", "t2=eos", "repeats=1"],
        ["streamiz"] = ["tests=t2", "t2=eos+commit=1000", "repeats=1"],
        ["limit"] = ["rounds=1"],
    };

    /// <summary>What those are asked for whose readers' latency is comparable: what a reader of committed feeds saw in the trace's busiest hour.</summary>
    private static readonly Dictionary<string, string[]> LatencyArguments = new()
    {
        ["kafka-streams"] = ["tests=t3", "t3=eos+cache=0", $"parts=busy:{TraceFeeder.BusiestHour}", "repeats=1"],
    };

    public string Name => Script.Name;

    /// <summary>The systems that are known.</summary>
    public static IEnumerable<string> Known => Arguments.Keys;

    /// <summary>Finds a peer's script.</summary>
    /// <param name="path">The script, or its folder.</param>
    /// <returns>Null when there is none, or it is of a system that is not known.</returns>
    public static Peer? Find(string path) => PeerScript.Find(path, Known) is { } script ? new Peer(script) : null;

    /// <param name="brokers">The brokers.</param>
    /// <param name="trace">The trace.</param>
    /// <param name="partitions">Partitions of its topics.</param>
    /// <param name="logs">Where its output goes.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="ToolException">It failed.</exception>
    public Task<PeerResult> RunAsync(
        IStandaloneBrokers brokers, string trace, int partitions, DirectoryInfo logs, TimeProvider time, CancellationToken cancellationToken) => Script.RunAsync(
            [.. Arguments[Name], $"trace={trace}", $"partitions={partitions}"],
            brokers, new FileInfo(Path.Combine(logs.FullName, $"bench-feeds-{Name}.log")), PeerResult.TryRead, time, cancellationToken);

    /// <summary>Whether <see cref="RunLatencyAsync"/> knows what to ask for.</summary>
    public bool MeasuresLatency => LatencyArguments.ContainsKey(Name);

    /// <param name="brokers">The brokers.</param>
    /// <param name="options">The trace, the rate and where its output goes.</param>
    /// <param name="partitions">Partitions of its topics.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="ToolException">It failed.</exception>
    public Task<LatencyFigures> RunLatencyAsync(
        IStandaloneBrokers brokers, FeedsBenchmarkOptions options, int partitions, TimeProvider time, CancellationToken cancellationToken) => Script.RunAsync(
            [.. LatencyArguments[Name], FormattableString.Invariant($"rate={options.LatencyRate}"), $"trace={options.Trace}", $"partitions={partitions}"],
            brokers, new FileInfo(Path.Combine(options.Logs.FullName, $"bench-latency-{Name}.log")), LatencyFigures.TryRead, time, cancellationToken);
}

/// <summary>What a peer measured.</summary>
internal sealed record PeerResult(double DeliveriesPerSecond, double ApplicationCpuPerMillion, double BrokerCpuPerMillion)
{
    /// <summary>Reads a line of a peer's output; null when it is not the result of a backlog.</summary>
    public static PeerResult? TryRead(string line) =>
        PeerLine.TryRead(line) is { Test: null or "T2" } found
        && found["deliveriesPerSecond"] is { } rate && found["appCpuPerMillion"] is { } application && found["brokerCpuPerMillion"] is { } brokers
            ? new PeerResult(rate, application, brokers)
            : null;
}
