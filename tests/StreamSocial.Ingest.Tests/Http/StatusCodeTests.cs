using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using StreamSocial.Events;

namespace StreamSocial.Ingest.Tests.Http;

public class StatusCodeTests
{
    private const string Block = """{"type":"block","userId":"ann","targetUserId":"bob"}""";
    private const string Like = """{"type":"like","userId":"ann","contentId":"c1"}""";

    [Fact]
    public async Task PostActions_OneObject_202AndRecordWithKeyAndEdge()
    {
        await using var host = await IngestHost.StartAsync();

        using var response = await host.PostAsync("/v1/actions", """
            {"actionId":"a1","type":"post","userId":"ann","contentId":"c1","text":"hi","mentionedUserIds":["bob"],"occurredAt":"2012-07-01T00:00:00Z"}
            """);

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Equal("""{"accepted":1}""", await response.Content.ReadAsStringAsync());
        var record = Assert.Single(TopicReader.ReadAll(host, TopicNames.UserActions));
        Assert.Equal("ann", Encoding.UTF8.GetString(record.Message.Key));
        Assert.Equal(host.Destinations.PartitionOf(TopicNames.UserActions, "ann"u8), record.Partition.Value);
        Assert.StartsWith("ingest/", Encoding.UTF8.GetString(record.Message.Headers.GetLastBytes("edge-source")), StringComparison.Ordinal);
        Assert.Equal(1, BitConverter.ToInt64(record.Message.Headers.GetLastBytes("edge-sequence").Reverse().ToArray()));
        Assert.False(record.Message.Headers.TryGetLastBytes("traceparent", out _));
        var action = UserAction.Parser.ParseFrom(record.Message.Value);
        Assert.Equal(("a1", ActionType.Post, "hi", 1341100800000), (action.ActionId, action.Type, action.Text, action.OccurredAt));
        Assert.Equal(["bob"], action.MentionedUserIds);
    }

    [Theory]
    [InlineData("follow")]
    [InlineData("unfollow")]
    public async Task PostActions_Follow_KeyIsFollowee(string type)
    {
        await using var host = await IngestHost.StartAsync();

        using var response = await host.PostAsync("/v1/actions", $$"""[{"type":"{{type}}","userId":"ann","targetUserId":"bob"}]""");

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Equal("bob", Encoding.UTF8.GetString(Assert.Single(TopicReader.ReadAll(host, TopicNames.UserActions)).Message.Key));
    }

