using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Confluent.Kafka;
using Google.Protobuf;
using StreamSocial.Events;
using StreamSocial.Topics;

namespace StreamSocial.ServiceDefaults.Tests.Dashboard;

/// <summary>Dead letters through the dashboard's API, with a feed generator that makes and takes them.</summary>
[Collection(nameof(DashboardFixture))]
public sealed class DeadLetterEndpointTests(DashboardFixture running) 
{
    private static readonly CancellationToken Cancelled = TestContext.Current.CancellationToken;

    private TestServer Feeds => running.Feeds;

    private TestServer Dashboard => running.Dashboard;

    [Fact]
    public async Task Replay_PostThatWasGivenUp_IsAppliedOnceHoweverOftenItIsAsked()
    {
        await running.AppendAsync(new UserAction { ActionId = "f1", Type = ActionType.Follow, UserId = "reader", TargetUserId = "author", OccurredAt = DashboardFixture.Now() }, "author");
        var post = new UserAction { ActionId = "p1", Type = ActionType.Post, UserId = "author", ContentId = "c1", Text = "given up", OccurredAt = DashboardFixture.Now() };
        await running.BuryAsync(TopicNames.UserActions, DashboardFixture.PartitionOf("author"), post.ToByteArray());

        JsonElement[] letters = [];
        await Eventually.TrueAsync("the letter is there, though the page before it is shared for a moment", async () => (letters = await LettersAsync("it failed")).Length == 1);
        var letter = letters[0];
        Assert.Equal("UserAction", letter.GetProperty("contract").GetString());
        Assert.Contains("given up", letter.GetProperty("json").GetString(), StringComparison.Ordinal);
        Assert.Equal("it failed", letter.GetProperty("errorMessage").GetString());
        Assert.Contains(letter.GetProperty("headers").EnumerateArray(), header => header.GetProperty("name").GetString() == DeadLetterHeaders.ErrorType);
        Assert.Equal(JsonValueKind.Null, letter.GetProperty("replayed").ValueKind);

        Assert.Equal((HttpStatusCode.OK, null), await ReplayAsync(letter));
        await Eventually.TrueAsync("the post is in the follower's feed", async () => await EntriesAsync("reader") == 1);
        Assert.Equal((HttpStatusCode.Conflict, "already_replayed"), await ReplayAsync(letter));
        // Whoever insists sends it again, and the action's own id is recognised.
        Assert.Equal((HttpStatusCode.OK, null), await ReplayAsync(letter, repeat: true));
        await running.AppendAsync(new UserAction { ActionId = "p2", Type = ActionType.Post, UserId = "author", ContentId = "c2", OccurredAt = DashboardFixture.Now() }, "author");
        await Eventually.TrueAsync("a later post is in the feed, and the repeat is not", async () => await EntriesAsync("reader") == 2);

        JsonElement[] replays = [];
        await Eventually.TrueAsync("the log of actions has both replays with what came of them", async () =>
        {
            var operations = (await Dashboard.Client.GetFromJsonAsync<JsonElement>("/api/operations", Cancelled)).GetProperty("operations");
            replays = [.. operations.EnumerateArray().Where(operation => (operation.GetProperty("kind").GetString(), operation.GetProperty("target").GetString()) == ("dead-letters-replay", "user-actions.dlq"))];
            return replays.Length == 2 && replays.All(replay => replay.GetProperty("outcome").GetString() == "done");
        });
        Assert.All(replays, replay => Assert.Equal("1 sent back", replay.GetProperty("detail").GetString()));

        // It stays where it is, and the list says that it was sent.
        var after = Assert.Single(await LettersAsync("it failed"));
        Assert.Equal(JsonValueKind.Number, after.GetProperty("replayed").ValueKind);
    }

