using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using StreamSocial.Integration.Tests.Topology;

namespace StreamSocial.Integration.Tests.Feeds;

/// <summary>What a user does reaches the feeds of who follows, read through any replica.</summary>
[Collection(nameof(EmbeddedTopology))]
public sealed class FeedFlowTests(TopologyFixture fixture)
{
    private readonly RunningTopology _topology = fixture.Topology;

    [Fact]
    public async Task Post_WithFollowers_IsInEachFeedThroughEveryReplica()
    {
        await _topology.PostAsync(
            new { type = "follow", userId = "flow-b", targetUserId = "flow-a" },
            new { type = "follow", userId = "flow-c", targetUserId = "flow-a" },
            new { actionId = "flow-1", type = "post", userId = "flow-a", contentId = "flow-p1", text = "hello" });

        foreach (var generator in new[] { 1, 2 })
        {
            using var client = _topology.Generator(generator);
            foreach (var user in new[] { "flow-b", "flow-c" })
            {
                var entry = Assert.Single(await _topology.ReadFeedAsync(client, user, count: 1));
                Assert.Equal(("flow-1", "flow-a"), (entry.GetProperty("actionId").GetString(), entry.GetProperty("authorId").GetString()));
            }
        }
    }

    [Fact]
    public async Task Post_AfterUnfollow_IsNotInTheFeed()
    {
        await _topology.PostAsync(
            new { type = "follow", userId = "gone-b", targetUserId = "gone-a" },
            new { type = "post", userId = "gone-a", contentId = "gone-p1" },
            new { type = "unfollow", userId = "gone-b", targetUserId = "gone-a" },
            new { type = "post", userId = "gone-a", contentId = "gone-p2" },
            new { type = "follow", userId = "gone-b", targetUserId = "gone-a" },
            new { type = "post", userId = "gone-a", contentId = "gone-p3" });

        using var client = _topology.Generator(1);
        var entries = await _topology.ReadFeedAsync(client, "gone-b", count: 2);
        Assert.Equal(["gone-p1", "gone-p3"], entries.Select(entry => entry.GetProperty("contentId").GetString()!).Order());
    }

    [Fact]
    public async Task Action_SentTwiceWithTheSameId_IsAppliedOnce()
    {
        var like = new { actionId = "twice-1", type = "like", userId = "twice-a", contentId = "twice-p", contentAuthorId = "twice-b" };
        await _topology.PostAsync(like);
        await _topology.PostAsync(like);
        await _topology.PostAsync(new { actionId = "twice-2", type = "like", userId = "twice-a", contentId = "twice-q" });

        // The second like comes after the repeat in the same partition, so its count says that the repeat was seen.
        await LikesAsync("twice-q", 1);
        await LikesAsync("twice-p", 1);
    }

    [Fact]
    public async Task Interactions_Views_AreCountedAndTrend()
    {
        using var response = await _topology.Ingest.PostAsJsonAsync("/v1/interactions", Enumerable.Range(0, 20)
            .Select(i => new { interactionId = $"v{i}", type = "view", contentId = "seen-p", userId = $"seen-{i}" }));
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);

        using var client = _topology.Generator(2);
        await Eventually.TrueAsync("20 views", async () => await StatAsync(client, "seen-p", "views") == 20, () => "fewer");
        var trending = await client.GetStringAsync("/v1/trending?limit=100");
        Assert.Contains("seen-p", trending, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Actions_InvalidBody_AnswersProblemThatNamesTheField()
    {
        using var response = await _topology.Ingest.PostAsJsonAsync("/v1/actions", new { type = "follow", userId = "x" });

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.Contains("targetUserId", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private async Task LikesAsync(string content, int expected)
    {
        using var client = _topology.Generator(1);
        var likes = -1L;
        await Eventually.TrueAsync($"{content} has {expected} likes", async () => (likes = await StatAsync(client, content, "likes")) == expected, () => $"{likes}");
    }

    private static async Task<long> StatAsync(HttpClient client, string content, string name)
    {
        using var stats = JsonDocument.Parse(await client.GetStringAsync($"/v1/content/{content}/stats"));
        return stats.RootElement.GetProperty(name).GetInt64();
    }
}
