using System.Text;
using Confluent.Kafka;
using Microsoft.Extensions.Logging.Abstractions;
using StreamSocial.Kafka.Tables;
using StreamSocial.Kafka.Tests.Hosting.Kafka.Processes;
using StreamSocial.Topics;

namespace StreamSocial.Kafka.Tests.Tables;

public sealed class RealTopicTableTests(KraftFixture kafka)
{
    private const string Topic = "busy-table";
    private static readonly TimeSpan WaitTimeout = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>Every fetch brings something, so the client never says that this is the end.</summary>
    [Fact]
    public async Task WaitUntilCaughtUp_OthersWriteAllTheTime_EndsWithWhatWasThere()
    {
        var token = TestContext.Current.CancellationToken;
        var settings = await kafka.GetSettingsAsync();
        using (var administrator = await kafka.GetAdministratorAsync())
            await administrator.CreateAsync([new(Topic, 1, CleanupPolicy.Delete, null, "")], token);
        using var producer = new ProducerBuilder<string, string>(new ProducerConfig { BootstrapServers = settings.BootstrapServers, Acks = Acks.All, LingerMs = 0 }).Build();
        await producer.ProduceAsync(Topic, new() { Key = "first", Value = "1" }, token);
        using var enough = new CancellationTokenSource();
        var writing = Task.Run(async () =>
        {
            while (!enough.IsCancellationRequested)
            {
                producer.Produce(Topic, new() { Key = "busy", Value = "1" });
                await Task.Delay(Pause, token);
            }
        }, token);
        using var consumer = new ConsumerBuilder<byte[]?, byte[]?>(settings.CreateTableConsumerConfig(Topic)).Build();
        using var table = new TopicTable<string, string>(
            Topic, Encoding.UTF8.GetString, (_, value, _) => Encoding.UTF8.GetString(value), consumer, TimeProvider.System, NullLogger<TopicTable<string, string>>.Instance);
        try
        {
            await table.StartAsync(token);
            Assert.Equal("1", (await table.WaitUntilCaughtUpAsync(token).WaitAsync(WaitTimeout, token)).Entries["first"]);
        }
        finally
        {
            await enough.CancelAsync();
            await writing;
            await table.StopAsync(CancellationToken.None);
        }
    }

    /// <summary>What was read of the former topic must not stay for good.</summary>
    [Fact]
    public async Task Topic_WasMadeAnew_TableEnds()
    {
        const string renewed = "renewed-table";
        var token = TestContext.Current.CancellationToken;
        var settings = await kafka.GetSettingsAsync();
        using var administrator = await kafka.GetAdministratorAsync();
        await administrator.CreateAsync([new(renewed, 1, CleanupPolicy.Delete, null, "")], token);
        using var producer = new ProducerBuilder<string, string>(new ProducerConfig { BootstrapServers = settings.BootstrapServers, Acks = Acks.All }).Build();
        await producer.ProduceAsync(renewed, new() { Key = "former", Value = "1" }, token);
        using var consumer = new ConsumerBuilder<byte[]?, byte[]?>(settings.CreateTableConsumerConfig(renewed)).Build();
        using var table = new TopicTable<string, string>(
            renewed, Encoding.UTF8.GetString, (_, value, _) => Encoding.UTF8.GetString(value), consumer, TimeProvider.System, NullLogger<TopicTable<string, string>>.Instance);
        await table.StartAsync(token);
        Assert.Single((await table.WaitUntilCaughtUpAsync(token).WaitAsync(WaitTimeout, token)).Entries);

        using (var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = settings.BootstrapServers }).Build())
            await admin.DeleteTopicsAsync([renewed]);
        await administrator.CreateAsync([new(renewed, 1, CleanupPolicy.Delete, null, "")], token);

        var end = await Record.ExceptionAsync(() => table.ExecuteTask!.WaitAsync(WaitTimeout, token));
        Assert.True(end is InvalidOperationException or ConsumeException, $"{end}");
    }
}
