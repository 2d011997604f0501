using Confluent.Kafka;
using Google.Protobuf;
using StreamSocial.Events;
using StreamSocial.Events.Topics;
using StreamSocial.Hosting.Kafka.Embedded;
using StreamSocial.Kafka.Tests.Hosting.Kafka.Processes;
using StreamSocial.Scaling;

namespace StreamSocial.Kafka.Tests.Autoscaler;

/// <summary>Several autoscalers, of which one decides; its death, and an orchestrator that is away. No decision is forgotten or done twice.</summary>
public sealed class AutoscalerFailoverTests(KraftFixture brokers)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    [Fact]
    public async Task Embedded_TheOneThatDecidesIsKilled_TheOtherGoesOn()
    {
        await using var cluster = EmbeddedKafkaCluster.Start();
        cluster.CreateTopics(StreamSocialTopics.For(TopologyProfile.Small).Topics);
        await RunAsync(cluster.BootstrapServers, isEmbedded: true);
    }

    [Fact]
    public async Task Embedded_ForeignRecordsInItsTopics_DecidesAllTheSame()
    {
        await using var cluster = EmbeddedKafkaCluster.Start();
        cluster.CreateTopics(StreamSocialTopics.For(TopologyProfile.Small).Topics);
        using var producer = new ProducerBuilder<byte[]?, byte[]?>(new ProducerConfig { BootstrapServers = cluster.BootstrapServers, Acks = Acks.All }).Build();
        foreach (var topic in new[] { TopicNames.Members, TopicNames.ScalingDecisions })
        {
            await WriteAsync(topic, "x"u8.ToArray(), "garbage"u8.ToArray());
            await WriteAsync(topic, null, []);
        }
        // Sorts behind every real one, and would be what a person asked for last.
        await WriteAsync(
            TopicNames.ScalingDecisions,
            "x"u8.ToArray(),
            new ScalingDecision { DecisionId = "x", DecidedAt = 1, Override = new ScalingOverride { Kind = ScalingOverrideKind.Fixed, Replicas = 5, Until = long.MaxValue } }.ToByteArray());
        await using var orchestrator = new ReplicaCounter();
        await orchestrator.StartAsync();
        using var autoscaler = AutoscalerProcess.Start(cluster.BootstrapServers, isEmbedded: true, orchestrator.Address);

        await FixAsync(3, autoscaler);
        await KnowsAsync(autoscaler, 3);
        await AskedAsync(orchestrator, 3);

        Task WriteAsync(string topic, byte[]? key, byte[]? value) =>
            producer.ProduceAsync(topic, new Message<byte[]?, byte[]?> { Key = key, Value = value }, TestContext.Current.CancellationToken);
    }

    /// <summary>Neither of them takes the place of one that scales, nor is taken for it.</summary>
    [Fact]
    public async Task Embedded_OneIsNotEnabledAndOneIsADryRun_AnotherOneScales()
    {
        await using var cluster = EmbeddedKafkaCluster.Start();
        cluster.CreateTopics(StreamSocialTopics.For(TopologyProfile.Small).Topics);
        await using var orchestrator = new ReplicaCounter();
        await orchestrator.StartAsync();
        using var disabled = Start("--Autoscaler:Enabled=false");
        using var dry = Start("--Autoscaler:DryRun=true");
        await FixAsync(5, dry);

        using var live = Start();
        await FixAsync(3, live);
        await AskedAsync(orchestrator, 3);
        await AcceptedAsync(cluster.BootstrapServers, 3);
        await FixAsync(6, dry);
        Assert.False(await disabled.TryFixAsync(8));

        live.Kill();
        using var successor = Start();
        await KnowsAsync(successor, 3);
        Assert.Equal([3], orchestrator.Asked);

        AutoscalerProcess Start(params ReadOnlySpan<string> options) => AutoscalerProcess.Start(cluster.BootstrapServers, isEmbedded: true, orchestrator.Address, options);
    }

    [Fact]
    public async Task RealBrokers_TheOneThatDecidesIsKilled_TheOtherGoesOn()
    {
        using var administrator = await brokers.GetAdministratorAsync();
        await administrator.CreateAsync(StreamSocialTopics.For(TopologyProfile.Small).Topics, TestContext.Current.CancellationToken);
        await RunAsync((await brokers.GetSettingsAsync()).BootstrapServers, isEmbedded: false);
    }

    private static async Task RunAsync(string bootstrapServers, bool isEmbedded)
    {
        await using var orchestrator = new ReplicaCounter();
        await orchestrator.StartAsync();
        using var one = AutoscalerProcess.Start(bootstrapServers, isEmbedded, orchestrator.Address);
        using var other = AutoscalerProcess.Start(bootstrapServers, isEmbedded, orchestrator.Address);

        var leader = await FixAsync(3, one, other);
        var follower = leader == one ? other : one;
        Assert.False(await follower.TryFixAsync(8));
        await AskedAsync(orchestrator, 3);
        // A successor asks once more for what it does not know to be answered.
        await AcceptedAsync(bootstrapServers, 3);

        leader.Kill();
        await KnowsAsync(follower, 3);
        Assert.Equal([3], orchestrator.Asked);

        await orchestrator.DisposeAsync();
        await FixAsync(2, follower);
        await KnowsAsync(follower, 2);
        await orchestrator.StartAsync();
        await AskedAsync(orchestrator, 3, 2);

        await AcceptedAsync(bootstrapServers, 3, 2);
    }

    /// <summary>Fixes the number at the one that decides, as soon as there is one.</summary>
    private static async Task<AutoscalerProcess> FixAsync(int replicas, params AutoscalerProcess[] autoscalers)
    {
        AutoscalerProcess? leader = null;
        await Until.TrueAsync($"an autoscaler takes {replicas}", async () =>
        {
            foreach (var autoscaler in autoscalers)
            {
                if (leader is null && await autoscaler.TryFixAsync(replicas))
                    leader = autoscaler;
            }
            return leader is not null;
        }, () => "none", Patience);
        return leader!;
    }

    private static Task AskedAsync(ReplicaCounter orchestrator, params int[] expected) =>
        Until.TrueAsync($"asked for {string.Join(", ", expected)}", () => orchestrator.Asked.SequenceEqual(expected), () => string.Join(", ", orchestrator.Asked), Patience);

    /// <summary>The orchestrator's answers are recorded after it has been asked.</summary>
    private static Task AcceptedAsync(string bootstrapServers, params int[] expected) =>
        Until.TrueAsync(
            $"recorded as accepted are {string.Join(", ", expected)}",
            () => ReadAccepted(bootstrapServers).SequenceEqual(expected), () => string.Join(", ", ReadAccepted(bootstrapServers)), Patience);

    private static async Task KnowsAsync(AutoscalerProcess autoscaler, int replicas)
    {
        int? known = null;
        await Until.TrueAsync($"it knows that {replicas} are asked for", async () => (known = await autoscaler.ReadFixedAsync()) == replicas, () => $"{known}", Patience);
    }

    /// <summary>Sizes of the recorded decisions that an orchestrator accepted, oldest first.</summary>
    private static int[] ReadAccepted(string bootstrapServers)
    {
        var decisions = new SortedDictionary<string, ScalingDecision>(StringComparer.Ordinal);
        using var consumer = new ConsumerBuilder<string, byte[]?>(
            new ConsumerConfig { BootstrapServers = bootstrapServers, GroupId = "test", EnableAutoCommit = false, EnablePartitionEof = true }).Build();
        consumer.Assign(new TopicPartitionOffset(TopicNames.ScalingDecisions, 0, Offset.Beginning));
        while (consumer.Consume(TimeSpan.FromSeconds(30)) is { IsPartitionEOF: false } record)
            decisions[record.Message.Key] = ScalingDecision.Parser.ParseFrom(record.Message.Value ?? []);
        return [.. decisions.Values.Where(decision => decision is { HasAccepted: true, Accepted: true }).Select(decision => decision.DesiredReplicas)];
    }
}
