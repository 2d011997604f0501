using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Confluent.Kafka;
using Google.Protobuf;
using StreamSocial.Events;
using StreamSocial.Events.Topics;
using StreamSocial.Hosting.Kafka.Embedded;
using StreamSocial.Kafka;
using StreamSocial.Topics;

namespace StreamSocial.ServiceDefaults.Tests.Dashboard;

/// <summary>Dead letters through the dashboard's API, on embedded brokers, with a feed generator that makes and takes them.</summary>
public sealed class DeadLetterEndpointTests : IAsyncLifetime
{
    private const string Token = "token-of-this-test";
    private static readonly CancellationToken Cancelled = TestContext.Current.CancellationToken;
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);
    private static readonly TopicCatalog Topics = StreamSocialTopics.For(TopologyProfile.Small);

    private readonly EmbeddedKafkaCluster _cluster = EmbeddedKafkaCluster.Start();
    private readonly IProducer<string, byte[]> _producer;

    public DeadLetterEndpointTests() => _producer = new ProducerBuilder<string, byte[]>(
        new KafkaClientSettings(_cluster.BootstrapServers, new KafkaOptions { Embedded = true }).CreateProducerConfig("test")).SetLogHandler((_, _) => { }).Build();

    public ValueTask InitializeAsync()
    {
        _cluster.CreateTopics(Topics.Topics);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        _producer.Dispose();
        await _cluster.DisposeAsync();
    }

    [Fact]
    public async Task Replay_PostThatWasGivenUp_IsAppliedOnceHoweverOftenItIsAsked()
    {
        await using var feeds = await StartAsync("feeds");
        await using var dashboard = await StartAsync("dashboard");
        await AppendAsync(new UserAction { ActionId = "f1", Type = ActionType.Follow, UserId = "reader", TargetUserId = "author", OccurredAt = Now() }, "author");
        var post = new UserAction { ActionId = "p1", Type = ActionType.Post, UserId = "author", ContentId = "c1", Text = "given up", OccurredAt = Now() };
        await BuryAsync(TopicNames.UserActions, PartitionOf("author"), post.ToByteArray());

        var letter = Assert.Single((await ReadAsync(dashboard, "?topic=user-actions")).GetProperty("letters").EnumerateArray().ToList());
        Assert.Equal("UserAction", letter.GetProperty("contract").GetString());
        Assert.Contains("given up", letter.GetProperty("json").GetString(), StringComparison.Ordinal);
        Assert.Equal("it failed", letter.GetProperty("errorMessage").GetString());
        Assert.Contains(letter.GetProperty("headers").EnumerateArray(), header => header.GetProperty("name").GetString() == DeadLetterHeaders.ErrorType);
        Assert.Equal(JsonValueKind.Null, letter.GetProperty("replayed").ValueKind);

        Assert.Equal((HttpStatusCode.OK, null), await ReplayAsync(dashboard, letter));
        await UntilAsync("the post is in the follower's feed", async () => await EntriesAsync(feeds, "reader") == 1);
        Assert.Equal((HttpStatusCode.Conflict, "already_replayed"), await ReplayAsync(dashboard, letter));
        // Whoever insists sends it again, and the action's own id is recognised.
        Assert.Equal((HttpStatusCode.OK, null), await ReplayAsync(dashboard, letter, repeat: true));
        await AppendAsync(new UserAction { ActionId = "p2", Type = ActionType.Post, UserId = "author", ContentId = "c2", OccurredAt = Now() }, "author");
        await UntilAsync("a later post is in the feed, and the repeat is not", async () => await EntriesAsync(feeds, "reader") == 2);

        // It stays where it is, and the list says that it was sent.
        var after = Assert.Single((await ReadAsync(dashboard, "?topic=user-actions")).GetProperty("letters").EnumerateArray().ToList());
        Assert.Equal(JsonValueKind.Number, after.GetProperty("replayed").ValueKind);
    }

    [Fact]
    public async Task Read_EntryThatIsNoMessage_IsThereWithItsBytesAndError()
    {
        await using var feeds = await StartAsync("feeds");
        await using var dashboard = await StartAsync("dashboard");
        await _producer.ProduceAsync(new TopicPartition(TopicNames.UserActions, 3), new Message<string, byte[]> { Key = "x", Value = [0xFF, 0xFF, 0xFF] }, Cancelled);

        JsonElement[] letters = [];
        await UntilAsync("the entry is among the dead letters", async () =>
            (letters = [.. (await ReadAsync(dashboard, "?topic=user-actions")).GetProperty("letters").EnumerateArray()]).Length == 1);

        Assert.Equal("////", letters[0].GetProperty("base64").GetString());
        Assert.Equal(JsonValueKind.Null, letters[0].GetProperty("json").ValueKind);
        Assert.Equal((3, 0L), (letters[0].GetProperty("originPartition").GetInt32(), letters[0].GetProperty("originOffset").GetInt64()));
        Assert.Contains("InvalidProtocolBufferException", letters[0].GetProperty("errorType").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_PageByPage_EachLetterOnceNewestFirst()
    {
        await using var dashboard = await StartAsync("dashboard");
        var written = new List<string>();
        for (var i = 0; i < 130; i++)
        {
            await BuryAsync(TopicNames.Notifications, i % 7, [1], at: 1_700_000_000_000 + i);
            written.Add(i.ToString(CultureInfo.InvariantCulture));
        }

        var read = new List<string>();
        for (string? next = ""; next is not null;)
        {
            var page = await ReadAsync(dashboard, $"?topic=notifications&limit=40{(next.Length > 0 ? "&before=" + next : "")}");
            Assert.Empty(page.GetProperty("unread").EnumerateArray());
            read.AddRange(page.GetProperty("letters").EnumerateArray().Select(letter => (letter.GetProperty("at").GetInt64() - 1_700_000_000_000).ToString(CultureInfo.InvariantCulture)));
            // What comes meanwhile is in no later page.
            await BuryAsync(TopicNames.Notifications, 2, [1], at: 1_800_000_000_000);
            next = page.GetProperty("next").GetString();
        }
        written.Reverse();
        Assert.Equal(written, read);
    }

    [Theory]
    [InlineData("user-actions.dlq", 0, 99, HttpStatusCode.NotFound, "no_such_dead_letter")]
    [InlineData("members", 0, 0, HttpStatusCode.NotFound, "no_such_dead_letter")]
    [InlineData("user-actions.dlq", 5_000, 0, HttpStatusCode.NotFound, "no_such_dead_letter")]
    [InlineData("user-actions.dlq", 1, 0, HttpStatusCode.Conflict, "not_replayable")]
    public async Task Replay_NotToBeSent_IsRefusedWithTheReason(string topic, int partition, long offset, HttpStatusCode status, string reason)
    {
        await using var dashboard = await StartAsync("dashboard");
        await _producer.ProduceAsync(new TopicPartition("user-actions.dlq", 1), new Message<string, byte[]> { Value = [1] }, Cancelled);

        Assert.Equal((status, reason), await ReplayAsync(dashboard, JsonSerializer.SerializeToElement(new { topic, partition, offset })));
    }

    [Fact]
    public async Task Replay_WithoutToken_IsRefused()
    {
        await using var dashboard = await StartAsync("dashboard");
        using var answer = await dashboard.Client.PostAsJsonAsync("/api/dead-letters:replay", new { letters = new[] { new { topic = "user-actions.dlq", partition = 0, offset = 0 } } }, Cancelled);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    private static int PartitionOf(string user) => KeyPartitioner.PartitionOf(user, Topics[TopicNames.UserActions].Partitions);

    private static long Now() => TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();

    private Task<TestServer> StartAsync(string service) => ServiceParts.StartWholeAsync(
        service, _ => { },
        $"--ConnectionStrings:kafka={_cluster.BootstrapServers}", "--Kafka:Embedded=true", "--Topology:Profile=small", $"--Scale:Token={Token}", "--Shutdown:Timeout=00:00:05");

    private Task AppendAsync(UserAction action, string key) => _producer.ProduceAsync(
        new TopicPartition(TopicNames.UserActions, PartitionOf(key)), new Message<string, byte[]> { Key = key, Value = action.ToByteArray() }, Cancelled);

    /// <summary>Writes a dead letter as the runtime does.</summary>
    private Task BuryAsync(string topic, int partition, byte[] payload, long? at = null)
    {
        var headers = new Headers();
        foreach (var (name, value) in new[]
        {
            (DeadLetterHeaders.OriginTopic, topic), (DeadLetterHeaders.OriginPartition, partition.ToString(CultureInfo.InvariantCulture)), (DeadLetterHeaders.OriginOffset, "7"),
            (DeadLetterHeaders.OriginEntry, "0"), (DeadLetterHeaders.Tries, "5"), (DeadLetterHeaders.ErrorType, "TestException"), (DeadLetterHeaders.ErrorMessage, "it failed"),
        })
            headers.Add(name, Encoding.UTF8.GetBytes(value));
        return _producer.ProduceAsync(
            new TopicPartition(DeadLetterTopic.NameOf(topic), partition % 10),
            new Message<string, byte[]> { Value = payload, Headers = headers, Timestamp = new Timestamp(at ?? Now(), TimestampType.CreateTime) }, Cancelled);
    }

    private static async Task<JsonElement> ReadAsync(TestServer dashboard, string query) =>
        await dashboard.Client.GetFromJsonAsync<JsonElement>("/api/dead-letters" + query, Cancelled);

    private static async Task<(HttpStatusCode Status, string? Reason)> ReplayAsync(TestServer dashboard, JsonElement letter, bool repeat = false)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/dead-letters:replay")
        {
            Content = JsonContent.Create(new
            {
                letters = new[] { new { topic = letter.GetProperty("topic").GetString(), partition = letter.GetProperty("partition").GetInt32(), offset = letter.GetProperty("offset").GetInt64() } },
                repeat,
            }),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        using var answer = await dashboard.Client.SendAsync(request, Cancelled);
        var body = await answer.Content.ReadFromJsonAsync<JsonElement>(Cancelled);
        return (answer.StatusCode, answer.IsSuccessStatusCode ? null : body.GetProperty("reason").GetString());
    }

    /// <summary>Entries of a feed; null while its partition moves.</summary>
    private static async Task<int?> EntriesAsync(TestServer feeds, string user)
    {
        using var answer = await feeds.Client.GetAsync($"/v1/feeds/{user}", Cancelled);
        return answer.IsSuccessStatusCode ? (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancelled)).GetProperty("entries").GetArrayLength() : null;
    }

    private static async Task UntilAsync(string expectation, Func<Task<bool>> condition)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            if (TimeProvider.System.GetElapsedTime(started) > Timeout)
                Assert.Fail($"{expectation}: not within {Timeout.TotalSeconds:0} s.");
            await Task.Delay(50, Cancelled);
        }
    }
}
