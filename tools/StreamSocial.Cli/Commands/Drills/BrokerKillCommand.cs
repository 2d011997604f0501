using System.CommandLine;
using Spectre.Console;
using StreamSocial.Cli.Drills.BrokerKill;
using StreamSocial.Hosting.Kafka.Processes;

namespace StreamSocial.Cli.Commands.Drills;

/// <summary><c>drill broker-kill</c>.</summary>
internal sealed class BrokerKillCommand : TraceDrillCommand<BrokerKillReport>
{
    /// <summary>
    /// Each broker lives for a minute or two here, and while it compiles optimised code for a longer life it takes the processor from the two others,
    /// which on machines of their own it could not.
    /// </summary>
    private const string ShortLived = "--Kafka:HeapOptions=-Xms256m -Xmx1g " + KraftClusterLayout.CompileFast;

    /// <summary>The dashboard evaluates the alerts.</summary>
    private const string Alerting = "--Dashboard:Enabled=true";

    private readonly Option<int> _replicas = SharedOptions.AtLeastOne("--replicas", "Feed generators.", 2);
    private readonly Option<int> _down = SharedOptions.Seconds("--down", "Seconds that a killed broker stays away.", 20);
    private readonly Option<FileInfo?> _html = new("--html")
    {
        Description = "Also draw throughput, gaps between acknowledgements, partitions without all replicas and alerts over time into this file.", HelpName = "FILE",
    };

    public BrokerKillCommand(IAnsiConsole console)
        : base(console, "broker-kill", "Kill each broker in turn and start it again, then restart each in good order.", defaultRate: 10_000, ["process"])
    {
        Add(_replicas);
        Add(_down);
        Add(_html);
    }

    protected override async Task<BrokerKillReport> RunTraceDrillAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var replicas = parsed.GetValue(_replicas);
        // Brokers whose data is thrown away at the end are not stopped in good order; a directory of its own lets them.
        var data = Directory.CreateTempSubdirectory("streamsocial-drill-");
        try
        {
            var options = CreateOptions(parsed, replicas, replicas, $"--Kafka:DataDirectory={data.FullName}", ShortLived, Alerting);
            return await new BrokerKillDrill(options, TimeSpan.FromSeconds(parsed.GetValue(_down)), Console, Time).RunAsync(cancellationToken);
        }
        finally
        {
            Remove(data);
        }
    }

    /// <summary>The result must not be lost for the sake of some files.</summary>
    private void Remove(DirectoryInfo data)
    {
        try
        {
            data.Delete(recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Console.MarkupLineInterpolated($"The brokers' data is left in {data.FullName}: {e.Message}");
        }
    }

    protected override Option<FileInfo?> Page => _html;

    protected override string Draw(BrokerKillReport report) => BrokerKillPage.Render(report);

    protected override void Write(BrokerKillReport report) => BrokerKillTable.Write(Console, report);

    protected override string WhyNot(string source) => source == "embedded"
        ? "The embedded brokers live inside the AppHost's process, so none of them can be killed alone."
        : "Only brokers that the AppHost has started as processes can be killed.";
}
