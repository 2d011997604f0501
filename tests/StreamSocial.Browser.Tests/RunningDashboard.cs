using System.Text;
using Confluent.Kafka;
using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using StreamSocial.Dashboard;
using StreamSocial.Events;
using StreamSocial.Events.Stages;
using StreamSocial.Events.Topics;
using StreamSocial.Hosting.Kafka.Embedded;
using StreamSocial.Kafka;
using StreamSocial.Scaling;
using StreamSocial.ServiceDefaults;
using StreamSocial.Streams.Membership;
using StreamSocial.Topics;

namespace StreamSocial.Browser.Tests;

/// <summary>The dashboard against brokers of its own, with the full profile's topics; the test plays the feed generators.</summary>
internal sealed class RunningDashboard : IAsyncDisposable
{
    private readonly EmbeddedKafkaCluster _brokers;
    private readonly string[] _arguments;
    private WebApplication _app;
    private readonly IProducer<string, byte[]> _producer;

    private RunningDashboard(EmbeddedKafkaCluster brokers, WebApplication app, string[] arguments)
    {
        (_brokers, _app, _arguments) = (brokers, app, arguments);
        var settings = new KafkaClientSettings(brokers.BootstrapServers, new KafkaOptions { Embedded = true });
        _producer = new ProducerBuilder<string, byte[]>(settings.CreateProducerConfig("browser-tests"))
            .SetLogHandler((_, _) => { /* The client notes at each start that an option is experimental; a failure fails the test. */ })
            .Build();
    }

    /// <summary>The control token.</summary>
    public const string Token = "browser-tests-control";

    public string Address => _app.Urls.Single();

    /// <param name="arguments">Further configuration.</param>
    public static async Task<RunningDashboard> StartAsync(params string[] arguments)
    {
        var brokers = EmbeddedKafkaCluster.Start();
        string[] needed = [.. FeedGeneratorStages.Inputs, .. FeedGeneratorStages.Inputs.Select(DeadLetterTopic.NameOf), TopicNames.Members, TopicNames.RebalanceEvents, TopicNames.ScalingDecisions, TopicNames.Operations, TopicNames.StageControls, TopicNames.Alerts, TopicNames.DashboardHistory];
        brokers.CreateTopics(needed.Select(topic => StreamSocialTopics.For(TopologyProfile.Full)[topic]));
        return new RunningDashboard(brokers, await StartAppAsync(brokers, arguments), arguments);
    }

