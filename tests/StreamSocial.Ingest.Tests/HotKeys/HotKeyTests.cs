using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.RegularExpressions;
using Confluent.Kafka;
using Google.Protobuf;
using Microsoft.Extensions.DependencyInjection;
using StreamSocial.Events;
using StreamSocial.Events.Keys;
using StreamSocial.Ingest.HotKeys;
using StreamSocial.Kafka;

namespace StreamSocial.Ingest.Tests.HotKeys;

public class HotKeyTests
{
    private const int Spread = 5;
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Post_ContentBecomesHot_IsSpreadByItsInteractionsIds()
    {
        await using var host = await IngestHost.StartAsync(
            $"Ingest:HotKeys:Partitions={Spread}", "Ingest:HotKeys:MinRecordsPerSecond=20", "Ingest:HotKeys:HalfLife=00:00:01", "Telemetry:Prometheus=true");
        var started = Stopwatch.GetTimestamp();
        var (round, isSpread) = (0, false);
        while (!isSpread)
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < Timeout, $"After {round} rounds of 100 views the content is not spread.");
            await PostViewsAsync(host, "viral", $"v{round++}", 100);
            isSpread = ReadInteractions(host).Any(record => record.Interaction.Spread == Spread);
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }

        await PostViewsAsync(host, "quiet", "q", 1);
        using var liked = await host.PostActionsAsync(
            new { actionId = "l1", type = "like", userId = "ann", contentId = "viral" }, new { actionId = "p1", type = "post", userId = "ann", contentId = "viral" });
        Assert.Equal(HttpStatusCode.Accepted, liked.StatusCode);

        var partitions = host.Destinations.PartitionCountOf(TopicNames.ContentInteractions);
        var interactions = ReadInteractions(host);
        Assert.All(interactions, record => Assert.Equal(
            ContentPartitions.PartitionOf(record.Interaction.ContentId, record.Interaction.InteractionId, record.Interaction.Spread, partitions), record.Partition));
        Assert.Equal(round * 100, interactions.Count(record => record.Interaction.ContentId == "viral"));
        Assert.Equal(Spread, interactions.Where(record => record.Interaction.Spread > 0).Select(record => record.Partition).Distinct().Count());
        Assert.Equal(0, Assert.Single(interactions, record => record.Interaction.ContentId == "quiet").Interaction.Spread);

        // A post is no interaction. The order of a user's actions is kept whatever they concern.
        var actions = TopicReader.ReadAll(host, TopicNames.UserActions);
        Assert.Equal([("l1", Spread), ("p1", 0)], actions.Select(record => UserAction.Parser.ParseFrom(record.Message.Value)).Select(action => (action.ActionId, action.Spread)));
        Assert.All(actions, record => Assert.Equal(host.Destinations.PartitionOf(TopicNames.UserActions, "ann"u8), record.Partition.Value));

        await ExpectMetricAsync(host, """(?m)^streamsocial_ingest_hot_keys(_key)?s?\{[^}]*\} [1-9]""");
        await ExpectMetricAsync(host, """(?m)^streamsocial_ingest_spread(_record)?s?_total\{[^}]*\} [1-9]""");
    }

    [Fact]
    public async Task Post_AnotherInstanceFoundTheContentHot_IsSpreadUntilThatIsOld()
    {
        await using var host = await IngestHost.StartAsync("Ingest:HotKeys:CoolAfter=00:00:03");
        await WriteAsync(host, "elsewhere"u8.ToArray(), new HotContent { Spread = 3, HotAt = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() }.ToByteArray());

        await PostUntilAsync(host, "elsewhere", spread: 3);
        await PostUntilAsync(host, "elsewhere", spread: 0);
    }

    [Fact]
    public async Task Post_ForeignRecordsInHotKeys_AreIgnored()
    {
        await using var host = await IngestHost.StartAsync();
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        await WriteAsync(host, "garbage"u8.ToArray(), "garbage"u8.ToArray());
        await WriteAsync(host, "empty"u8.ToArray(), []);
        await WriteAsync(host, null, "garbage"u8.ToArray());
        await WriteAsync(host, "never-there"u8.ToArray(), null);
        await WriteAsync(host, "negative"u8.ToArray(), new HotContent { Spread = -3, HotAt = now }.ToByteArray());
        await WriteAsync(host, "huge"u8.ToArray(), new HotContent { Spread = int.MaxValue, HotAt = now }.ToByteArray());
        await WriteAsync(host, "never"u8.ToArray(), new HotContent { Spread = 3, HotAt = long.MinValue }.ToByteArray());
        await WriteAsync(host, "hot"u8.ToArray(), new HotContent { Spread = 3, HotAt = now }.ToByteArray());

        await PostUntilAsync(host, "hot", spread: 3);
        foreach (var content in new[] { "garbage", "empty", "negative", "huge", "never" })
            await PostUntilAsync(host, content, spread: 0);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public async Task Post_ForeignRecordFromAClockAheadOrFromAClockBehind_CoolsLikeAnyOther(int hoursAhead)
    {
        await using var host = await IngestHost.StartAsync("Ingest:HotKeys:CoolAfter=00:00:03");
        var at = TimeProvider.System.GetUtcNow().AddHours(hoursAhead);
        await WriteAsync(host, "elsewhere"u8.ToArray(), new HotContent { Spread = 3, HotAt = at.ToUnixTimeMilliseconds() }.ToByteArray(), at);

        await PostUntilAsync(host, "elsewhere", spread: 3);
        await PostUntilAsync(host, "elsewhere", spread: 0);
    }

    [Fact]
    public async Task Post_NotEnabled_SpreadsNothing()
    {
        await using var host = await IngestHost.StartAsync("Ingest:HotKeys:Enabled=false", "Ingest:HotKeys:MinRecordsPerSecond=1");
        Assert.IsType<NoContentSpread>(host.ContentSpread);
        await PostViewsAsync(host, "viral", "v", 1000);
        Assert.All(ReadInteractions(host), record => Assert.Equal(0, record.Interaction.Spread));
    }

    /// <summary>Topic hot-keys is not needed to take requests.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Post_HotContentsCannotBeWritten_IngestGoesOn(bool isFatal)
    {
        var (attempts, again) = (0, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        var producer = StubProducer.Create((_, _) =>
        {
            if (++attempts > 1)
                again.TrySetResult();
            throw new ProduceException<byte[]?, byte[]?>(new Error(ErrorCode.TopicAuthorizationFailed, "not allowed", isFatal), new());
        });
        await using var host = await IngestHost.StartAsync(
            builder => builder.Services.AddKeyedSingleton(HotKeyPublisher.ProducerName, producer), "Ingest:HotKeys:MinRecordsPerSecond=1");
        await PostViewsAsync(host, "viral", "v", 1000);

        await (isFatal ? host.HotKeyPublisher.ExecuteTask! : again.Task).WaitAsync(Timeout, TestContext.Current.CancellationToken);

        await PostViewsAsync(host, "viral", "w", 1);
        Assert.False(host.IsStopping);
    }

    [Fact]
    public async Task Post_HotContentsAreNotAcknowledged_EachIsWrittenOnce()
    {
        var written = new ConcurrentQueue<string>();
        var producer = StubProducer.Create((message, _) => written.Enqueue(Encoding.UTF8.GetString(message.Key!)));
        await using var host = await IngestHost.StartAsync(
            builder => builder.Services.AddKeyedSingleton(HotKeyPublisher.ProducerName, producer), "Ingest:HotKeys:MinRecordsPerSecond=1");

        // The publisher finds each at a later time than the one before.
        string[] contents = ["first", "second", "third"];
        foreach (var content in contents)
            await PostUntilWrittenAsync(host, content, written);

        Assert.Equal(contents, written);
    }

    [Fact]
    public async Task Post_RequestsAreRefused_HeatsNothing()
    {
        var written = new ConcurrentQueue<string>();
        var producer = StubProducer.Create((message, _) => written.Enqueue(Encoding.UTF8.GetString(message.Key!)));
        await using var host = await IngestHost.StartAsync(
            builder => builder.Services.AddKeyedSingleton(HotKeyPublisher.ProducerName, producer), "Ingest:HotKeys:MinRecordsPerSecond=1");
        await PostViewsAsync(host, "quiet", "reused", 1);

        using var refused = await host.Client.PostAsJsonAsync(
            "/v1/interactions", Enumerable.Range(0, 1000).Select(i => new { interactionId = $"reused-{i}", type = "view", contentId = "refused", userId = "bob" }));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        await PostUntilWrittenAsync(host, "first", written);
        await PostUntilWrittenAsync(host, "second", written);
        Assert.Equal(["first", "second"], written);
    }

    /// <summary>The exporter answers from a cache for a moment.</summary>
    private static async Task ExpectMetricAsync(IngestHost host, string pattern)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            var metrics = await host.Client.GetStringAsync("/metrics");
            if (Regex.IsMatch(metrics, pattern))
                return;
            Assert.True(Stopwatch.GetElapsedTime(started) < Timeout, $"{pattern} is not among these:\n{metrics}");
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }
    }

    private static async Task PostUntilWrittenAsync(IngestHost host, string content, ConcurrentQueue<string> written)
    {
        var started = Stopwatch.GetTimestamp();
        await PostViewsAsync(host, content, content, 1000);
        while (!written.Contains(content))
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < Timeout, $"{content} is not written.");
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Posts views until the last one has the spread expected.</summary>
    private static async Task PostUntilAsync(IngestHost host, string content, int spread)
    {
        var started = Stopwatch.GetTimestamp();
        for (var i = 0; ; i++)
        {
            var id = $"{content}-{spread}-{i}";
            await PostViewsAsync(host, content, id, 1);
            var last = ReadInteractions(host).Single(record => record.Interaction.InteractionId == $"{id}-0").Interaction.Spread;
            if (last == spread)
                return;
            Assert.True(Stopwatch.GetElapsedTime(started) < Timeout, $"Expected spread {spread} within {Timeout.TotalSeconds} s; it is {last}.");
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }

    private static async Task PostViewsAsync(IngestHost host, string content, string id, int count)
    {
        using var response = await host.Client.PostAsJsonAsync(
            "/v1/interactions", Enumerable.Range(0, count).Select(i => new { interactionId = $"{id}-{i}", type = "view", contentId = content, userId = "bob" }));
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
    }

    private static List<(int Partition, ContentInteraction Interaction)> ReadInteractions(IngestHost host) =>
        [.. TopicReader.ReadAll(host, TopicNames.ContentInteractions).Select(record => (record.Partition.Value, ContentInteraction.Parser.ParseFrom(record.Message.Value)))];

    /// <param name="at">The writer's time; null for this machine's.</param>
    private static async Task WriteAsync(IngestHost host, byte[]? key, byte[]? value, DateTimeOffset? at = null)
    {
        var settings = new KafkaClientSettings(host.Cluster.BootstrapServers, new KafkaOptions { Embedded = true });
        using var producer = new ProducerBuilder<byte[]?, byte[]?>(settings.CreateProducerConfig("test")).Build();
        await producer.ProduceAsync(TopicNames.HotKeys, new() { Key = key, Value = value, Timestamp = at is { } known ? new Timestamp(known) : Timestamp.Default });
    }
}
