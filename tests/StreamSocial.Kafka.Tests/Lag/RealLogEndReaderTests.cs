using Microsoft.Extensions.Logging.Abstractions;
using StreamSocial.Kafka.Administration;
using StreamSocial.Kafka.Lag;
using StreamSocial.Kafka.Tests.Hosting.Kafka.Processes;
using StreamSocial.Topics;

namespace StreamSocial.Kafka.Tests.Lag;

public sealed class RealLogEndReaderTests(ITestOutputHelper output)
{
    private const string Topic = "log-ends";
    private const int Partitions = 30;
    private static readonly TimeSpan ReadTimeout = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan WaitTimeout = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task ReadAsync_BrokerLost_AsksTheNewLeaders()
    {
        await using var cluster = await KraftFixture.StartOwnClusterAsync();
        var settings = new KafkaClientSettings(cluster.BootstrapServers, new KafkaOptions());
        using var reader = new LogEndReader(settings, NullLogger<LogEndReader>.Instance);
        using (var administrator = new TopicAdministrator(
            settings, new LogEndReader(settings, NullLogger<LogEndReader>.Instance), TimeProvider.System, NullLogger<TopicAdministrator>.Instance))
            await administrator.CreateAsync([new(Topic, Partitions, CleanupPolicy.Delete, null, "")], TestContext.Current.CancellationToken);
        await Until.TrueAsync("all ends before the loss", () => CountUnknown(reader) == 0, () => "unknown ends", WaitTimeout);

        await cluster.KillNodeAsync(cluster.Nodes[0].Id, TestContext.Current.CancellationToken);

        output.WriteLine($"{CountUnknown(reader)} ends unknown just after the loss");
        await Until.TrueAsync("all ends after the loss", () => CountUnknown(reader) == 0, () => "unknown ends", WaitTimeout);
    }

    private static int CountUnknown(LogEndReader reader) =>
        reader.ReadAsync([(Topic, Partitions)], ReadTimeout, CancellationToken.None).GetAwaiter().GetResult()[0].NextOffsets.Count(end => end is null);
}
