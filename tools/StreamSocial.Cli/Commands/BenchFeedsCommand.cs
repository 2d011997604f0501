using System.CommandLine;
using Spectre.Console;
using StreamSocial.Cli.Benchmarks.Feeds;
using StreamSocial.Cli.Benchmarks.Profiling;
using StreamSocial.Cli.Output;
using StreamSocial.Cli.Topology;
using StreamSocial.Events.Topics;

namespace StreamSocial.Cli.Commands;

/// <summary><c>bench feeds</c>: the feed generator's work from a full topic, beside other systems that do the same.</summary>
internal sealed class BenchFeedsCommand : Command
{
    private static readonly Dictionary<string, TopologyProfile> ProfileOf = new() { ["60"] = TopologyProfile.Small, ["1000"] = TopologyProfile.Full };

    private readonly Option<string> _kafka = new("--kafka")
    {
        Description = "Brokers in processes of their own: real ones from KAFKA_HOME, or embedded ones.", HelpName = "process|embedded", DefaultValueFactory = _ => "process",
    };

    private readonly Option<string> _partitions = new("--partitions") { Description = "Partitions of user-actions and feed-updates.", HelpName = "60|1000", DefaultValueFactory = _ => "60" };
    private readonly Option<int> _rounds = SharedOptions.AtLeastOne("--rounds", "Measured rounds, after one to warm up; medians are shown.", 5);
    private readonly Option<int> _latencyRounds = SharedOptions.AtLeast("--latency-rounds", "Rounds after those in which a thousand readers of feeds note how long posts take to reach them, at --latency-rate and idle; 0 for none.", 0, 1);
    private readonly Option<int> _latencyRate = SharedOptions.AtLeastOne("--latency-rate", "Lines per second of those, from the trace's busiest hour on.", 2_000);
    private readonly Option<long?> _actions = SharedOptions.Limit("lines");
    private readonly Option<FileInfo?> _trace = SharedOptions.Trace();
    private readonly Option<string[]> _set = SharedOptions.Set();
    private readonly Option<bool> _profileCpu = new("--profile-cpu") { Description = "Also run a round that does not count under perf or dotnet-trace, whichever is installed, and list the functions that took most of the feed generator's time." };
    private readonly Option<FileInfo?> _json = SharedOptions.Json();
    private readonly Option<string[]> _peers = new("--peer")
    {
        Description = $"Script of another system that does the same work on the same brokers, in turns; may be given several times. Known by its folder: {string.Join(", ", Peer.Known)}.",
        HelpName = "RUN",
        DefaultValueFactory = _ => [],
    };

    private readonly IAnsiConsole _console;

    public BenchFeedsCommand(IAnsiConsole console)
        : base("feeds", "Let one feed generator work off a whole trace from a full topic, each line a follow and a post: deliveries/s, CPU time of feed generator and brokers, batches of each topic. Then how long posts take to their readers.")
    {
        _console = console;
        _kafka.AcceptOnlyFromAmong("process", "embedded");
        _partitions.AcceptOnlyFromAmong([.. ProfileOf.Keys]);
        _trace.Required = true;
        _peers.Validators.Add(result =>
        {
            foreach (var path in result.GetValueOrDefault<string[]>() ?? [])
            {
                if (Peer.Find(path) is null)
                    result.AddError($"--peer is '{path}'; give a script 'run', or its folder, named {string.Join(", ", Peer.Known)}.");
            }
            if ((result.GetValueOrDefault<string[]>() ?? []).Select(Peer.Find).OfType<Peer>().GroupBy(peer => peer.Name).Any(same => same.Count() > 1))
                result.AddError("--peer names the same system twice.");
        });
        foreach (var option in new Option[] { _kafka, _partitions, _rounds, _latencyRounds, _latencyRate, _actions, _trace, _peers, _profileCpu, _set, _json })
            Add(option);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        CheckPeers(parsed);
        await using var json = ResultFile.Open(parsed.GetValue(_json));
        using var trace = await TraceFile.OpenAsync(parsed.GetValue(_trace), cancellationToken);
        var logs = ProgramLocator.LogFolder();
        var profiler = parsed.GetValue(_profileCpu)
            ? await CpuProfiler.FindAsync(logs, TimeProvider.System, cancellationToken)
            : null;
        var options = new FeedsBenchmarkOptions
        {
            Kafka = parsed.GetValue(_kafka)!,
            Profile = ProfileOf[parsed.GetValue(_partitions)!],
            Trace = trace.Path!,
            Actions = parsed.GetValue(_actions) ?? long.MaxValue,
            Rounds = parsed.GetValue(_rounds),
            LatencyRounds = parsed.GetValue(_latencyRounds),
            LatencyRate = parsed.GetValue(_latencyRate),
            Peers = [.. parsed.GetValue(_peers)!.Select(path => Peer.Find(path)!)],
            FurtherArguments = [.. parsed.GetValue(_set)!.Select(setting => $"--{setting}")],
            Profiler = profiler,
            Logs = logs,
        };
        var report = await new FeedsBenchmark(options, _console, TimeProvider.System).RunAsync(cancellationToken);
        FeedsBenchmarkTable.Write(_console, report);
        if (profiler is not null && report.CpuProfile is { Missing: null })
            _console.MarkupLineInterpolated($"All of the profile: {profiler.ViewCommand}");
        await json.WriteAsync(report, cancellationToken);
        return ExitCodes.Done;
    }

    /// <exception cref="UsageException">Other systems cannot do what was asked for.</exception>
    private void CheckPeers(ParseResult parsed)
    {
        if (parsed.GetValue(_peers) is not { Length: > 0 })
            return;
        if (parsed.GetValue(_kafka) == "embedded")
            throw new UsageException("--peer needs --kafka process: other systems need transactions, which embedded brokers do not have.");
        if (parsed.GetValue(_actions) is not null)
            throw new UsageException("--peer and --actions do not go together: other systems do the whole trace.");
    }
}
