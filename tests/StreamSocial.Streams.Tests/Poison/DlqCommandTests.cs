using System.Text;
using Confluent.Kafka;
using Spectre.Console;
using StreamSocial.Cli.Commands;
using StreamSocial.Events;
using StreamSocial.Events.Stages;
using StreamSocial.Events.Topics;
using StreamSocial.Hosting.Kafka.Embedded;
using StreamSocial.Kafka;
using StreamSocial.Topics;

namespace StreamSocial.Streams.Tests.Poison;

/// <summary><c>dlq</c> on brokers: what was sent back once goes again only when asked for.</summary>
public sealed class DlqCommandTests : IAsyncDisposable
{
    private static readonly CancellationToken Cancelled = TestContext.Current.CancellationToken;

    private readonly EmbeddedKafkaCluster _cluster = EmbeddedKafkaCluster.Start();

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task Replay_RunAgain_LeavesOutWhatWasSentUnlessAskedFor()
    {
        string[] needed = [TopicNames.UserActions, TopicNames.Operations, .. FeedGeneratorStages.Inputs.Select(DeadLetterTopic.NameOf)];
        _cluster.CreateTopics(needed.Select(topic => StreamSocialTopics.For(TopologyProfile.Small)[topic]));
        await BuryAsync(2);

        Assert.Contains("2 would be sent", await RunAsync("dlq", "replay", "--dry-run"), StringComparison.Ordinal);
        Assert.Equal(0, CountSent());
        Assert.Contains("1 of 1 were sent", await RunAsync("dlq", "replay", "--only", "user-actions.dlq:3:0"), StringComparison.Ordinal);
        Assert.Equal(1, CountSent());
        var rest = await RunAsync("dlq", "replay");
        Assert.Contains("1 were sent before", rest, StringComparison.Ordinal);
        Assert.Contains("1 of 1 were sent", rest, StringComparison.Ordinal);
        Assert.Equal(2, CountSent());
        Assert.Contains("2 of 2 were sent", await RunAsync("dlq", "replay", "--again"), StringComparison.Ordinal);
        Assert.Equal(4, CountSent());
        Assert.Contains("dead-letters-replay", await RunAsync("operations"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Replay_TwoAtATime_SendEachLetterOnce()
    {
        string[] needed = [TopicNames.UserActions, TopicNames.Operations, .. FeedGeneratorStages.Inputs.Select(DeadLetterTopic.NameOf)];
        _cluster.CreateTopics(needed.Select(topic => StreamSocialTopics.For(TopologyProfile.Small)[topic]));
        await BuryAsync(3);

        await Task.WhenAll(Task.Run(() => RunAsync("dlq", "replay"), Cancelled), Task.Run(() => RunAsync("dlq", "replay"), Cancelled));

        Assert.Equal(3, CountSent());
    }

    private async Task<string> RunAsync(params string[] arguments)
    {
        var output = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(output) });
        console.Profile.Width = 300;
        Assert.Equal(ExitCodes.Done, await CommandLine.CreateRoot(console).Parse([.. arguments, "--bootstrap", _cluster.BootstrapServers]).InvokeAsync(cancellationToken: Cancelled));
        return output.ToString();
    }

    private async Task BuryAsync(int letters)
    {
        using var producer = new ProducerBuilder<string, byte[]>(Settings().CreateProducerConfig("test")).SetLogHandler((_, _) => { }).Build();
        var headers = new Headers { { DeadLetterHeaders.OriginTopic, Encoding.UTF8.GetBytes(TopicNames.UserActions) }, { DeadLetterHeaders.OriginPartition, "5"u8.ToArray() } };
        for (var i = 0; i < letters; i++)
            await producer.ProduceAsync(new TopicPartition(DeadLetterTopic.NameOf(TopicNames.UserActions), 3), new Message<string, byte[]> { Value = [1], Headers = headers }, Cancelled);
    }

    private long CountSent()
    {
        using var consumer = new ConsumerBuilder<byte[]?, byte[]?>(Settings().CreateTableConsumerConfig(TopicNames.UserActions)).SetLogHandler((_, _) => { }).Build();
        return consumer.QueryWatermarkOffsets(new TopicPartition(TopicNames.UserActions, 5), TimeSpan.FromSeconds(20)).High.Value;
    }

    private KafkaClientSettings Settings() => new(_cluster.BootstrapServers, new KafkaOptions { Embedded = true });
}
