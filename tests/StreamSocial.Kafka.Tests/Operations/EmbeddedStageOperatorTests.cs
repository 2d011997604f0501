using Confluent.Kafka;
using Microsoft.Extensions.Logging.Abstractions;
using StreamSocial.Events;
using StreamSocial.Events.Stages;
using StreamSocial.Hosting.Kafka.Embedded;
using StreamSocial.Kafka.Lag;
using StreamSocial.Operations.Stages;
using StreamSocial.Streams.Membership;
using StreamSocial.Streams.Membership.Controls;

namespace StreamSocial.Kafka.Tests.Operations;

/// <summary>What a reset would do on embedded brokers, asked by who was given no more than their address.</summary>
public sealed class EmbeddedStageOperatorTests : IAsyncDisposable
{
    private const string Stage = "count";
    private const string Input = "lines";

    private static readonly CancellationToken Token = TestContext.Current.CancellationToken;

    private readonly EmbeddedKafkaCluster _cluster = EmbeddedKafkaCluster.Start();

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task Plan_NobodySaidThatTheyAreEmbedded_PositionsAreTheOwnersAndTimesAreRefused()
    {
        _cluster.CreateTopic(Input, 2, 3);
        using var producer = new ProducerBuilder<byte[]?, byte[]?>(new ProducerConfig { BootstrapServers = _cluster.BootstrapServers }).Build();
        for (var i = 0; i < 10; i++)
            await producer.ProduceAsync(new TopicPartition(Input, 0), new() { Value = [1] }, Token);
        var settings = new KafkaClientSettings(_cluster.BootstrapServers, new KafkaOptions());
        var member = new Member { MemberId = "m", Topics = { new MemberTopic { Topic = Input, Partitions = { 0 }, NextOffsets = { 7 }, CommittedOffsets = { 6 } } } };
        var application = new StageApplication("group", "controls", [new StageManifest(Stage, Input, "state", UserAction.Descriptor)]);
        var stages = new StageOperator(
            application, new StageKafka(settings, new PartitionOffsets(settings, NullLogger<PartitionOffsets>.Instance), producer), new StageView(new StageControlsView(), () => [member]), TimeProvider.System);

        var plan = await stages.PlanAsync(Stage, ResetPosition.Parse("latest"), [0], Token);
        Assert.Equal((6, 10), (plan.Partitions[0].Position, plan.Partitions[0].Target));
        var refused = await Assert.ThrowsAsync<StageOperationException>(() => stages.PlanAsync(Stage, ResetPosition.Parse("time:2026-11-27T10:00:00Z"), null, Token));
        Assert.Equal(StageRefusal.BadPosition, refused.Refusal);
    }
}
