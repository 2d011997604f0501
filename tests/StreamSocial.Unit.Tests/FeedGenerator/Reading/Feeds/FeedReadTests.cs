using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using StreamSocial.FeedGenerator.Reading.Feeds;
using StreamSocial.FeedGenerator.Reading.Routing;
using static StreamSocial.Unit.Tests.FeedGenerator.Entries;

namespace StreamSocial.Unit.Tests.FeedGenerator.Reading.Feeds;

public sealed class FeedReadTests : IAsyncLifetime
{
    private FakeGroup _group = null!;

    private FakeReplica First => _group.Replicas[0];

    public async ValueTask InitializeAsync() => _group = await FakeGroup.StartAsync(3, ("Reading:WaitForPartition", "00:00:06"));

    public ValueTask DisposeAsync() => _group.DisposeAsync();

    [Fact]
    public async Task GetFeed_AnyReplica_GivesTheSameFeed()
    {
        for (var partition = 0; partition < FakeGroup.Partitions; partition++)
        {
            var user = FakeGroup.KeyIn(partition);
            Fill(partition, user, 3);
            foreach (var replica in _group.Replicas)
            {
                var page = await replica.Http.GetFromJsonAsync<FeedPage>($"/v1/feeds/{user}");
                Assert.Equal(user, page!.User);
                Assert.Null(page.Next);
                Assert.Equal(["id-2", "id-1", "id-0"], page.Entries.Select(entry => entry.ActionId));
                Assert.Equal(new FeedEntryView(3, null, "id-2", "post", "author", "content-id-2", "text of id-2", 2), page.Entries[0]);
            }
        }
    }

    [Fact]
    public async Task GetFeed_PageByPage_GivesEveryEntryOnce()
    {
        var user = FakeGroup.KeyIn(1);
        Fill(1, user, 130);
        var seen = new List<string>();
        string? next = null;
        do
        {
            var page = await First.Http.GetFromJsonAsync<FeedPage>($"/v1/feeds/{user}?limit=33" + (next is null ? "" : "&before=" + next));
            seen.AddRange(page!.Entries.Select(entry => entry.ActionId));
            next = page.Next;
        }
        while (next is not null);
        Assert.Equal(Enumerable.Range(0, 130).Reverse().Select(i => "id-" + i), seen);
    }

    [Fact]
    public async Task GetFeed_NobodyWroteForTheUser_IsEmpty()
    {
        var page = await First.Http.GetFromJsonAsync<FeedPage>($"/v1/feeds/{FakeGroup.KeyIn(2)}");
        Assert.Empty(page!.Entries);
    }

    [Theory]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=1001", "limit")]
    [InlineData("limit=x", "limit")]
    [InlineData("before=x", "before")]
    [InlineData("before=AgAA", "before")]
    public async Task GetFeed_BadParameter_NamesIt(string query, string field)
    {
        using var response = await First.Http.GetAsync("/v1/feeds/user?" + query);
        await AssertInvalidAsync(response, field);
    }

    [Fact]
    public async Task GetFeed_PartitionBeingRestored_WaitsForIt()
    {
        var user = FakeGroup.KeyIn(1);
        Fill(1, user, 1);
        var context = _group.Replicas[1].Stop(FakeStage.Feeds, 1, isRestoring: true);
        var here = _group.Replicas[1].Http.GetFromJsonAsync<FeedPage>($"/v1/feeds/{user}");
        await _group.Replicas[1].WaitForReadsAsync(FakeStage.Feeds, 1, more: 2);
        var forwarded = First.WaitForOwnerLookupsAsync(more: 1);
        var passedOn = First.Http.GetFromJsonAsync<FeedPage>($"/v1/feeds/{user}");
        await forwarded;
        await _group.Replicas[1].WaitForReadsAsync(FakeStage.Feeds, 1, more: 4);
        Assert.False(here.IsCompleted || passedOn.IsCompleted);
        _group.Replicas[1].Run(FakeStage.Feeds, 1, context.Restored());
        Assert.Single((await here)!.Entries);
        Assert.Single((await passedOn)!.Entries);
    }

    [Fact]
    public async Task GetFeed_PartitionNowhere_Answers503WithRetryAfter()
    {
        _group.Replicas[1].Stop(FakeStage.Feeds, 1);
        _group.SetOwner(FakeStage.Feeds, 1, null);
        await Task.WhenAll(_group.Replicas.Select(async replica =>
        {
            using var response = await replica.Http.GetAsync($"/v1/feeds/{FakeGroup.KeyIn(1)}");
            await AssertUnavailableAsync(response);
        }));
    }