    [Fact]
    public async Task Read_EntryThatIsNoMessage_IsThereWithItsBytesAndError()
    {
        await running.Producer.ProduceAsync(new TopicPartition(TopicNames.UserActions, 3), new Message<string, byte[]> { Key = "x", Value = [0xFF, 0xFF, 0xFF] }, Cancelled);

        JsonElement[] letters = [];
        await Eventually.TrueAsync("the entry is among the dead letters", async () =>
            (letters = await LettersAsync("While parsing a protocol message")).Length == 1);

        Assert.Equal("////", letters[0].GetProperty("base64").GetString());
        Assert.Equal(JsonValueKind.Null, letters[0].GetProperty("json").ValueKind);
        Assert.Equal((3, 0L), (letters[0].GetProperty("originPartition").GetInt32(), letters[0].GetProperty("originOffset").GetInt64()));
        Assert.Contains("InvalidProtocolBufferException", letters[0].GetProperty("errorType").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_PageByPage_EachLetterOnceNewestFirst()
    {
        var written = new List<string>();
        for (var i = 0; i < 130; i++)
        {
            await running.BuryAsync(TopicNames.Notifications, i % 7, [1], at: 1_700_000_000_000 + i);
            written.Add(i.ToString(CultureInfo.InvariantCulture));
        }

        var read = new List<string>();
        for (string? next = ""; next is not null;)
        {
            var page = await ReadAsync($"?topic=notifications&limit=40{(next.Length > 0 ? "&before=" + next : "")}");
            Assert.Empty(page.GetProperty("unread").EnumerateArray());
            read.AddRange(page.GetProperty("letters").EnumerateArray().Select(letter => (letter.GetProperty("at").GetInt64() - 1_700_000_000_000).ToString(CultureInfo.InvariantCulture)));
            // What comes meanwhile is in no later page.
            await running.BuryAsync(TopicNames.Notifications, 2, [1], at: 1_800_000_000_000);
            next = page.GetProperty("next").GetString();
        }
        written.Reverse();
        Assert.Equal(written, read);
    }

    [Theory]
    [InlineData("user-actions.dlq", 0, 99, HttpStatusCode.NotFound, "no_such_dead_letter")]
    [InlineData("members", 0, 0, HttpStatusCode.NotFound, "no_such_dead_letter")]
    [InlineData("user-actions.dlq", 5_000, 0, HttpStatusCode.NotFound, "no_such_dead_letter")]
    [InlineData("feed-updates.dlq", 0, 0, HttpStatusCode.Conflict, "not_replayable")]
    public async Task Replay_NotToBeSent_IsRefusedWithTheReason(string topic, int partition, long offset, HttpStatusCode status, string reason)
    {
        await running.Producer.ProduceAsync(new TopicPartition("feed-updates.dlq", 0), new Message<string, byte[]> { Value = [1] }, Cancelled);

        Assert.Equal((status, reason), await ReplayAsync(JsonSerializer.SerializeToElement(new { topic, partition, offset })));
    }

    [Fact]
    public async Task Replay_OneToRepeatAndOneThatWasSentMeanwhile_SendsNeither()
    {
        await running.BuryAsync(TopicNames.FeedUpdates, 1, [1]);
        await running.BuryAsync(TopicNames.FeedUpdates, 1, [2]);
        var (known, meanwhile) = (PlaceOf(0), PlaceOf(1));
        Assert.Equal((HttpStatusCode.OK, null), await ReplayAsync(known));
        Assert.Equal((HttpStatusCode.OK, null), await ReplayAsync(meanwhile));

        Assert.Equal((HttpStatusCode.Conflict, "already_replayed"), await ReplayAsync((known, true), (meanwhile, false)));
        Assert.Equal((HttpStatusCode.OK, null), await ReplayAsync((known, true), (meanwhile, true)));

        static JsonElement PlaceOf(long offset) => JsonSerializer.SerializeToElement(new { topic = "feed-updates.dlq", partition = 1, offset });
    }

    [Fact]
    public async Task Read_ManyAtATime_TheNewestPageIsSharedAndFewWaitForOlderOnes()
    {
        for (var i = 0; i < 3; i++)
            await running.BuryAsync(TopicNames.FeedUpdates, 4, [1]);
        string? next = null;
        await Eventually.TrueAsync("there is an older page", async () => (next = (await ReadAsync("?topic=feed-updates&limit=1")).GetProperty("next").GetString()) is not null);

        var shared = await StatusesAsync("");
        var older = await StatusesAsync($"&before={next}");

        Assert.All(shared, status => Assert.Equal(HttpStatusCode.OK, status));
        Assert.Contains(HttpStatusCode.OK, older);
        Assert.Contains(HttpStatusCode.ServiceUnavailable, older);
        Assert.All(older, status => Assert.True(status is HttpStatusCode.OK or HttpStatusCode.ServiceUnavailable));

        Task<HttpStatusCode[]> StatusesAsync(string query) => Task.WhenAll(Enumerable.Range(0, 60).Select(async _ =>
        {
            using var answer = await Dashboard.Client.GetAsync($"/api/dead-letters?topic=feed-updates&limit=1{query}", Cancelled);
            return answer.StatusCode;
        }));
    }

    [Theory]
    [InlineData(40, HttpStatusCode.OK)]
    [InlineData(41, HttpStatusCode.BadRequest)]
    public async Task Read_Limit_IsWhatOneReplayMaySend(int limit, HttpStatusCode status)
    {
        using var answer = await Dashboard.Client.GetAsync($"/api/dead-letters?limit={limit}", Cancelled);
        Assert.Equal(status, answer.StatusCode);
    }

    [Fact]
    public async Task Replay_WithoutToken_IsRefused()
    {
        using var answer = await Dashboard.Client.PostAsJsonAsync("/api/dead-letters:replay", new { letters = new[] { new { topic = "user-actions.dlq", partition = 0, offset = 0 } } }, Cancelled);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    /// <summary>The dead letters of user-actions with an error.</summary>
    private async Task<JsonElement[]> LettersAsync(string error) =>
        [.. (await ReadAsync("?topic=user-actions")).GetProperty("letters").EnumerateArray().Where(letter => letter.GetProperty("errorMessage").GetString()?.StartsWith(error, StringComparison.Ordinal) == true)];

    private async Task<JsonElement> ReadAsync(string query) =>
        await Dashboard.Client.GetFromJsonAsync<JsonElement>("/api/dead-letters" + query, Cancelled);

    private Task<(HttpStatusCode Status, string? Reason)> ReplayAsync(JsonElement letter, bool repeat = false) => ReplayAsync((letter, repeat));

    private async Task<(HttpStatusCode Status, string? Reason)> ReplayAsync(params (JsonElement Letter, bool Repeat)[] letters)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/dead-letters:replay")
        {
            Content = JsonContent.Create(new
            {
                letters = letters.Select(chosen => new
                {
                    topic = chosen.Letter.GetProperty("topic").GetString(), partition = chosen.Letter.GetProperty("partition").GetInt32(), offset = chosen.Letter.GetProperty("offset").GetInt64(),
                    repeat = chosen.Repeat,
                }),
            }),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", DashboardFixture.Token);
        using var answer = await Dashboard.Client.SendAsync(request, Cancelled);
        var body = await answer.Content.ReadFromJsonAsync<JsonElement>(Cancelled);
        return (answer.StatusCode, answer.IsSuccessStatusCode ? null : body.GetProperty("reason").GetString());
    }

    /// <summary>Entries of a feed; null while its partition moves.</summary>
    private async Task<int?> EntriesAsync(string user)
    {
        using var answer = await Feeds.Client.GetAsync($"/v1/feeds/{user}", Cancelled);
        return answer.IsSuccessStatusCode ? (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancelled)).GetProperty("entries").GetArrayLength() : null;
    }
}
