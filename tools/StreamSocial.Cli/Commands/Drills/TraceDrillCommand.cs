using System.CommandLine;
using Spectre.Console;
using StreamSocial.Cli.Drills.Running;
using StreamSocial.Replay;
using StreamSocial.Replay.Synthetic;
using StreamSocial.Replay.Traces;

namespace StreamSocial.Cli.Commands.Drills;

/// <summary>A drill that sends a trace through the topology.</summary>
internal abstract class TraceDrillCommand<TReport> : TopologyDrillCommand<TReport>
    where TReport : IDrillReport
{
    private readonly Option<FileInfo?> _trace = SharedOptions.Trace();
    private readonly Option<long?> _limit = SharedOptions.Limit();
    private readonly Option<int> _steady = SharedOptions.Seconds("--steady", "Seconds of undisturbed running before the first disturbance, as the measure of the rest.", 10);
    private string? _path;

    /// <param name="console">Output.</param>
    /// <param name="name">The drill's name.</param>
    /// <param name="description">What it does.</param>
    /// <param name="defaultRate">Events per second.</param>
    /// <param name="sources">Where its Kafka may come from.</param>
    /// <param name="hasSteadyState">Whether it measures a steady state first and may end with the trace; a drill of fixed phases does neither.</param>
    protected TraceDrillCommand(IAnsiConsole console, string name, string description, double defaultRate, IReadOnlyList<string> sources, bool hasSteadyState = true)
        : base(console, name, description, defaultRate, sources)
    {
        foreach (var option in hasSteadyState ? new Option[] { _trace, _limit, _steady } : [_trace])
            Add(option);
    }

    /// <summary>Whether actions of the synthetic network are taken back and users block others.</summary>
    protected virtual bool TakesBack => true;

    protected sealed override async Task<TReport> RunDrillAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var file = await TraceFile.OpenAsync(parsed.GetValue(_trace), cancellationToken);
        _path = file.Path;
        return await RunTraceDrillAsync(parsed, cancellationToken);
    }

    /// <summary>Runs the drill; the trace can be opened as often as needed until it ends.</summary>
    protected abstract Task<TReport> RunTraceDrillAsync(ParseResult parsed, CancellationToken cancellationToken);

    /// <param name="parsed">The command line.</param>
    /// <param name="initial">Feed generators at the start.</param>
    /// <param name="maximum">Most feed generators.</param>
    /// <param name="further">Further arguments of the AppHost; what the user sets goes over them.</param>
    protected DrillOptions CreateOptions(ParseResult parsed, int initial, int maximum, params IEnumerable<string> further)
    {
        var (now, rate, seed) = (Time.GetUtcNow(), RateOf(parsed), SeedOf(parsed));
        return new DrillOptions
        {
            Topology = CreateTopology(parsed, initial, maximum, further),
            OpenTrace = round => OpenTrace(round, rate, seed, now),
            Actions = parsed.GetValue(_limit),
            Rate = rate,
            Seed = seed,
            SteadyTime = TimeSpan.FromSeconds(parsed.GetValue(_steady)),
        };
    }

    private ITraceSource OpenTrace(int round, double rate, int seed, DateTimeOffset now)
    {
        if (_path is not null)
            return new HiggsTrace(_path, $"h{round}-");

        // Actions only, so that the rate is one of actions.
        var options = new SyntheticTraceOptions { Seed = seed + round, InteractionsPerAction = 0, ActionsPerSecond = rate, SpikeFactor = 5 };
        if (!TakesBack)
            options.TakenBackShare = options.RelationChangeShare = 0;
        return new SyntheticTrace(options, now - options.Length, round);
    }
}