    [Fact]
    public async Task GetFeed_MembersAreBehind_LooksAgainUntilTheyAreNot()
    {
        var user = FakeGroup.KeyIn(1);
        Fill(1, user, 1);
        _group.Replicas[2].Run(FakeStage.Feeds, 1, _group.Replicas[1].Stop(FakeStage.Feeds, 1).Restored());
        // The second lookup comes after the first owner did not answer.
        var lookups = First.WaitForOwnerLookupsAsync(more: 2);
        var answer = First.Http.GetFromJsonAsync<FeedPage>($"/v1/feeds/{user}");
        await lookups;
        Assert.False(answer.IsCompleted);
        _group.SetOwner(FakeStage.Feeds, 1, _group.Replicas[2]);
        Assert.Single((await answer)!.Entries);
    }

    [Fact]
    public async Task GetFeed_ForwardedToAReplicaWithoutThePartition_Answers421()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/feeds/{FakeGroup.KeyIn(1)}");
        request.Headers.Add(PeerRequests.ForwardedHeader, "1");
        using var response = await First.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.MisdirectedRequest, response.StatusCode);
    }

    [Fact]
    public async Task GetFeed_OwnerIsGone_AsksItsSuccessor()
    {
        var user = FakeGroup.KeyIn(1);
        Fill(1, user, 1);
        await _group.Replicas[1].StopServerAsync();
        // The second lookup comes after the first owner did not answer.
        var lookups = First.WaitForOwnerLookupsAsync(more: 2);
        var answer = First.Http.GetFromJsonAsync<FeedPage>($"/v1/feeds/{user}");
        await lookups;
        Assert.False(answer.IsCompleted);
        _group.Move(FakeStage.Feeds, 1, _group.Replicas[1], _group.Replicas[2]);
        Assert.Single((await answer)!.Entries);
    }

    [Fact]
    public async Task BatchGet_UsersOfAllReplicas_KeepsTheirOrder()
    {
        var users = Enumerable.Range(0, 300).Select(i => "key-" + i).ToList();
        foreach (var (user, number) in users.Select((user, number) => (user, number)))
            Fill(FakeGroup.PartitionOf(user), user, number % 4);
        using var response = await First.Http.PostAsJsonAsync("/v1/feeds:batchGet", new { users, limit = 3 });
        var batch = await response.Content.ReadFromJsonAsync<Batch<FeedPage>>();
        Assert.Equal(users, batch!.Items.Select(page => page.User));
        Assert.Equal(Enumerable.Range(0, 300).Select(i => i % 4), batch.Items.Select(page => page.Entries.Count));
    }

    [Fact]
    public async Task BatchGet_OnePartitionNowhere_AnswersNothing()
    {
        _group.Replicas[2].Stop(FakeStage.Feeds, 2);
        using var response = await First.Http.PostAsJsonAsync("/v1/feeds:batchGet", new { users = Enumerable.Range(0, 6).Select(i => FakeGroup.KeyIn(i)) });
        await AssertUnavailableAsync(response);
    }

    [Theory]
    [InlineData("{}", "users")]
    [InlineData("""{"users":[]}""", "users")]
    [InlineData("""{"users":["a",""]}""", "users[1]")]
    [InlineData("""{"users":["a"],"limit":0}""", "limit")]
    [InlineData("""{"users":["a"],"limit":"many"}""", "limit")]
    [InlineData("""{"users":["a","b"],"limit":1000,"limit":1}""", "limit")]
    [InlineData("""{"users":["a"],"maxFeedBytes":0}""", "maxFeedBytes")]
    [InlineData("nothing", "$")]
    public async Task BatchGet_BadBody_NamesTheField(string body, string field)
    {
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var response = await First.Http.PostAsync("/v1/feeds:batchGet", content);
        await AssertInvalidAsync(response, field);
    }

    [Fact]
    public async Task BatchGet_OneUserAThousandTimes_IsAnsweredOnce()
    {
        var user = FakeGroup.KeyIn(1);
        Fill(1, user, 5);
        using var response = await First.Http.PostAsJsonAsync("/v1/feeds:batchGet", new { users = Enumerable.Repeat(user, 1000), limit = 1000 });
        var batch = await response.Content.ReadFromJsonAsync<Batch<FeedPage>>();
        Assert.Equal(5, Assert.Single(batch!.Items).Entries.Count);
    }

    [Fact]
    public async Task BatchGet_MoreEntriesThanAnAnswerMayHave_NamesTheLimit()
    {
        using var response = await First.Http.PostAsJsonAsync("/v1/feeds:batchGet", new { users = Enumerable.Range(0, 1000).Select(i => $"key-{i}"), limit = 51 });
        await AssertInvalidAsync(response, "limit");
    }

    [Fact]
    public async Task BatchGet_FeedsOfLargeEntries_AreCutByBytesAndContinuedPageByPage()
    {
        var users = Enumerable.Range(0, 6).Select(partition => FakeGroup.KeyIn(partition)).ToList();
        foreach (var (partition, user) in users.Index())
            FillLarge(partition, user, 4, textLength: 10_000);
        using var response = await First.Http.PostAsJsonAsync("/v1/feeds:batchGet", new { users, limit = 4, maxFeedBytes = 25_000 });
        var batch = await response.Content.ReadFromJsonAsync<Batch<FeedPage>>();
        Assert.All(batch!.Items, page => Assert.Equal(["id-3", "id-2"], page.Entries.Select(entry => entry.ActionId)));
        foreach (var page in batch.Items)
        {
            var rest = await First.Http.GetFromJsonAsync<FeedPage>($"/v1/feeds/{page.User}?before={page.Next}");
            Assert.Equal(["id-1", "id-0"], rest!.Entries.Select(entry => entry.ActionId));
        }
    }

    [Fact]
    public async Task BatchGet_FirstEntryDoesNotFit_PageIsEmptyAndItsNextBeginsTheFeed()
    {
        var user = FakeGroup.KeyIn(1);
        FillLarge(1, user, 2, textLength: 10_000);
        using var response = await First.Http.PostAsJsonAsync("/v1/feeds:batchGet", new { users = new[] { user }, maxFeedBytes = 100 });
        var page = Assert.Single((await response.Content.ReadFromJsonAsync<Batch<FeedPage>>())!.Items);
        Assert.Empty(page.Entries);
        var rest = await First.Http.GetFromJsonAsync<FeedPage>($"/v1/feeds/{user}?before={page.Next}");
        Assert.Equal(["id-1", "id-0"], rest!.Entries.Select(entry => entry.ActionId));
    }

    [Fact]
    public async Task BatchGet_BodyOfMegabytes_413()
    {
        using var content = new StringContent($$"""{"users":["a"],"more":"{{new string('x', 2_000_000)}}"}""", System.Text.Encoding.UTF8, "application/json");
        using var response = await First.Http.PostAsync("/v1/feeds:batchGet", content);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
    }

    [Fact]
    public async Task GetFeed_IdLongerThanIngestAccepts_NamesIt()
    {
        using var response = await First.Http.GetAsync("/v1/feeds/" + new string('x', 65));
        await AssertInvalidAsync(response, "user");
    }

    [Fact]
    public async Task OpenApi_IsServed_WithEveryPublicPath()
    {
        var document = await First.Http.GetFromJsonAsync<JsonElement>("/openapi/v1.json");
        Assert.Equal(
            ["/v1/content/{id}/stats", "/v1/content:batchGetStats", "/v1/feeds/{user}", "/v1/feeds/{user}/stream", "/v1/feeds:batchGet", "/v1/notifications/{user}", "/v1/notifications/{user}/stream", "/v1/trending"],
            document.GetProperty("paths").EnumerateObject().Select(path => path.Name).Order(StringComparer.Ordinal));
    }

    private static async Task AssertInvalidAsync(HttpResponseMessage response, string field)
    {
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var problem = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(field, problem.GetProperty("errors").EnumerateObject().Single().Name);
    }

    private static async Task AssertUnavailableAsync(HttpResponseMessage response)
    {
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(1), response.Headers.RetryAfter?.Delta);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var problem = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal("partition_moving", problem.GetProperty("reason").GetString());
    }

    private void FillLarge(int partition, string user, int entries, int textLength)
    {
        for (var i = 0; i < entries; i++)
        {
            var update = Update("id-" + i, i, user);
            update.Text = new string('x', textLength);
            _group.Replicas[partition % 3].Process(FakeStage.Feeds, partition, update);
        }
    }

    private void Fill(int partition, string user, int entries)
    {
        for (var i = 0; i < entries; i++)
            _group.Replicas[partition % 3].Process(FakeStage.Feeds, partition, Update("id-" + i, i, user));
    }
}
