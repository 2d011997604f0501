using System.CommandLine;
using Spectre.Console;
using StreamSocial.Cli.Distribution;
using StreamSocial.Cli.Output;
using StreamSocial.Cli.Planning;
using StreamSocial.Events;
using StreamSocial.Events.Topics;
using StreamSocial.Replay.Synthetic;

namespace StreamSocial.Cli.Commands;

/// <summary><c>partitions</c>: how keys become partitions.</summary>
internal sealed class PartitionsCommand : Command
{
    public PartitionsCommand(IAnsiConsole console)
        : base("partitions", "Compare ways to key records, without a cluster.") => Add(new PartitionsCompareCommand(console));
}

/// <summary><c>partitions compare</c>: the key strategies on one trace, side by side.</summary>
internal sealed class PartitionsCompareCommand : Command
{
    private readonly Option<FileInfo?> _trace = SharedOptions.Trace();
    private readonly Option<int> _seed = SharedOptions.Seed("Seed of the synthetic network that is read without --trace.");
    private readonly Option<string> _topic = new("--topic")
    {
        Description = $"Whose records are counted: {TopicNames.UserActions} has all actions; {TopicNames.ContentInteractions} has views, impressions, clicks "
            + "and what actions do to contents. A follow, which has no content, keeps its key, the followed user, under all but sequential.",
        HelpName = "TOPIC",
        DefaultValueFactory = _ => TopicNames.UserActions,
    };

    private readonly Option<int?> _partitions = new("--partitions")
    {
        Description = "Number of partitions, 1 to 1,000,000; default as the topic has in the full profile, 1000 or 500.",
        HelpName = "N",
        CustomParser = result => SharedOptions.Parse("--partitions", result, 1, $"a whole number, 1 to {TopicPlan.MostPartitions:N0}", TopicPlan.MostPartitions),
    };

    private readonly Option<string?> _strategy = new("--strategy")
    {
        Description = "The strategy that the exit code judges; default the one in use: user-hash for user-actions, content-hash for content-interactions.",
        HelpName = string.Join('|', KeyStrategies.Names),
    };

    private readonly Option<int> _salts = new("--salts")
    {
        Description = "Keys over which hybrid (by user) and salted (in turn) spread a hot content.",
        HelpName = "N",
        DefaultValueFactory = _ => 64,
        CustomParser = result => SharedOptions.Parse("--salts", result, 2, "a whole number, 2 or more"),
    };

    private readonly Option<double> _hot = new("--hot")
    {
        Description = "Share of a mean partition from which on a content is hot. At 0.2 it would break the limit alone, wherever it fell; less spreads more contents.",
        HelpName = "F",
        DefaultValueFactory = _ => KeySpread.Tolerance,
        CustomParser = result => SharedOptions.Parse("--hot", result, double.Epsilon, "a number above 0"),
    };

    private readonly Option<int> _block = SharedOptions.AtLeastOne("--block", "Events in a row that share a key under sequential.", 1000);
    private readonly Option<long?> _limit = SharedOptions.Limit();
    private readonly Option<FileInfo?> _json = SharedOptions.Json();
    private readonly IAnsiConsole _console;

    public PartitionsCompareCommand(IAnsiConsole console)
        : base(
            "compare",
            "Compare how key strategies spread the records of a trace over partitions. Columns: Records, all that are counted; Used, partitions with any; "
            + "Max, records in the fullest partition; Mean, records per partition, the empty ones included; Max/mean, 1 is even; CV, standard deviation over mean, 0 is even; "
            + "Hottest key, its share of all records; Within 20 %, whether max/mean is at most 1.20. All figures are of the whole trace: sequential fills one partition "
            + "at a time, however even it looks at the end. Exit code 0 when the judged strategy is within 20 %, 1 when not.")
    {
        _console = console;
        _topic.AcceptOnlyFromAmong(TopicNames.UserActions, TopicNames.ContentInteractions);
        _strategy.AcceptOnlyFromAmong([.. KeyStrategies.Names]);
        foreach (var option in new Option[] { _trace, _seed, _topic, _partitions, _strategy, _salts, _hot, _block, _limit, _json })
            Add(option);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        await using var json = ResultFile.Open(parsed.GetValue(_json));
        using var file = await TraceFile.OpenAsync(parsed.GetValue(_trace), cancellationToken);
        var topic = parsed.GetValue(_topic)!;
        var now = TimeProvider.System.GetUtcNow();
        var comparison = new KeyComparison
        {
            OpenTrace = () => TraceChoice.Open(
                file.Path, new SyntheticTraceOptions { Seed = parsed.GetValue(_seed) }, parsed.GetValue(_limit), now),
            Topic = topic,
            Partitions = parsed.GetValue(_partitions) ?? StreamSocialTopics.For(TopologyProfile.Full)[topic].Partitions,
            HotShare = parsed.GetValue(_hot),
            Salts = parsed.GetValue(_salts),
            BlockEvents = parsed.GetValue(_block),
            Judged = parsed.GetValue(_strategy) ?? KeyStrategies.InUse(topic),
        };
        var report = comparison.Run(new ReadProgressLines(_console, TimeProvider.System), cancellationToken);
        KeyComparisonTable.Write(_console, report);
        await json.WriteAsync(report, cancellationToken);
        return report.Passed ? ExitCodes.Done : ExitCodes.Failed;
    }
}
