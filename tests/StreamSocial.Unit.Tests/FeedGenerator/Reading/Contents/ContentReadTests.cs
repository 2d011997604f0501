using System.Net;
using System.Net.Http.Json;
using StreamSocial.Events;
using StreamSocial.Events.Keys;
using StreamSocial.FeedGenerator.Engagement;
using StreamSocial.FeedGenerator.Reading.Contents;
using StreamSocial.FeedGenerator.Reading.Routing;

namespace StreamSocial.Unit.Tests.FeedGenerator.Reading.Contents;

public sealed class ContentReadTests : IAsyncLifetime
{
    private const long Start = 1_340_000_000_000;
    private FakeGroup _group = null!;

    public async ValueTask InitializeAsync() => _group = await FakeGroup.StartAsync(3, ("Reading:WaitForPartition", "00:00:06"));

    public ValueTask DisposeAsync() => _group.DisposeAsync();

    [Fact]
    public async Task GetStats_AnyReplica_GivesTheCounters()
    {
        var content = FakeGroup.KeyIn(1);
        Interact(content, InteractionType.Like, Start);
        Interact(content, InteractionType.View, Start + 5);
        foreach (var replica in _group.Replicas)
        {
            var stats = await replica.Http.GetFromJsonAsync<ContentStatsView>($"/v1/content/{content}/stats");
            Assert.Equal(new ContentStatsView(content, 1, 0, 0, 1, 0, 0, Start + 5), stats);
            var untouched = await replica.Http.GetFromJsonAsync<ContentStatsView>($"/v1/content/{FakeGroup.KeyIn(2)}/stats");
            Assert.Equal(new ContentStatsView(FakeGroup.KeyIn(2), 0, 0, 0, 0, 0, 0, null), untouched);
        }
    }

    [Fact]
    public async Task BatchGetStats_ContentsOfAllReplicas_KeepsTheirOrder()
    {
        var contents = Enumerable.Range(0, 50).Select(i => "key-" + i).ToList();
        for (var i = 0; i < contents.Count; i++)
        {
            for (var shares = 0; shares < i; shares++)
                Interact(contents[i], InteractionType.Share, Start);
        }

        using var response = await _group.Replicas[0].Http.PostAsJsonAsync("/v1/content:batchGetStats", new { contents });
        var batch = await response.Content.ReadFromJsonAsync<Batch<ContentStatsView>>();
        Assert.Equal(contents, batch!.Items.Select(stats => stats.ContentId));
        Assert.Equal(Enumerable.Range(0, 50).Select(i => (long)i), batch.Items.Select(stats => stats.Shares));
    }

    [Fact]
    public async Task GetTrending_AnyReplica_MergesAllPartitions()
    {
        for (var i = 0; i < 40; i++)
        {
            for (var likes = 0; likes <= i; likes++)
                Interact("key-" + i, InteractionType.Like, Start);
        }

        // One half-life later a like weighs twice.
        Interact("late", InteractionType.Like, Start + 3_600_000);
        foreach (var replica in _group.Replicas)
        {
            var trend = await replica.Http.GetFromJsonAsync<TrendingPage>("/v1/trending?limit=5");
            Assert.Equal(["key-39", "key-38", "key-37", "key-36", "key-35"], trend!.Contents.Select(content => content.Stats.ContentId));
            Assert.Equal((Start, 6, 0), (trend.AsOf, trend.Partitions, trend.UnknownPartitions));
            Assert.Equal(160, trend.Contents[0].Score, 1e-6);
            trend = await replica.Http.GetFromJsonAsync<TrendingPage>("/v1/trending?limit=100");
            Assert.Equal(41, trend!.Contents.Count);
            Assert.Equal(80, trend.Contents[0].Score, 1e-6);
            Assert.Equal(4, trend.Contents.Single(content => content.Stats.ContentId == "late").Score, 1e-6);
        }
    }

    [Fact]
    public async Task GetTrending_PartitionsUnknown_SaysHowMany()
    {
        Interact(FakeGroup.KeyIn(0), InteractionType.Like, Start);
        _group.Replicas[1].Stop(FakeStage.Engagement, 1);
        await _group.Replicas[2].StopServerAsync();
        var trend = await _group.Replicas[0].Http.GetFromJsonAsync<TrendingPage>("/v1/trending");
        Assert.Equal((6, 3), (trend!.Partitions, trend.UnknownPartitions));
        Assert.Equal(FakeGroup.KeyIn(0), Assert.Single(trend.Contents).Stats.ContentId);
    }

    [Fact]
    public async Task GetTrending_HalfLifeIsAnotherThanBefore_IsThatOfTheConfiguredOne()
    {
        var context = _group.Replicas[1].Stop(FakeStage.Engagement, 1).Restored();
        var like = new ContentInteraction { InteractionId = "i", Type = InteractionType.Like, ContentId = FakeGroup.KeyIn(1), UserId = "u", OccurredAt = Start };
        new EngagementProcessor(context, new() { TrendHalfLife = TimeSpan.FromMinutes(30) }).Process(like, new FakeEmitter());
        _group.Replicas[1].Run(FakeStage.Engagement, 1, context.Restored());

        foreach (var replica in _group.Replicas)
        {
            var trend = await replica.Http.GetFromJsonAsync<TrendingPage>("/v1/trending");
            Assert.Equal(4, Assert.Single(trend!.Contents).Score, 1e-6);
        }
    }

