using System.CommandLine;
using StreamSocial.Cli.Benchmarks;
using StreamSocial.Events.Topics;
using StreamSocial.Kafka.Embedded;

namespace StreamSocial.Cli.Commands;

/// <summary>
/// <c>bench brokers</c>: embedded brokers in a process of their own, so that their work is not counted as the client's. Writes their
/// addresses and serves until its input ends.
/// </summary>
internal sealed class BenchBrokersCommand : Command
{
    private readonly Option<TopologyProfile?> _profile = SharedOptions.Profile();

    public BenchBrokersCommand()
        : base(EmbeddedBrokers.CommandName, "Serve embedded brokers to a benchmark.")
    {
        Hidden = true;
        Add(_profile);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var brokers = EmbeddedKafkaCluster.Start();
        brokers.CreateTopics(StreamSocialTopics.For(parsed.GetValue(_profile) ?? TopologyProfile.Small).Topics);
        await Console.Out.WriteLineAsync(brokers.BootstrapServers.AsMemory(), cancellationToken);
        await Console.Out.FlushAsync(cancellationToken);
        await Console.In.ReadToEndAsync(cancellationToken);
        return ExitCodes.Done;
    }
}
