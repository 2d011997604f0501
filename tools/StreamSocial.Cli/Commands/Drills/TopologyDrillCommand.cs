using System.CommandLine;
using System.CommandLine.Parsing;
using Spectre.Console;
using StreamSocial.Cli.Drills.Running;
using StreamSocial.Cli.Output;
using StreamSocial.Cli.Topology;
using StreamSocial.Events.Topics;
using StreamSocial.Replay;
using StreamSocial.Replay.Synthetic;
using StreamSocial.Replay.Traces;

namespace StreamSocial.Cli.Commands.Drills;

/// <summary>The options that all drills of a real topology have, and what they do with their result.</summary>
internal abstract class TopologyDrillCommand<TReport> : Command
    where TReport : IDrillReport
{
    private readonly Option<string> _kafka = new("--kafka") { Description = "Which Kafka the topology starts with.", DefaultValueFactory = _ => "process" };
    private readonly Option<FileInfo?> _trace = SharedOptions.Trace();
    private readonly Option<long?> _limit = SharedOptions.Limit();
    private readonly Option<double?> _rate;
    private readonly Option<TopologyProfile?> _profile = SharedOptions.Profile();
    private readonly Option<int> _seed = SharedOptions.Seed("Seed of the random choices and of the synthetic network.");
    private readonly Option<int> _steady = SharedOptions.AtLeastOne("--steady", "Seconds of undisturbed running before the first disturbance, as the measure of the rest.", 10);
    private readonly Option<FileInfo?> _appHost = SharedOptions.AppHost();
    private readonly Option<string[]> _set = SharedOptions.Set();
    private readonly Option<FileInfo?> _json = SharedOptions.Json();
    private readonly double _defaultRate;

    protected TopologyDrillCommand(IAnsiConsole console, string name, string description, double defaultRate, IReadOnlyList<string> sources)
        : base(name, description)
    {
        Console = console;
        _defaultRate = defaultRate;
        _rate = SharedOptions.Positive("--rate", $"Actions per second; default {defaultRate:N0}.");
        _kafka.HelpName = string.Join('|', sources);
        _kafka.Validators.Add(result => CheckSource(result, sources));
        foreach (var option in new Option[] { _kafka, _trace, _limit, _rate, _profile, _seed, _steady, _appHost, _set, _json })
            Add(option);
        SetAction(RunAsync);
    }

    protected IAnsiConsole Console { get; }

    protected static TimeProvider Time => TimeProvider.System;

    /// <summary>Sources of Kafka whose replicas can be killed: all of them.</summary>
    protected static IReadOnlyList<string> AllSources { get; } = ["auto", "external", "containers", "process", "embedded"];

    protected abstract Task<TReport> RunDrillAsync(ParseResult parsed, CancellationToken cancellationToken);

    protected abstract void Write(TReport report);

    /// <summary>Whether actions of the synthetic network are taken back and users block others.</summary>
    protected virtual bool TakesBack => true;

    /// <summary>Why a source that exists is not among those of this drill.</summary>
    protected virtual string WhyNot(string source) => "";

    /// <param name="parsed">The command line.</param>
    /// <param name="initial">Feed generators at the start.</param>
    /// <param name="maximum">Most feed generators.</param>
    /// <param name="further">Further arguments of the AppHost; what the user sets goes over them.</param>
    protected DrillOptions CreateOptions(ParseResult parsed, int initial, int maximum, params IEnumerable<string> further)
    {
        var now = Time.GetUtcNow();
        var rate = parsed.GetValue(_rate) ?? _defaultRate;
        var seed = parsed.GetValue(_seed);
        return new DrillOptions
        {
            Topology = new TopologyOptions
            {
                Kafka = parsed.GetValue(_kafka)!,
                // On every cluster: thousands of partitions on one machine would try the machine, not the runtime.
                Profile = parsed.GetValue(_profile) ?? TopologyProfile.Small,
                InitialReplicas = initial,
                MaximumReplicas = maximum,
                AppHost = parsed.GetValue(_appHost),
                Log = new FileInfo(Path.Combine(AppHostLocator.LogFolder().FullName, $"drill-{Name}-{now:yyyyMMdd-HHmmss}.log")),
                // Positions are as fine as the members' reports.
                FurtherArguments = ["--Streams:ReportInterval=00:00:00.1", .. further, .. parsed.GetValue(_set)!.Select(setting => $"--{setting}")],
            },
            OpenTrace = round => OpenTrace(parsed.GetValue(_trace), round, rate, seed, now),
            Actions = parsed.GetValue(_limit),
            Rate = rate,
            Seed = seed,
            SteadyTime = TimeSpan.FromSeconds(parsed.GetValue(_steady)),
        };
    }

    private ITraceSource OpenTrace(FileInfo? file, int round, double rate, int seed, DateTimeOffset now)
    {
        if (file is not null)
            return new HiggsTrace(file.FullName, $"h{round}-");

        // Actions only, so that the rate is one of actions. Each round begins a second before the one before it, which gives it other ids.
        var options = new SyntheticTraceOptions { Seed = seed + round, InteractionsPerAction = 0, ActionsPerSecond = rate, SpikeFactor = 5 };
        if (!TakesBack)
            options.TakenBackShare = options.RelationChangeShare = 0;
        return new SyntheticTrace(options, now - options.Length - TimeSpan.FromSeconds(round));
    }

    private void CheckSource(OptionResult result, IReadOnlyList<string> sources)
    {
        var source = result.GetValueOrDefault<string>();
        if (sources.Contains(source))
            return;
        var reason = AllSources.Contains(source) ? WhyNot(source) : "It is no source of Kafka.";
        result.AddError($"--kafka {source} cannot be used here: {reason} Use {string.Join(" or ", sources)}.");
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var report = await RunDrillAsync(parsed, cancellationToken);
        Write(report);
        await ResultFile.WriteAsync(parsed.GetValue(_json), report, cancellationToken);
        return report.Passed ? ExitCodes.Done : ExitCodes.Failed;
    }
}
