using StreamSocial.Cli;
using StreamSocial.Cli.Benchmarks;
using StreamSocial.Kafka;
using StreamSocial.Kafka.Producing;

namespace StreamSocial.Unit.Tests.Cli.Benchmarks;

public sealed class NumberedLoadTests
{
    [Fact]
    public void Write_BrokersAcknowledgeNothing_CouldNotBeTriedAfterTheTimeout()
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(60));
        using var load = new NumberedLoad(new KafkaClientSettings("127.0.0.1:1", new KafkaOptions()), partitions: 1, "test", TimeSpan.FromMilliseconds(200));

        var thrown = Assert.Throws<ToolException>(() =>
        {
            for (var i = 0; i <= new ProducerPoolOptions().MaxInFlightRecords; i++)
                load.Write([1], [1], patience.Token);
        });

        Assert.Contains("did not acknowledge 200,000 events", thrown.Message, StringComparison.Ordinal);
    }
}
