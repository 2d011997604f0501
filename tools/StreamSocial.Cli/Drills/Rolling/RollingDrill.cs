using Spectre.Console;
using StreamSocial.Cli.Drills.EventStreams;
using StreamSocial.Cli.Drills.Measuring;
using StreamSocial.Cli.Drills.Running;
using StreamSocial.Cli.Topology;

namespace StreamSocial.Cli.Drills.Rolling;

/// <summary>Replaces every service, one process after the other, while clients post, read feeds, follow feeds and look at the dashboard.</summary>
/// <param name="options">What all drills have in common.</param>
/// <param name="load">The rounds and the clients.</param>
/// <param name="console">Progress.</param>
/// <param name="time">Clock and delays.</param>
internal sealed class RollingDrill(DrillOptions options, RollingLoad load, IAnsiConsole console, TimeProvider time)
{
    /// <summary>Between two replacements, so that each shows by itself.</summary>
    private static readonly TimeSpan BetweenReplacements = TimeSpan.FromSeconds(3);

    private readonly RequestLog _posts = new();
    private readonly List<Replacement> _replacements = [];

    public async Task<RollingReport> RunAsync(CancellationToken cancellationToken)
    {
        IReadOnlyDictionary<string, int> deliveries;
        using (var trace = options.OpenTrace(0))
            deliveries = FeedUsers.CountDeliveries(trace);
        var recorder = new DeliveryRecorder(FeedUsers.Busiest(deliveries, load.Followers));
        await using var clients = new RollingClients(recorder, FeedUsers.Busiest(deliveries, load.Readers), load.Followers, options.Seed, console, time);
        ClientFindings? findings = null;
        var summary = await new DrillRun(options, console, time, recorder.Add, _posts).RunAsync(
            (context, token) => ReplaceAllAsync(context, clients, token),
            clients.StartAsync,
            async (_, token) => findings = await clients.FinishAsync(token),
            cancellationToken);
        return new RollingReport(
            summary, options.Topology.InitialReplicas, load.Rounds, _replacements, _posts.Read() with { LongestWait = summary.Replay.LatencyMax }, findings!);
    }

    private async Task ReplaceAllAsync(DrillContext context, RollingClients clients, CancellationToken cancellationToken)
    {
        var generators = (await context.Session.Topology.ReadRunningGeneratorsAsync(cancellationToken)).Select(generator => generator.Name).Order(StringComparer.Ordinal);
        string[] services = [.. generators, TopologyRunner.Ingest, TopologyRunner.Autoscaler, TopologyRunner.Dashboard];
        for (var round = 1; round <= load.Rounds; round++)
        {
            foreach (var service in services)
            {
                context.WriteProgress($"round {round} of {load.Rounds}: {service}");
                _replacements.Add(await new ServiceReplacement(context).RunAsync(round, service, () => _posts.Read().Repeats + clients.Repeats, cancellationToken));
                await context.DelayAsync(BetweenReplacements, cancellationToken);
            }
        }
    }
}

/// <summary>What a rolling replacement goes through, and who uses the topology meanwhile, besides the load of the trace.</summary>
/// <param name="Rounds">How often each process is replaced.</param>
/// <param name="Readers">Clients that read feeds.</param>
/// <param name="Followers">Clients that follow feeds as server-sent events.</param>
internal sealed record RollingLoad(int Rounds, int Readers, int Followers);
