using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using StreamSocial.Events;
using StreamSocial.Events.Topics;
using StreamSocial.Integration.Tests.Topology;
using StreamSocial.Topics;

namespace StreamSocial.Integration.Tests.Feeds;

/// <summary>The largest and oddest requests that are legal end nobody: all of them take effect once, and every replica stays the process that it was. On embedded and on real brokers.</summary>
public sealed class LargeRequestTests
{
    private const int Posts = 64;
    private const int Followers = 4_700;
    private const int FollowsPerRequest = 470;

    private static readonly string[] Services = ["ingest", "feed-generator-1", "feed-generator-2"];

    /// <summary>The longest text that ingest takes by default, each of whose characters is four bytes.</summary>
    private static readonly string LongestText = string.Concat(Enumerable.Repeat("😀", 5_000));

    [Theory]
    [InlineData("embedded")]
    [InlineData("process")]
    public async Task Requests_AsLargeAsTheyMayBe_TakeEffectAndEndNobody(string source)
    {
        if (source == "process" && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("KAFKA_HOME")))
            Assert.Skip("KAFKA_HOME is not set: set it to a Kafka distribution (a directory with libs/*.jar) to run this on real brokers.");
        await using var topology = await RunningTopology.StartAsync(generators: 2, $"--Kafka:Source={source}", "--Dashboard:Enabled=false");
        var before = Services.Select(topology.ProcessIdOf).ToArray();
        using var client = topology.Generator(1);

        // Thousands of followers whose feeds are in one partition, so that one post goes there to all of them.
        var crowd = IdsOfPartition(7).Take(Followers).ToArray();
        foreach (var some in crowd.Chunk(FollowsPerRequest))
            await topology.PostUntilAcknowledgedAsync([.. some.Select(user => (object)new { actionId = "f1", type = "follow", userId = user, targetUserId = "star" })]);
        await topology.PostUntilAcknowledgedAsync(new { actionId = "p1", type = "post", userId = "star", contentId = "to-all", text = "hello" });

        await topology.PostUntilAcknowledgedAsync(new { actionId = "f1", type = "follow", userId = "reader", targetUserId = "writer" });
        for (var i = 0; i < Posts; i++)
            await topology.PostUntilAcknowledgedAsync(new { actionId = $"w{i}", type = "post", userId = "writer", contentId = $"long-{i}", text = LongestText });

        using (var repeated = await topology.Ingest.PostAsync("/v1/actions", Json(MentionsGivenTwice()), TestContext.Current.CancellationToken))
            Assert.Equal(HttpStatusCode.BadRequest, repeated.StatusCode);
        for (var i = 0; i < 3; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/interactions") { Content = Json("""{"type":"view","userId":"viewer","contentId":"seen"}""") };
            request.Headers.Add("Idempotency-Key", "k");
            using var answer = await topology.Ingest.SendAsync(request, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        }

        // All of them had the same action id, each its own.
        foreach (var user in new[] { crowd[0], crowd[Followers / 2], crowd[^1] })
            Assert.Equal("to-all", Assert.Single(await topology.ReadFeedAsync(client, user, count: 1)).GetProperty("contentId").GetString());
        var entries = await topology.ReadFeedAsync(client, "reader", Posts);
        Assert.Equal(Enumerable.Range(0, Posts).Select(i => $"long-{i}"), entries.OrderBy(entry => entry.GetProperty("arrival").GetInt64()).Select(entry => entry.GetProperty("contentId").GetString()));
        Assert.All(entries, entry => Assert.Equal(LongestText, entry.GetProperty("text").GetString()));
        await Eventually.TrueAsync("the view is counted once", async () => await ViewsAsync(client) == 1, () => "it is not");

        foreach (var service in Services)
            await topology.HealthyAsync(service);
        Assert.Equal(before, Services.Select(topology.ProcessIdOf));
    }

    private static IEnumerable<string> IdsOfPartition(int partition) => Enumerable.Range(0, int.MaxValue)
        .Select(i => i.ToString("x", CultureInfo.InvariantCulture)).Where(id => KeyPartitioner.PartitionOf(id, SmallFeedUpdates) == partition);

    private static int SmallFeedUpdates => StreamSocialTopics.For(TopologyProfile.Small)[TopicNames.FeedUpdates].Partitions;

    private static string MentionsGivenTwice()
    {
        var mentions = $"\"mentionedUserIds\":[{string.Join(',', Enumerable.Range(0, 50).Select(i => $"\"{new string((char)('a' + (i % 26)), 60)}{i}\""))}]";
        return $"{{\"type\":\"post\",\"userId\":\"a\",\"text\":\"t\",{string.Join(',', Enumerable.Repeat(mentions, 120))}}}";
    }

    private static StringContent Json(string json) => new(json, Encoding.UTF8, "application/json");

    private static async Task<long> ViewsAsync(HttpClient client)
    {
        using var stats = JsonDocument.Parse(await client.GetStringAsync("/v1/content/seen/stats", TestContext.Current.CancellationToken));
        return stats.RootElement.GetProperty("views").GetInt64();
    }
}