    [Fact]
    public async Task PostActions_Block_IsUnderBothKeysInOrder()
    {
        await using var host = await IngestHost.StartAsync();

        using var response = await host.PostAsync("/v1/actions", $$"""[{"type":"post","userId":"ann"},{{Block}},{"type":"post","userId":"ann"}]""");

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.StartsWith("""{"accepted":3""", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        var records = TopicReader.ReadAll(host, TopicNames.UserActions).Select(record => (Key: Encoding.UTF8.GetString(record.Message.Key), Action: UserAction.Parser.ParseFrom(record.Message.Value))).ToList();
        Assert.Equal([(ActionType.Post, false), (ActionType.Block, true), (ActionType.Post, false)], records.Where(record => record.Key == "ann").Select(record => (record.Action.Type, record.Action.UnderActor)));
        Assert.Equal((ActionType.Block, false), records.Where(record => record.Key == "bob").Select(record => (record.Action.Type, record.Action.UnderActor)).Single());
        Assert.Single(records.Where(record => record.Action.Type == ActionType.Block).Select(record => record.Action.ActionId).Distinct());
    }

    [Theory]
    [InlineData("", "", false)]
    [InlineData("", ""","purge":true""", true)]
    [InlineData("?purge=true", "", true)]
    [InlineData("?purge=false", "", false)]
    public async Task PostActions_Unfollow_PurgesIfAskedTo(string query, string field, bool expected)
    {
        await using var host = await IngestHost.StartAsync();

        using var response = await host.PostAsync("/v1/actions" + query, $$"""[{"type":"post","userId":"ann"},{"type":"unfollow","userId":"ann","targetUserId":"bob"{{field}}}]""");

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        var actions = TopicReader.ReadAll(host, TopicNames.UserActions).Select(record => UserAction.Parser.ParseFrom(record.Message.Value)).ToLookup(action => action.Type);
        Assert.Equal((false, expected), (actions[ActionType.Post].Single().Purge, actions[ActionType.Unfollow].Single().Purge));
    }

    [Theory]
    [InlineData("?purge=maybe")]
    [InlineData("?purge=true&purge=true")]
    public async Task PostActions_PurgeThatIsNoBoolean_400NamesIt(string query)
    {
        await using var host = await IngestHost.StartAsync();

        using var response = await host.PostAsync("/v1/actions" + query, Like);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("\"purge\"", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task PostInteractions_Array_202AndKeyedByContent()
    {
        await using var host = await IngestHost.StartAsync();

        using var response = await host.PostAsync("/v1/interactions", """
            [{"interactionId":"i1","type":"view","contentId":"c1","userId":"ann"},{"interactionId":"i2","type":"click","contentId":"c1","userId":"bob"}]
            """);

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        var records = TopicReader.ReadAll(host, TopicNames.ContentInteractions);
        Assert.All(records, record => Assert.Equal("c1", Encoding.UTF8.GetString(record.Message.Key)));
        Assert.Equal(["i1", "i2"], records.Select(record => ContentInteraction.Parser.ParseFrom(record.Message.Value).InteractionId));
    }

    [Fact]
    public async Task PostActions_SomeInvalid_400NamesEachFieldAndWritesNothing()
    {
        await using var host = await IngestHost.StartAsync();

        using var response = await host.PostAsync("/v1/actions", $$"""[{{Like}},{"type":"dance","contentId":7},{"type":"follow","userId":"x","text":"no"},3]""");

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        using var problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        var fields = problem.RootElement.GetProperty("errors").EnumerateObject().Select(error => error.Name).Order(StringComparer.Ordinal);
        Assert.Equal(["[1].contentId", "[1].type", "[1].userId", "[2].targetUserId", "[2].text", "[3]"], fields);
        Assert.Empty(TopicReader.ReadAll(host, TopicNames.UserActions));
    }

    [Fact]
    public async Task Post_TooMuch_413()
    {
        await using var host = await IngestHost.StartAsync("Ingest:MaxBatchActions=2", "Ingest:MaxBodyBytes=2048");

        using var fits = await host.PostAsync("/v1/actions", $"[{Like},{Like}]");
        using var many = await host.PostAsync("/v1/actions", $"[{Like},{Like},{Like}]");
        using var large = await host.PostAsync("/v1/actions", $$"""{"type":"post","userId":"ann","text":"{{new string('x', 2048)}}"}""");
        using var chunked = await host.Client.SendAsync(new HttpRequestMessage(HttpMethod.Post, "/v1/actions")
        {
            Content = new StringContent(new string(' ', 4096), Encoding.UTF8, "application/json"),
            Headers = { TransferEncodingChunked = true },
        });

        Assert.Equal(HttpStatusCode.Accepted, fits.StatusCode);
        Assert.Equal("too_many_entries", await ReasonOf(many, HttpStatusCode.RequestEntityTooLarge));
        Assert.Equal("body_too_large", await ReasonOf(large, HttpStatusCode.RequestEntityTooLarge));
        Assert.Equal("body_too_large", await ReasonOf(chunked, HttpStatusCode.RequestEntityTooLarge));
        Assert.Equal(2, TopicReader.ReadAll(host, TopicNames.UserActions).Count);
    }

    [Theory]
    [InlineData("text/plain", null)]
    [InlineData("application/json; charset=utf-16", null)]
    [InlineData("application/json", "zstd")]
    [InlineData("text/plain", "identity")]
    [InlineData(null, null)]
    public async Task Post_NotPlainJson_415(string? contentType, string? encoding)
    {
        await using var host = await IngestHost.StartAsync();
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(Like));
        if (contentType is not null)
            content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        if (encoding is not null)
            content.Headers.ContentEncoding.Add(encoding);

        using var response = await host.Client.PostAsync("/v1/actions", content);

        Assert.Equal("unsupported_media_type", await ReasonOf(response, HttpStatusCode.UnsupportedMediaType));
    }

    [Fact]
    public async Task Post_QueueFull_429AllOrNothingUntilAcknowledged()
    {
        await using var host = await IngestHost.StartAsync("Ingest:QueueCapacityRecords=4", "Ingest:MaxBatchActions=2", "Ingest:RetryAfter=00:00:07");
        SetRoundTrip(host, TimeSpan.FromSeconds(1));

        var first = host.PostAsync("/v1/actions", $"[{Like},{Like}]");
        await WaitForAsync(() => host.Queue.Depth == 2, "two records in the queue");
        using var refused = await host.PostAsync("/v1/actions", $"[{Like},{Block}]");
        using var fits = await host.PostAsync("/v1/actions", Like);
        using var accepted = await first;
        SetRoundTrip(host, TimeSpan.Zero);

        Assert.Equal("queue_full", await ReasonOf(refused, HttpStatusCode.TooManyRequests));
        Assert.Equal(TimeSpan.FromSeconds(7), refused.Headers.RetryAfter?.Delta);
        Assert.Equal((HttpStatusCode.Accepted, HttpStatusCode.Accepted), (fits.StatusCode, accepted.StatusCode));
        Assert.Equal(3, TopicReader.ReadAll(host, TopicNames.UserActions).Count);
        Assert.Equal(0, host.Queue.Depth);
    }

    [Fact]
    public async Task Post_BrokersSilent_503WithRetryAfterAndIdsForARepeat()
    {
        await using var host = await IngestHost.StartAsync("Ingest:AckTimeout=00:00:00.5");
        foreach (var broker in new[] { 1, 2, 3 })
            host.Cluster.StopBroker(broker);

        using var response = await host.PostAsync("/v1/actions", Like);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(1), response.Headers.RetryAfter?.Delta);
        using var problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        Assert.Equal("ack_timeout", problem.RootElement.GetProperty("reason").GetString());
        Assert.True(Guid.TryParse(problem.RootElement.GetProperty("actionIds")[0].GetString(), CultureInfo.InvariantCulture, out _));
        foreach (var broker in new[] { 1, 2, 3 })
            host.Cluster.StartBroker(broker);
    }

    [Fact]
    public async Task Post_AcceptedBeforeIsNotAcknowledged_429UntilItIs()
    {
        await using var host = await IngestHost.StartAsync("Ingest:AckTimeout=00:00:05");
        using var connected = await host.PostAsync("/v1/actions", Like);
        SetRoundTrip(host, TimeSpan.FromSeconds(4.5));

        var first = host.PostAsync("/v1/actions", Like);
        await WaitForAsync(() => host.Queue.OldestWait > TimeSpan.FromSeconds(3.75), "the first action to wait for three quarters of the time");
        using var refused = await host.PostAsync("/v1/actions", Like);
        using var accepted = await first;
        SetRoundTrip(host, TimeSpan.Zero);
        using var after = await host.PostAsync("/v1/actions", Like);

        Assert.Equal("brokers_behind", await ReasonOf(refused, HttpStatusCode.TooManyRequests));
        Assert.NotNull(refused.Headers.RetryAfter);
        Assert.Equal((HttpStatusCode.Accepted, HttpStatusCode.Accepted), (accepted.StatusCode, after.StatusCode));
        Assert.Equal(3, TopicReader.ReadAll(host, TopicNames.UserActions).Count);
    }

    [Fact]
    public async Task Post_BrokersFailForAWhile_202AndEveryRecordOnceInOrder()
    {
        await using var host = await IngestHost.StartAsync();
        const short Produce = 0;
        host.Cluster.FailNextRequests(Produce, Confluent.Kafka.ErrorCode.NotLeaderForPartition, Confluent.Kafka.ErrorCode.RequestTimedOut);

        using var response = await host.PostActionsAsync([.. Enumerable.Range(0, 200).Select(i =>
            new { actionId = $"a{i}", type = "like", userId = "ann", contentId = "c1" })]);

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        var ids = TopicReader.ReadAll(host, TopicNames.UserActions).Select(record => UserAction.Parser.ParseFrom(record.Message.Value).ActionId);
        Assert.Equal(Enumerable.Range(0, 200).Select(i => $"a{i}"), ids);
    }

    [Fact]
    public async Task OpenApi_Document_DescribesBothEndpoints()
    {
        await using var host = await IngestHost.StartAsync();

        using var document = JsonDocument.Parse(await host.Client.GetStringAsync("/openapi/v1.json"));

        var operation = document.RootElement.GetProperty("paths").GetProperty("/v1/actions").GetProperty("post");
        var body = operation.GetProperty("requestBody").GetProperty("content").GetProperty("application/json").GetProperty("schema");
        Assert.Equal(2, body.GetProperty("oneOf").GetArrayLength());
        var types = body.GetProperty("oneOf")[0].GetProperty("properties").GetProperty("type").GetProperty("enum");
        Assert.Equal(
            ["post", "like", "comment", "share", "follow", "unfollow", "unlike", "unshare", "delete", "block", "unblock", "read"], types.EnumerateArray().Select(name => name.GetString()));
        Assert.Equal(["Idempotency-Key", "purge"], operation.GetProperty("parameters").EnumerateArray().Select(parameter => parameter.GetProperty("name").GetString()).Order());
        Assert.Contains("mentionedUserIds", document.RootElement.ToString(), StringComparison.Ordinal);
        Assert.Equal(["202", "400", "408", "413", "415", "422", "429", "503"],
            operation.GetProperty("responses").EnumerateObject().Select(response => response.Name).Order(StringComparer.Ordinal));
        Assert.True(document.RootElement.GetProperty("paths").TryGetProperty("/v1/interactions", out _));
    }

    private static void SetRoundTrip(IngestHost host, TimeSpan roundTrip)
    {
        foreach (var broker in new[] { 1, 2, 3 })
            host.Cluster.SetRoundTrip(broker, roundTrip);
    }

    private static async Task WaitForAsync(Func<bool> condition, string expected)
    {
        for (var i = 0; !condition(); i++)
        {
            Assert.True(i < 500, $"Expected within 5 s, but it was not so: {expected}.");
            await Task.Delay(10);
        }
    }

    private static async Task<string?> ReasonOf(HttpResponseMessage response, HttpStatusCode expected)
    {
        Assert.Equal(expected, response.StatusCode);
        using var problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        return problem.RootElement.GetProperty("reason").GetString();
    }
}
