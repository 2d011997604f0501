using System.CommandLine;
using Spectre.Console;
using StreamSocial.Cli.Clients;
using StreamSocial.Cli.Drills.Rolling;

namespace StreamSocial.Cli.Commands.Drills;

/// <summary><c>drill rolling</c>.</summary>
internal sealed class RollingCommand : TraceDrillCommand<RollingReport>
{
    private readonly Option<int> _replicas = SharedOptions.AtLeastOne("--replicas", "Feed generators.", 2);
    private readonly Option<int> _times = SharedOptions.AtLeastOne("--times", "How many times to replace each process.", 1);
    private readonly Option<int> _readers = SharedOptions.AtLeastOne("--readers", "Clients that read a feed each, twice a second.", 20);
    private readonly Option<int> _clients = SharedOptions.AtLeastOne("--clients", "Clients that follow a feed as server-sent events.", 100);

    public RollingCommand(IAnsiConsole console)
        : base(
            console,
            "rolling",
            "Replace every feed generator, ingest, the autoscaler and the dashboard, one by one and in good order, while clients post, read feeds and follow them. "
            + $"Holds if no client sees an error that remains after {ClientRules.RepeatFor.TotalSeconds:0} s of the repeats that are asked of every client, no reading of a feed is older than one "
            + "before it, and no event of a stream is missing or comes twice.",
            defaultRate: 2_000,
            AllSources)
    {
        foreach (var option in new Option[] { _replicas, _times, _readers, _clients })
            Add(option);
    }

    /// <inheritdoc/>
    /// <remarks>Whether a client sees an action that is taken back soon depends on when it looks.</remarks>
    protected override bool TakesBack => false;

    protected override Task<RollingReport> RunTraceDrillAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var replicas = parsed.GetValue(_replicas);
        // The autoscaler decides as ever, but within these limits it can only stay.
        var options = CreateOptions(parsed, replicas, replicas, $"--FeedGenerators:Minimum={replicas}", "--Autoscaler:Enabled=true", "--Dashboard:Enabled=true");
        var load = new RollingLoad(parsed.GetValue(_times), parsed.GetValue(_readers), parsed.GetValue(_clients));
        return new RollingDrill(options, load, Console, Time).RunAsync(cancellationToken);
    }

    protected override void Write(RollingReport report) => RollingTable.Write(Console, report);
}
