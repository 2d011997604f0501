using Spectre.Console;
using StreamSocial.Cli.Drills.EventStreams;
using StreamSocial.Cli.Drills.Measuring;
using StreamSocial.Cli.Topology;
using StreamSocial.Cli.Verification;

namespace StreamSocial.Cli.Drills.Rolling;

/// <summary>Who uses the topology while its processes are replaced, besides those who post. Ends them when disposed.</summary>
/// <param name="recorder">Whose feeds are followed, and what they must take.</param>
/// <param name="read">Whose feeds are read.</param>
/// <param name="followers">Clients that follow feeds.</param>
/// <param name="seed">Seed of the choice of replicas.</param>
/// <param name="console">Progress.</param>
/// <param name="time">Clock and delays.</param>
internal sealed class RollingClients(
    DeliveryRecorder recorder, IReadOnlyList<string> read, int followers, int seed, IAnsiConsole console, TimeProvider time) : IAsyncDisposable
{
    private StreamFollowers? _followers;
    private FeedReaders? _readers;
    private DashboardViewer? _viewer;

    /// <summary>How often any of them had to ask again so far.</summary>
    public long Repeats => (_followers?.Requests.Repeats + _readers?.Requests.Repeats + _viewer?.Requests.Repeats) ?? 0;

    /// <summary>Starts them, when the services that the topology does not wait for by itself are there.</summary>
    public async Task StartAsync(TopologySession session, CancellationToken cancellationToken)
    {
        var topology = session.Topology;
        foreach (var service in new[] { TopologyRunner.Autoscaler, TopologyRunner.Dashboard })
            await topology.WaitForStartAsync(service, cancellationToken);
        _followers = new StreamFollowers(topology, recorder, followers, seed, console, time);
        await _followers.WaitUntilConnectedAsync(cancellationToken);
        _readers = new FeedReaders(topology, read, seed, time);
        _viewer = new DashboardViewer(await topology.ReadAddressAsync(TopologyRunner.Dashboard, cancellationToken), time);
    }

    /// <summary>Lets them see the last of it, and says what they saw.</summary>
    public async Task<ClientFindings> FinishAsync(CancellationToken cancellationToken)
    {
        var readings = await _readers!.FinishAsync(cancellationToken);
        var streams = await _followers!.FinishAsync(cancellationToken);
        return new ClientFindings(readings, streams, _followers.Requests, _viewer!.Requests, _viewer.Reconnections);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var clients in new IAsyncDisposable?[] { _readers, _followers, _viewer })
        {
            if (clients is not null)
                await clients.DisposeAsync();
        }
    }
}

/// <summary>What those saw who used the topology.</summary>
/// <param name="Readings">What readers of feeds saw.</param>
/// <param name="Streams">What those saw who followed feeds, compared with what they had to see.</param>
/// <param name="StreamRequests">What their connections came to.</param>
/// <param name="DashboardRequests">What the connections of a page of the dashboard came to.</param>
/// <param name="DashboardReconnections">How often that page connected again.</param>
internal sealed record ClientFindings(
    FeedReadings Readings, StreamComparison Streams, RequestFigures StreamRequests, RequestFigures DashboardRequests, int DashboardReconnections);
