using StreamSocial.Cli.Topology;

namespace StreamSocial.Cli.Benchmarks.Handover;

/// <summary>Another system that a second process joins and is killed in.</summary>
internal sealed record HandoverPeer(PeerScript Script)
{
    /// <summary>What each system is asked for, exactly once.</summary>
    private static readonly Dictionary<string, string[]> Arguments = new()
    {
        ["kafka-streams"] = ["tests=t4", "t4=eos+cache=0", "repeats=1"],
    };

    public string Name => Script.Name;

    /// <summary>The systems that are known.</summary>
    public static IEnumerable<string> Known => Arguments.Keys;

    /// <summary>Finds a peer's script.</summary>
    /// <param name="path">The script, or its folder.</param>
    /// <returns>Null when there is none, or it is of a system that is not known.</returns>
    public static HandoverPeer? Find(string path) => PeerScript.Find(path, Known) is { } script ? new HandoverPeer(script) : null;

    /// <exception cref="ToolException">It failed.</exception>
    public Task<HandoverFigures> RunAsync(
        IStandaloneBrokers brokers, HandoverBenchmarkOptions options, int partitions, TimeProvider time, CancellationToken cancellationToken) => Script.RunAsync(
            [
                .. Arguments[Name],
                FormattableString.Invariant($"rate={options.Rate}"),
                FormattableString.Invariant($"t4.join={options.JoinTime.TotalSeconds}"),
                FormattableString.Invariant($"t4.kill={options.KillTime.TotalSeconds}"),
                $"trace={options.Trace}",
                FormattableString.Invariant($"partitions={partitions}"),
            ],
            brokers, new FileInfo(Path.Combine(options.Logs.FullName, $"bench-handover-{Name}.log")), HandoverFigures.TryRead, time, cancellationToken);
}
