using Confluent.Kafka;
using Microsoft.Extensions.Logging.Abstractions;
using StreamSocial.Kafka.Administration;
using StreamSocial.Kafka.Lag;
using StreamSocial.Hosting.Kafka.Processes;
using StreamSocial.Kafka.Tests.Hosting.Kafka.Processes;

[assembly: AssemblyFixture(typeof(KraftFixture))]

namespace StreamSocial.Kafka.Tests.Hosting.Kafka.Processes;

/// <summary>Three real brokers for all tests of a run, started when the first one asks for them.</summary>
public sealed class KraftFixture : IAsyncLifetime
{
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(90);

    private readonly SemaphoreSlim _gate = new(1);
    private KraftProcessCluster? _cluster;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    /// <summary>A cluster for a test that harms it; skips the test where KAFKA_HOME is not set.</summary>
    public static async Task<KraftProcessCluster> StartOwnClusterAsync(bool withJmx = false)
    {
        var home = Environment.GetEnvironmentVariable(KafkaHome.Variable);
        if (string.IsNullOrEmpty(home))
            Assert.Skip("KAFKA_HOME is not set: set it to a Kafka distribution (a directory with libs/*.jar) to run the tests on real brokers.");
        var directory = Path.Combine(Path.GetTempPath(), $"streamsocial-kafka-{Guid.NewGuid():N}");
        return await KraftProcessCluster.StartAsync(home, directory, StartPatience, TestContext.Current.CancellationToken, withJmx: withJmx, partitions: 100);
    }

    /// <summary>The cluster, with JMX exporters where the distribution has one; skips the test where KAFKA_HOME is not set.</summary>
    public async Task<KraftProcessCluster> GetClusterAsync()
    {
        await _gate.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            return _cluster ??= await StartSharedAsync();
        }
        finally
        {
            _gate.Release();
        }
    }

    public async Task<KafkaClientSettings> GetSettingsAsync() => new((await GetClusterAsync()).BootstrapServers, new KafkaOptions());

    public async Task<TopicAdministrator> GetAdministratorAsync()
    {
        var settings = await GetSettingsAsync();
        return new TopicAdministrator(settings, new LogEndReader(settings, NullLogger<LogEndReader>.Instance), TimeProvider.System, NullLogger<TopicAdministrator>.Instance);
    }

    /// <summary>The tests that come first would otherwise be told that groups are still being loaded.</summary>
    private static async Task<KraftProcessCluster> StartSharedAsync()
    {
        var cluster = await StartOwnClusterAsync(withJmx: true);
        using var consumer = new ConsumerBuilder<Ignore, Ignore>(new ConsumerConfig { BootstrapServers = cluster.BootstrapServers, GroupId = "nobody" }).SetLogHandler((_, _) => { }).Build();
        using var admin = new DependentAdminClientBuilder(consumer.Handle).Build();
        var problem = "";
        await Until.TrueAsync("groups have coordinators", HaveCoordinators, () => problem, StartPatience);
        return cluster;

        bool HaveCoordinators()
        {
            try
            {
                // Whoever asks for one first makes the topic of the groups, whose partitions are then loaded.
                consumer.Committed([new TopicPartition("nothing", 0)], TimeSpan.FromSeconds(10));
                admin.ListGroups(TimeSpan.FromSeconds(10));
                return true;
            }
            catch (KafkaException e)
            {
                problem = e.Error.Reason;
                return false;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_cluster is not null)
            await _cluster.DisposeAsync();
        _gate.Dispose();
    }
}
