using Confluent.Kafka;
using Spectre.Console;
using StreamSocial.Cli.Commands;
using StreamSocial.Cli.Tasks;
using StreamSocial.Events;
using StreamSocial.Events.Stages;
using StreamSocial.Events.Topics;
using StreamSocial.Hosting.Kafka.Embedded;
using StreamSocial.Kafka;

namespace StreamSocial.Streams.Tests.Poison;

/// <summary><c>tasks reset</c> on brokers: what it does stands in the log of actions.</summary>
public sealed class TaskResetTests : IAsyncDisposable
{
    private static readonly StageManifest Stage = FeedGeneratorStages.All.First(stage => stage.Input == TopicNames.UserActions);

    private readonly EmbeddedKafkaCluster _cluster = EmbeddedKafkaCluster.Start();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task WriteAsync_FailedTask_IsRecordedWithWhatBecomesOfItsState()
    {
        _cluster.CreateTopics(new[] { Stage.Input, Stage.Changelog, TopicNames.Operations }.Select(topic => StreamSocialTopics.For(TopologyProfile.Small)[topic]));
        var settings = new KafkaClientSettings(_cluster.BootstrapServers, new KafkaOptions { Embedded = true });
        var reset = new TaskReset(settings, new FailedTaskDocument(Stage.Input, 5, "member-1", "damaged", DateTimeOffset.UnixEpoch, 1, null, null));

        await reset.WriteAsync(reset.Plan(Offset.Beginning, dropState: true), Token);

        using var consumer = new ConsumerBuilder<byte[]?, byte[]?>(settings.CreateTableConsumerConfig(Stage.Changelog)).SetLogHandler((_, _) => { }).Build();
        Assert.Equal(1, consumer.QueryWatermarkOffsets(new TopicPartition(Stage.Changelog, 5), TimeSpan.FromSeconds(20)).High.Value);
        var operation = Assert.Single((await OperationsAsync()).Split('\n'), line => line.Contains("task-reset", StringComparison.Ordinal));
        Assert.Contains("user-actions/5", operation, StringComparison.Ordinal);
        Assert.Contains("state dropped", operation, StringComparison.Ordinal);
        Assert.Contains("done: user-actions/5 goes on at offset 0 at the next try of member-1.", operation, StringComparison.Ordinal);
    }

    private async Task<string> OperationsAsync()
    {
        var output = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(output) });
        console.Profile.Width = 300;
        Assert.Equal(ExitCodes.Done, await CommandLine.CreateRoot(console).Parse(["operations", "--bootstrap", _cluster.BootstrapServers]).InvokeAsync(cancellationToken: Token));
        return output.ToString();
    }
}
