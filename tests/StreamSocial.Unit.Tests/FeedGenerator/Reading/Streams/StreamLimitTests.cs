using System.Diagnostics;
using System.Net;
using System.Text.Json;

namespace StreamSocial.Unit.Tests.FeedGenerator.Reading.Streams;

/// <summary>What streams may cost a replica.</summary>
public sealed class StreamLimitTests
{
    private static readonly string User = FakeGroup.KeyIn(1);

    [Theory]
    [InlineData("ClientLimits:StreamsPerClient", "feeds")]
    [InlineData("ClientLimits:Streams", "notifications")]
    public async Task Open_OneMoreThanAllowed_429UntilAnotherCloses(string limit, string of)
    {
        await using var group = await FakeGroup.StartAsync(1, (limit, "2"));
        using var first = await EventStreamClient.OpenAsync(group.Replicas[0], User, of: of);
        using (await EventStreamClient.OpenAsync(group.Replicas[0], User, of: of))
        {
            using var third = await group.Replicas[0].Http.GetAsync($"/v1/{of}/{User}/stream");

            Assert.Equal(HttpStatusCode.TooManyRequests, third.StatusCode);
            Assert.Equal(TimeSpan.FromSeconds(5), third.Headers.RetryAfter?.Delta);
            Assert.Equal("too_many_streams", JsonDocument.Parse(await third.Content.ReadAsStringAsync()).RootElement.GetProperty("reason").GetString());
            using var page = await group.Replicas[0].Http.GetAsync($"/v1/{of}/{User}");
            Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        }

        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            using var again = await group.Replicas[0].Http.GetAsync($"/v1/{of}/{User}/stream", HttpCompletionOption.ResponseHeadersRead);
            if (again.StatusCode == HttpStatusCode.OK)
                return;
            Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(20), "The closed stream should make room within 20 s.");
            await Task.Delay(20);
        }
    }

    [Fact]
    public async Task Open_ThroughAnotherReplica_CountsWhereTheClientIs()
    {
        await using var group = await FakeGroup.StartAsync(2, ("ClientLimits:StreamsPerClient", "1"), ("Peers:Secret", "secret-of-this-test"));
        using var relayed = await EventStreamClient.OpenAsync(group.Replicas[0], User);
        using var alsoRelayed = await group.Replicas[0].Http.GetAsync($"/v1/feeds/{User}/stream");
        using var own = await EventStreamClient.OpenAsync(group.Replicas[1], User);

        Assert.Equal(HttpStatusCode.TooManyRequests, alsoRelayed.StatusCode);
    }

    /// <summary>Without a secret a replica takes the others for clients; the stream waits as while its partition moves, and is opened when another one ends.</summary>
    [Fact]
    public async Task Open_ThroughAnotherReplicaThatHasTooManyAndNoSecret_WaitsForOneToEnd()
    {
        await using var group = await FakeGroup.StartAsync(2, ("ClientLimits:StreamsPerClient", "1"), ("Reading:WaitForPartition", "00:00:10"));
        Task<EventStreamClient> relayed;
        using (await EventStreamClient.OpenAsync(group.Replicas[1], User))
        {
            relayed = EventStreamClient.OpenAsync(group.Replicas[0], User);
            await group.Replicas[0].WaitForReadsAsync(FakeStage.Feeds, 1, more: 3);
            Assert.False(relayed.IsCompleted);
        }

        using var opened = await relayed;
        await opened.ReadPositionAsync();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Stream_LivesItsTime_IsToldToConnectAgainAndKeepsItsPlace(int replica)
    {
        await using var group = await FakeGroup.StartAsync(2, ("ClientLimits:StreamLifetime", "00:00:01"), ("Peers:Secret", "secret-of-this-test"));
        using var client = await EventStreamClient.OpenAsync(group.Replicas[replica], User, after: "0");
        group.Replicas[1].Process(FakeStage.Feeds, 1, Entries.Update("id-1", 1, User));

        Assert.Equal("id-1", await client.NextAsync());
        Assert.StartsWith("reconnect: ", await client.NextAsync(), StringComparison.Ordinal);
        Assert.Equal("1", client.LastArrival);
        Assert.Null(await client.NextAsync());
    }

    [Fact]
    public async Task Stream_OfNotificationsLivesItsTime_IsToldToConnectAgain()
    {
        await using var group = await FakeGroup.StartAsync(1, ("ClientLimits:StreamLifetime", "00:00:01"));
        using var client = await EventStreamClient.OpenAsync(group.Replicas[0], User, of: "notifications");

        Assert.StartsWith("reconnect: ", await client.NextAsync(), StringComparison.Ordinal);
        Assert.Null(await client.NextAsync());
    }

    /// <summary>Each of fifty streams would read its feed at each check.</summary>
    [Fact]
    public async Task Stream_ManyAreIdle_TheirTaskIsReadOnceACheck()
    {
        const int Reads = 20;
        var check = TimeSpan.FromMilliseconds(50);
        await using var group = await FakeGroup.StartAsync(1, ("Reading:OwnershipCheck", check.ToString()), ("Reading:Heartbeat", "00:01:00"));
        var clients = new List<EventStreamClient>();
        for (var i = 0; i < 50; i++)
        {
            clients.Add(await EventStreamClient.OpenAsync(group.Replicas[0], FakeGroup.KeyIn(1, i)));
            await clients[^1].ReadPositionAsync();
        }

        await group.Replicas[0].WaitForReadsAsync(FakeStage.Feeds, 1, more: 2);
        var started = Stopwatch.GetTimestamp();
        await group.Replicas[0].WaitForReadsAsync(FakeStage.Feeds, 1, Reads);

        Assert.InRange(Stopwatch.GetElapsedTime(started), Reads * check / 2, TimeSpan.MaxValue);
        foreach (var client in clients)
            client.Dispose();
    }

    [Fact]
    public async Task Read_MoreOftenThanAllowed_429WithAReason()
    {
        await using var group = await FakeGroup.StartAsync(1, ("ClientLimits:RequestsPerSecond", "2"));

        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => group.Replicas[0].Http.GetAsync($"/v1/feeds/{User}")));

        var refused = answers.Where(answer => answer.StatusCode == HttpStatusCode.TooManyRequests).ToList();
        Assert.NotEmpty(refused);
        Assert.Contains(answers, answer => answer.StatusCode == HttpStatusCode.OK);
        Assert.Equal(TimeSpan.FromSeconds(1), refused[0].Headers.RetryAfter?.Delta);
        Assert.Equal("too_many_requests", JsonDocument.Parse(await refused[0].Content.ReadAsStringAsync()).RootElement.GetProperty("reason").GetString());
    }
}