    /// <summary>Ends the dashboard and starts another one on the same brokers.</summary>
    /// <param name="whileAway">What happens in between.</param>
    public async Task RestartAsync(Func<Task> whileAway)
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        await whileAway();
        _app = await StartAppAsync(_brokers, _arguments);
    }

    private static async Task<WebApplication> StartAppAsync(EmbeddedKafkaCluster brokers, string[] arguments)
    {
        var builder = WebApplication.CreateBuilder(
        [
            "--urls=http://127.0.0.1:0",
            $"--ConnectionStrings:kafka={brokers.BootstrapServers}",
            "--Kafka:Embedded=true",
            $"--Dashboard:ControlToken={Token}",
            // The test reports once; nobody shall fall silent while a slow machine catches up.
            "--Dashboard:MemberTimeout=00:05:00",
            .. arguments,
        ]);
        builder.AddServiceDefaults();
        builder.AddDashboard();
        var app = builder.Build();
        app.MapDefaultEndpoints();
        app.MapDashboard();
        await app.StartAsync();
        return app;
    }

    /// <summary>Ends a broker, or starts it again.</summary>
    public void SetBroker(int id, bool isUp)
    {
        if (isUp)
            _brokers.StartBroker(id);
        else
            _brokers.StopBroker(id);
    }

    /// <summary>The brokers without which topics of one partition can still be written: leaders of the embedded cluster do not change.</summary>
    public int[] BrokersBesideLeaderOf(params string[] topics)
    {
        using var admin = new DependentAdminClientBuilder(_producer.Handle).Build();
        var metadata = topics.Select(topic => admin.GetMetadata(topic, TimeSpan.FromSeconds(10))).ToList();
        var leaders = metadata.Select(topic => topic.Topics.Single().Partitions.Single().Leader).ToHashSet();
        return [.. metadata[0].Brokers.Select(broker => broker.BrokerId).Where(id => !leaders.Contains(id)).Order()];
    }

    /// <summary>Appends records to one partition.</summary>
    public async Task AppendAsync(string topic, int partition, int records)
    {
        for (var i = 0; i < records; i++)
            await _producer.ProduceAsync(new TopicPartition(topic, partition), new Message<string, byte[]> { Value = [1] });
    }

    /// <summary>Reports as a feed generator that owns some partitions of user-actions, all at position <paramref name="nextOffset"/>.</summary>
    public async Task ReportAsync(string name, IEnumerable<int> partitions, long nextOffset, long lost = 0, long resetId = 0)
    {
        var owned = partitions.ToList();
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        var member = new Member
        {
            MemberId = name,
            ResourceName = name,
            Endpoint = "http://127.0.0.1:1",
            Epoch = 1,
            StartedAt = now,
            ReportedAt = now,
            Topics =
            {
                new MemberTopic
                {
                    Topic = TopicNames.UserActions,
                    Partitions = { owned },
                    NextOffsets = { owned.Select(_ => nextOffset) },
                    CommittedOffsets = { owned.Select(_ => -1L) },
                    ResetIds = { owned.Select(_ => resetId) },
                },
            },
            Counters = new MemberCounters { EntriesLost = lost },
        };
        await _producer.ProduceAsync(TopicNames.Members, new Message<string, byte[]> { Key = name, Value = member.ToByteArray() });
    }

    /// <summary>Writes what a feed generator tells about partitions of user-actions.</summary>
    public async Task RebalanceAsync(string name, RebalanceEventType type, long at, IEnumerable<int> partitions, double duration = 0)
    {
        var change = new RebalanceEvent { MemberId = name, Type = type, OccurredAt = at, Epoch = 1, Duration = duration };
        if (partitions.Any())
            change.Partitions.Add(new TopicPartitions { Topic = TopicNames.UserActions, Partitions = { partitions } });
        // The log takes it when it happens: an event is not believed to be much older than its record.
        await _producer.ProduceAsync(TopicNames.RebalanceEvents, new Message<string, byte[]> { Key = name, Value = change.ToByteArray(), Timestamp = new Timestamp(at, TimestampType.CreateTime) });
    }

    /// <summary>Writes a decision of the autoscaler.</summary>
    public async Task DecideAsync(string id, long at, ScalingVerdict verdict, int current, int desired, bool isDone = true)
    {
        var decision = new ScalingDecision { DecisionId = id, DecidedAt = at, Verdict = verdict, CurrentReplicas = current, DesiredReplicas = desired, Reason = id, Policy = "test" };
        if (verdict != ScalingVerdict.Hold)
            (decision.Accepted, decision.Actuation) = (isDone, isDone ? "asked" : "refused");
        await _producer.ProduceAsync(TopicNames.ScalingDecisions, new Message<string, byte[]> { Key = id, Value = decision.ToByteArray() });
    }

    /// <summary>Writes any record.</summary>
    public async Task WriteAsync(string topic, string key, byte[] value) =>
        await _producer.ProduceAsync(topic, new Message<string, byte[]> { Key = key, Value = value, Headers = new Headers { { "traceparent", null } } });

    /// <summary>Writes a dead letter of partition 3 of user-actions, as the runtime does.</summary>
    public async Task BuryAsync(byte[] payload, string error)
    {
        var headers = new Headers();
        foreach (var (name, value) in new[]
        {
            (DeadLetterHeaders.OriginTopic, TopicNames.UserActions), (DeadLetterHeaders.OriginPartition, "3"), (DeadLetterHeaders.OriginOffset, "7"), (DeadLetterHeaders.OriginEntry, "0"),
            (DeadLetterHeaders.Tries, "5"), (DeadLetterHeaders.ErrorType, "Some.TestException"), (DeadLetterHeaders.ErrorMessage, error),
        })
            headers.Add(name, Encoding.UTF8.GetBytes(value));
        await _producer.ProduceAsync(new TopicPartition(DeadLetterTopic.NameOf(TopicNames.UserActions), 3), new Message<string, byte[]> { Value = payload, Headers = headers });
    }

    /// <summary>The actions in a partition of user-actions, up to its end.</summary>
    public async Task<IReadOnlyList<UserAction>> ReadActionsAsync(int partition)
    {
        var config = new KafkaClientSettings(_brokers.BootstrapServers, new KafkaOptions { Embedded = true }).CreateTableConsumerConfig(TopicNames.UserActions);
        using var consumer = new ConsumerBuilder<byte[]?, byte[]>(config).SetLogHandler((_, _) => { }).Build();
        consumer.Assign(new TopicPartitionOffset(TopicNames.UserActions, partition, Offset.Beginning));
        var actions = new List<UserAction>();
        await Task.Run(() =>
        {
            while (consumer.Consume(TimeSpan.FromSeconds(20)) is { IsPartitionEOF: false } record)
                actions.Add(UserAction.Parser.ParseFrom(record.Message.Value));
        });
        return actions;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        _producer.Dispose();
        await _brokers.DisposeAsync();
    }
}
