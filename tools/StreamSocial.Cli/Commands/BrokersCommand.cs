using System.CommandLine;
using Microsoft.Extensions.Logging.Abstractions;
using Spectre.Console;
using StreamSocial.Cli.Output;
using StreamSocial.Kafka.Cluster;
using StreamSocial.Kafka.Jmx;

namespace StreamSocial.Cli.Commands;

/// <summary><c>brokers</c>: which brokers are there, what each leads and holds, and which partitions lack copies.</summary>
internal sealed class BrokersCommand : Command
{
    private static readonly TimeSpan ReadTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Time over which rates are measured.</summary>
    private static readonly TimeSpan RateWindow = TimeSpan.FromSeconds(2);

    private readonly Option<string?> _bootstrap = SharedOptions.Bootstrap();
    private readonly Option<FileInfo?> _json = SharedOptions.Json();
    private readonly IAnsiConsole _console;

    public BrokersCommand(IAnsiConsole console)
        : base("brokers", "Show the brokers: status, what each leads and holds, and by topic the partitions that are offline, under-replicated, below min.insync.replicas or not led by their preferred leader. With addresses of JMX exporters in Kafka__JmxAddresses__ID, also which broker is the controller, and each broker's bytes and requests per second, latencies, ISR shrinks, garbage collection, log size and quorum.")
    {
        _console = console;
        Add(_bootstrap);
        Add(_json);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        await using var json = ResultFile.Open(parsed.GetValue(_json));
        var settings = SharedOptions.CreateSettings(parsed.GetValue(_bootstrap)!);
        using var reader = new ClusterReader(settings, TimeProvider.System, NullLogger<ClusterReader>.Instance);
        using var jmx = new JmxReader(settings, TimeProvider.System);
        var earlier = await jmx.ReadAsync(cancellationToken);
        if (jmx.HasAddresses)
            await Task.Delay(RateWindow, TimeProvider.System, cancellationToken);
        var readings = await jmx.ReadAsync(cancellationToken);
        var cluster = await reader.ReadAsync(ReadTimeout, readings, cancellationToken);
        var figures = BrokerFigures.From(readings, earlier);
        BrokerTables.Write(_console, cluster);
        BrokerTables.Write(_console, figures);
        await json.WriteAsync(new { cluster.At, cluster.ControllerId, cluster.Brokers, cluster.Topics, Figures = figures }, cancellationToken);
        return ExitCodes.Done;
    }
}
