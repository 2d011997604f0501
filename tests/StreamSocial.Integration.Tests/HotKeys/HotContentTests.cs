using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using StreamSocial.Integration.Tests.Topology;

namespace StreamSocial.Integration.Tests.HotKeys;

/// <summary>A content goes hot while replicas come and go; every interaction is counted once.</summary>
public sealed class HotContentTests(ITestOutputHelper output)
{
    private const int Rounds = 60;
    private const int ViewsPerRound = 100;
    private const int LikesPerRound = 20;
    private const int Spread = 6;

    [Fact]
    public async Task Counts_ContentGoesHotWhileReplicasComeAndGo_AreExact()
    {
        await using var topology = await RunningTopology.StartAsync(
            generators: 1, "--Kafka:Source=embedded", $"--Ingest:HotKeys:Partitions={Spread}", "--Ingest:HotKeys:MinRecordsPerSecond=50", "--Ingest:HotKeys:HalfLife=00:00:01");
        for (var round = 0; round < Rounds; round++)
        {
            if (round == Rounds / 3)
                await CommandAsync(topology, "feed-generator-2", KnownResourceCommands.StartCommand);
            if (round == Rounds * 2 / 3)
            {
                await topology.HealthyAsync("feed-generator-2");
                await CommandAsync(topology, "feed-generator-2", KnownResourceCommands.StopCommand);
            }

            await PostViewsAsync(topology, "viral", round, ViewsPerRound);
            await PostViewsAsync(topology, $"quiet-{round}", round, 1);
            await topology.PostAsync([.. Enumerable.Range(0, LikesPerRound).Select(i => (object)new
            {
                actionId = $"like-{round}-{i}", type = "like", userId = $"fan-{round}-{i}", contentId = "viral",
            })]);
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }

        using var client = topology.Generator(1);
        var counts = (Views: 0L, Likes: 0L, Partitions: 0L);
        await Eventually.TrueAsync($"{Rounds * ViewsPerRound} views and {Rounds * LikesPerRound} likes", async () =>
        {
            using var stats = JsonDocument.Parse(await client.GetStringAsync("/v1/content/viral/stats"));
            counts = ReadCounts(stats.RootElement);
            return (counts.Views, counts.Likes) == (Rounds * ViewsPerRound, Rounds * LikesPerRound);
        }, () => $"{counts}");
        Assert.Equal(Spread, counts.Partitions);

        using var trend = JsonDocument.Parse(await client.GetStringAsync("/v1/trending?limit=1"));
        var first = Assert.Single(trend.RootElement.GetProperty("contents").EnumerateArray()).GetProperty("stats");
        Assert.Equal("viral", first.GetProperty("contentId").GetString());
        Assert.Equal(counts, ReadCounts(first));
        output.WriteLine($"{counts.Views} views and {counts.Likes} likes in {counts.Partitions} partitions, two replicas for a third of the time");
    }

    private static (long Views, long Likes, long Partitions) ReadCounts(JsonElement stats) =>
        (stats.GetProperty("views").GetInt64(), stats.GetProperty("likes").GetInt64(), stats.GetProperty("partitions").GetInt64());

    private static async Task PostViewsAsync(RunningTopology topology, string content, int round, int count)
    {
        using var response = await topology.Ingest.PostAsJsonAsync("/v1/interactions", Enumerable.Range(0, count)
            .Select(i => new { interactionId = $"view-{content}-{round}-{i}", type = "view", contentId = content, userId = $"fan-{i}" }));
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
    }

    private static async Task CommandAsync(RunningTopology topology, string resource, string command)
    {
        var result = await topology.Commands.ExecuteCommandAsync(resource, command, TestContext.Current.CancellationToken);
        Assert.True(result.Success, $"{command} of {resource}: {result.Message}");
    }
}