    [Fact]
    public async Task GetTrending_BadLimit_IsRefused()
    {
        using var response = await _group.Replicas[0].Http.GetAsync("/v1/trending?limit=101");
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("limit", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task GetStats_SpreadContent_MergesThePartsOfAllReplicasEachOnce()
    {
        var content = FakeGroup.KeyIn(1);
        for (var i = 0; i < 100; i++)
            Interact(content, InteractionType.View, Start + i, $"i{i}", spread: 5);
        Interact(FakeGroup.KeyIn(4), InteractionType.Like, Start);
        var owner = 2;
        _group.Move(FakeStage.Engagement, 4, from: _group.Replicas[1], to: _group.Replicas[owner]);

        foreach (var replica in _group.Replicas)
        {
            var stats = await replica.Http.GetFromJsonAsync<ContentStatsView>($"/v1/content/{content}/stats");
            Assert.Equal(new ContentStatsView(content, 100, 0, 0, 0, 0, 0, Start + 99, Partitions: 5), stats);
            // A batch is a set: what is asked for twice is answered once.
            using var response = await replica.Http.PostAsJsonAsync("/v1/content:batchGetStats", new { contents = new[] { FakeGroup.KeyIn(4), content, content } });
            var batch = await response.Content.ReadFromJsonAsync<Batch<ContentStatsView>>();
            Assert.Equal([(0, 1, 1), (100, 0, 5)], batch!.Items.Select(item => (item.Views, item.Likes, item.Partitions)));
        }
    }

    [Fact]
    public async Task GetStats_PartRestoring_WaitsForIt()
    {
        var content = FakeGroup.KeyIn(1);
        for (var i = 0; i < 50; i++)
            Interact(content, InteractionType.View, Start, $"i{i}", spread: FakeGroup.Partitions);
        var owner = _group.Replicas[2];
        var state = owner.Stop(FakeStage.Engagement, 2, isRestoring: true);

        var reading = _group.Replicas[0].Http.GetFromJsonAsync<ContentStatsView>($"/v1/content/{content}/stats");
        await owner.WaitForReadsAsync(FakeStage.Engagement, 2, 1);
        owner.Run(FakeStage.Engagement, 2, state.Restored());
        Assert.Equal(50, (await reading)!.Views);
    }

    [Fact]
    public async Task GetTrending_SpreadContent_RanksByTheSumOfItsParts()
    {
        for (var i = 0; i < 60; i++)
            Interact(FakeGroup.KeyIn(1), InteractionType.Like, Start, $"i{i}", spread: FakeGroup.Partitions);
        for (var partition = 0; partition < FakeGroup.Partitions; partition++)
        {
            // More than any one part, and less than the sum.
            for (var likes = 0; likes < 30; likes++)
                Interact(FakeGroup.KeyIn(partition, number: 1), InteractionType.Like, Start);
        }

        foreach (var replica in _group.Replicas)
        {
            var trend = await replica.Http.GetFromJsonAsync<TrendingPage>("/v1/trending?limit=2");
            Assert.Equal(2, trend!.Contents.Count);
            Assert.Equal(new ContentStatsView(FakeGroup.KeyIn(1), 0, 0, 0, 60, 0, 0, Start, FakeGroup.Partitions), trend.Contents[0].Stats);
            Assert.Equal(240, trend.Contents[0].Score, 1e-6);
            Assert.Equal(120, trend.Contents[1].Score, 1e-6);
        }
    }

    [Fact]
    public async Task GetTrending_PartsWithoutWeight_CountWithTheRest()
    {
        var content = FakeGroup.KeyIn(1);
        for (var i = 0; i < 40; i++)
            Interact(content, InteractionType.Impression, Start, $"i{i}", spread: FakeGroup.Partitions);
        Interact(FakeGroup.KeyIn(2), InteractionType.Impression, Start);
        Interact(content, InteractionType.Like, Start);

        var trend = await _group.Replicas[0].Http.GetFromJsonAsync<TrendingPage>("/v1/trending");
        Assert.Equal(new ContentStatsView(content, 0, 40, 0, 1, 0, 0, Start, FakeGroup.Partitions), Assert.Single(trend!.Contents).Stats);
    }

    [Fact]
    public async Task GetParts_PartitionThatDoesNotExist_IsRefused()
    {
        using var response = await _group.Replicas[0].Http.PostAsJsonAsync("/v1/content/parts", new { parts = new[] { new { contentId = "c", partition = FakeGroup.Partitions } } });
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    private void Interact(string content, InteractionType type, long at, string id = "i", int spread = 0) => Process(
        ContentPartitions.PartitionOf(content, id, spread, FakeGroup.Partitions),
        new ContentInteraction { InteractionId = id, Type = type, ContentId = content, UserId = "u", OccurredAt = at, Spread = spread });

    /// <summary>Processes an interaction, and what it leads to in the same topic.</summary>
    private void Process(int partition, ContentInteraction interaction)
    {
        var owner = _group.Replicas[partition % 3];
        foreach (var emitted in owner.Process(FakeStage.Engagement, partition, interaction).All.Where(emitted => emitted.Topic == TopicNames.ContentInteractions))
            Process(emitted.Partition!.Value, (ContentInteraction)emitted.Payload!);
    }
}
