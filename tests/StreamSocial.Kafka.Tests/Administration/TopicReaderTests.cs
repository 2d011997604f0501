using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using StreamSocial.Kafka.Tests.Hosting.Kafka.Processes;
using StreamSocial.Kafka.Topics;
using StreamSocial.Topics;

namespace StreamSocial.Kafka.Tests.Administration;

public sealed class TopicReaderTests(KraftFixture kraft)
{
    private static readonly TimeSpan ReadTimeout = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task RealBrokers_ASettingWasChanged_IsDriftUntilTheCommandsSettingIsBack()
    {
        var settings = await kraft.GetSettingsAsync();
        TopicSpec[] catalogue =
        [
            new("drifting", 2, CleanupPolicy.CompactAndDelete, TimeSpan.FromDays(1), ""),
            new("never-created", 2, CleanupPolicy.Delete, TimeSpan.FromDays(1), ""),
        ];
        using (var administrator = await kraft.GetAdministratorAsync())
            await administrator.CreateAsync(catalogue[..1], TestContext.Current.CancellationToken);
        var whole = await ReadAsync(settings, catalogue);
        Assert.Empty(whole[0].Drifts!.Value);
        Assert.Equal(("compact,delete", 86_400_000L, 0L), (string.Join(',', whole[0].Cleanup!.Split(',').Order()), whole[0].RetentionMs, whole[0].Records));
        Assert.Equal(0, whole[1].Partitions);

        await TopicSettings.SetAsync(settings, "drifting", ("retention.ms", "3600000"));

        var changed = await ReadAsync(settings, catalogue);
        Assert.Equal([new TopicDrift("retention.ms", "86400000", "3600000")], changed[0].Drifts!.Value);
        Assert.Equal(
            $"kafka-configs --bootstrap-server {settings.BootstrapServers} --alter --entity-type topics --entity-name drifting --add-config 'retention.ms=86400000'", changed[0].Mend);
    }

    /// <summary>Retention by the catalogue in place of the topic's own would make an alert come or go.</summary>
    [Fact]
    public async Task RealBrokers_SettingsCannotBeReadAgain_AreThoseReadLast()
    {
        TopicSpec[] catalogue = [new("read-once", 2, CleanupPolicy.Delete, TimeSpan.FromDays(3), "")];
        using (var administrator = await kraft.GetAdministratorAsync())
            await administrator.CreateAsync(catalogue, TestContext.Current.CancellationToken);
        await using var bootstrap = new Forwarder(IPEndPoint.Parse((await kraft.GetSettingsAsync()).BootstrapServers.Split(',')[0]));
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        using var reader = new TopicReader(new KafkaClientSettings(bootstrap.Address, new KafkaOptions()), time, NullLoggerFactory.Instance);
        Assert.Equal(259_200_000, await RetentionAsync());

        // Settings are read by a new client each time, which finds no broker now. The others know where they are.
        await bootstrap.StopAsync();
        time.Advance(TimeSpan.FromMinutes(2));

        Assert.Equal(259_200_000, await RetentionAsync());

        async Task<long?> RetentionAsync() =>
            (await reader.ReadAsync(catalogue, ReadTimeout, TestContext.Current.CancellationToken)).Describe(null, null, bootstrap.Address)[0].RetentionMs;
    }

    private static async Task<IReadOnlyList<TopicReport>> ReadAsync(KafkaClientSettings settings, TopicSpec[] catalogue)
    {
        using var reader = new TopicReader(settings, TimeProvider.System, NullLoggerFactory.Instance);
        return (await reader.ReadAsync(catalogue, ReadTimeout, TestContext.Current.CancellationToken)).Describe(null, null, settings.BootstrapServers);
    }

    /// <summary>Carries connections to a broker until it is stopped, and then takes none.</summary>
    private sealed class Forwarder : IAsyncDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly CancellationTokenSource _stop = new();
        private readonly IPEndPoint _broker;
        private readonly Task _accepting;

        public Forwarder(IPEndPoint broker)
        {
            _broker = broker;
            _listener.Start();
            Address = _listener.LocalEndpoint.ToString()!;
            _accepting = AcceptAsync();
        }

        public string Address { get; }

        public async Task StopAsync()
        {
            await _stop.CancelAsync();
            await _accepting;
        }

        public async ValueTask DisposeAsync()
        {
            await StopAsync();
            _stop.Dispose();
        }

        private async Task AcceptAsync()
        {
            var carried = new List<Task>();
            try
            {
                while (true)
                    carried.Add(CarryAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
            }
            catch (OperationCanceledException)
            {
                _listener.Stop();
            }
            await Task.WhenAll(carried);
        }

        private async Task CarryAsync(TcpClient client)
        {
            using var broker = new TcpClient();
            using (client)
            {
                await broker.ConnectAsync(_broker, _stop.Token);
                await Task.WhenAny(client.GetStream().CopyToAsync(broker.GetStream(), _stop.Token), broker.GetStream().CopyToAsync(client.GetStream(), _stop.Token));
            }
        }
    }
}
