using System.CommandLine;
using Microsoft.Extensions.Logging.Abstractions;
using Spectre.Console;
using StreamSocial.Cli.Output;
using StreamSocial.Kafka.Cluster;

namespace StreamSocial.Cli.Commands;

/// <summary><c>brokers</c>: which brokers are there, what each leads and holds, and which partitions lack copies.</summary>
internal sealed class BrokersCommand : Command
{
    private static readonly TimeSpan ReadTimeout = TimeSpan.FromSeconds(10);

    private readonly Option<string?> _bootstrap = SharedOptions.Bootstrap();
    private readonly Option<FileInfo?> _json = SharedOptions.Json();
    private readonly IAnsiConsole _console;

    public BrokersCommand(IAnsiConsole console)
        : base("brokers", "Show the brokers: status, controller, what each leads and holds, and by topic the partitions that are offline, under-replicated, below min.insync.replicas or not led by their preferred leader.")
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
        var cluster = await reader.ReadAsync(ReadTimeout, cancellationToken);
        BrokerTables.Write(_console, cluster);
        await json.WriteAsync(cluster, cancellationToken);
        return ExitCodes.Done;
    }
}
