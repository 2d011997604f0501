using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Confluent.Kafka;
using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using StreamSocial.Events;
using StreamSocial.Events.Topics;
using StreamSocial.Hosting.Kafka.Embedded;
using StreamSocial.Kafka;
using StreamSocial.Topics;

namespace StreamSocial.ServiceDefaults.Tests.Dashboard;

/// <summary>The tests that share one dashboard.</summary>
[CollectionDefinition(nameof(DashboardFixture))]
public sealed class DashboardTests : ICollectionFixture<DashboardFixture>;

/// <summary>The dashboard and a feed generator on embedded brokers, with an AppHost that takes commands and runs nothing.</summary>
public sealed class DashboardFixture : IAsyncLifetime
{
    internal const string Token = "token-of-this-test";

    /// <summary>Longer than a request to a service may take: a restart lasts as long as a handover.</summary>
    private static readonly TimeSpan CommandDuration = TimeSpan.FromSeconds(2);

    private static readonly TopicCatalog Topics = StreamSocialTopics.For(TopologyProfile.Small);

    private readonly EmbeddedKafkaCluster _cluster = EmbeddedKafkaCluster.Start();
    /// <summary>As an exporter of traces does: without one, nothing is recorded.</summary>
    private readonly ActivityListener _traces = new()
    {
        ShouldListenTo = source => source.Name == "StreamSocial.Streams",
        Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
    };

    private TestServer? _feeds;
    private TestServer? _appHost;
    private TestServer? _dashboard;

    public DashboardFixture() => Producer = new ProducerBuilder<string, byte[]>(
        new KafkaClientSettings(_cluster.BootstrapServers, new KafkaOptions { Embedded = true }).CreateProducerConfig("test")).SetLogHandler((_, _) => { }).Build();

    /// <summary>What the AppHost was asked for, with the token.</summary>
    internal ConcurrentQueue<string> Commands { get; } = new();

    internal TestServer Feeds => _feeds!;

    internal TestServer Dashboard => _dashboard!;

    internal IProducer<string, byte[]> Producer { get; }

    public async ValueTask InitializeAsync()
    {
        ActivitySource.AddActivityListener(_traces);
        _cluster.CreateTopics(Topics.Topics);
        _feeds = await StartAsync("feeds", "--Streams:MemberId=feed-generator-1");
        _appHost = await TestServer.StartAsync(_ => { }, app => app.MapPost("/v1/resources/{name}/commands/{command}", async (string name, string command, HttpRequest request) =>
        {
            await Task.Delay(CommandDuration, request.HttpContext.RequestAborted);
            Commands.Enqueue($"{command} {name} {request.Headers.Authorization}");
            return name == "feed-generator-1" ? Results.NoContent() : Results.NotFound();
        }));
        _dashboard = await StartAsync("dashboard", $"--services:feed-generator-1:http:0={_feeds.Address}", $"--Scale:Endpoint={_appHost.Address}", "--HttpResilience:AttemptTimeout=00:00:01");
        await Eventually.TrueAsync("the log of actions has been read", async () =>
        {
            using var answer = await Dashboard.Client.GetAsync("/api/operations");
            return answer.IsSuccessStatusCode;
        });
    }

    public async ValueTask DisposeAsync()
    {
        if (_dashboard is not null)
            await _dashboard.DisposeAsync();
        if (_appHost is not null)
            await _appHost.DisposeAsync();
        if (_feeds is not null)
            await _feeds.DisposeAsync();
        Producer.Dispose();
        _traces.Dispose();
        await _cluster.DisposeAsync();
    }

    internal static int PartitionOf(string user) => KeyPartitioner.PartitionOf(user, Topics[TopicNames.UserActions].Partitions);

    internal static long Now() => TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();

    internal Task AppendAsync(UserAction action, string key, string? traceParent = null) => Producer.ProduceAsync(
        new TopicPartition(TopicNames.UserActions, PartitionOf(key)),
        new Message<string, byte[]> { Key = key, Value = action.ToByteArray(), Headers = traceParent is null ? [] : new Headers { { "traceparent", Encoding.UTF8.GetBytes(traceParent) } } },
        TestContext.Current.CancellationToken);

    /// <summary>Writes a dead letter as the runtime does.</summary>
    internal Task BuryAsync(string topic, int partition, byte[] payload, long? at = null)
    {
        var headers = new Headers();
        foreach (var (name, value) in new[]
        {
            (DeadLetterHeaders.OriginTopic, topic), (DeadLetterHeaders.OriginPartition, partition.ToString(CultureInfo.InvariantCulture)), (DeadLetterHeaders.OriginOffset, "7"),
            (DeadLetterHeaders.OriginEntry, "0"), (DeadLetterHeaders.Tries, "5"), (DeadLetterHeaders.ErrorType, "TestException"), (DeadLetterHeaders.ErrorMessage, "it failed"),
        })
            headers.Add(name, Encoding.UTF8.GetBytes(value));
        return Producer.ProduceAsync(
            new TopicPartition(DeadLetterTopic.NameOf(topic), partition % 10),
            new Message<string, byte[]> { Value = payload, Headers = headers, Timestamp = new Timestamp(at ?? Now(), TimestampType.CreateTime) }, TestContext.Current.CancellationToken);
    }

    private Task<TestServer> StartAsync(string service, params string[] arguments) => ServiceParts.StartWholeAsync(
        service, _ => { },
        [
            $"--ConnectionStrings:kafka={_cluster.BootstrapServers}", "--Kafka:Embedded=true", "--Topology:Profile=small", $"--Scale:Token={Token}",
            "--Shutdown:Timeout=00:00:05", .. arguments,
        ]);
}
