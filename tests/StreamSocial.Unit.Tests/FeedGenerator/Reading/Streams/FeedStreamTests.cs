using System.Net;
using Google.Protobuf;
using StreamSocial.Events;
using StreamSocial.FeedGenerator.Pulling;
using static StreamSocial.Unit.Tests.FeedGenerator.Entries;

namespace StreamSocial.Unit.Tests.FeedGenerator.Reading.Streams;

/// <summary>Entries reach the clients of any replica, once and in order, wherever their partition is.</summary>
public sealed class FeedStreamTests : FeedStreamTestBase
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Stream_NewEntries_ArriveAtAnyReplicasClient(int replica)
    {
        Send(2);
        using var client = await OpenFromNowAsync(replica, 2);
        Send(3);
        await AssertNextAsync(client, 2, 5);
        Send(1);
        await AssertNextAsync(client, 5, 6);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Stream_LastEventId_ContinuesAfterIt(int replica)
    {
        Send(150);
        using var client = await EventStreamClient.OpenAsync(_group.Replicas[replica], User, after: "20");
        await AssertNextAsync(client, 20, 150);
    }

    /// <summary>It is read in pieces, of which none waits for a change or a heartbeat.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Stream_LastEventIdIsFarBack_ComesAtOnce(int replica)
    {
        await using var group = await FakeGroup.StartAsync(2, ("Reading:Heartbeat", "00:01:00"), ("Peers:Secret", "secret-of-this-test"));
        for (var number = 1; number <= 200; number++)
        {
            var update = Update("id-" + number, number, User);
            update.Text = new string('x', 5_000);
            group.Replicas[Partition].Process(FakeStage.Feeds, Partition, update);
        }

        using var client = await EventStreamClient.OpenAsync(group.Replicas[replica], User, after: "0");
        await AssertNextAsync(client, 0, 200);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Stream_PartitionMovesWhileEntriesArrive_NothingMissedOrTwice(int replica)
    {
        using var client = await EventStreamClient.OpenAsync(_group.Replicas[replica], User, after: "0");
        var reading = AssertNextAsync(client, 0, 600);
        for (var round = 0; round < 6; round++)
        {
            for (var i = 0; i < 20; i++)
            {
                Send(5);
                await Task.Delay(5);
            }

            var next = _group.Replicas[(Array.IndexOf([.. _group.Replicas], _owner) + 1) % 3];
            _group.Move(FakeStage.Feeds, Partition, _owner, next);
            _owner = next;
        }

        await reading;
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Stream_PartitionMovesWhileItsFeedPulls_NothingMissedOrTwice(int replica)
    {
        using var client = await EventStreamClient.OpenAsync(_group.Replicas[replica], User, after: "0");
        Send(1);
        Pull("star");
        for (var number = 1; number <= 60; number++)
        {
            Post("star", number);
            if (number % 10 == 0)
            {
                var next = _group.Replicas[(Array.IndexOf([.. _group.Replicas], _owner) + 1) % 3];
                _group.Move(FakeStage.Feeds, Partition, _owner, next);
                _owner = next;
                Send(1);
            }

            await Task.Delay(5);
        }

        var received = new List<string?>();
        while (received.Count < 67)
            received.Add(await client.NextAsync());
        Assert.Equal(Enumerable.Range(1, 60).Select(number => $"star-{number}"), received.Where(id => id!.StartsWith("star", StringComparison.Ordinal)));
        Assert.Equal(Enumerable.Range(1, 7).Select(arrival => $"id-{arrival}"), received.Where(id => id!.StartsWith("id", StringComparison.Ordinal)));
        Assert.Equal("7,1;star=60", client.LastArrival);
    }

    [Fact]
    public async Task Stream_SuccessorHasNotYetRepeatedWhatTheFeedPulls_NothingTwice()
    {
        Pull("a");
        Pull("b");
        Post("a", 1);
        Post("b", 1);
        using var client = await EventStreamClient.OpenAsync(_group.Replicas[0], User, after: "0");
        Assert.Equal(["a-1", "b-1"], new[] { await client.NextAsync(), await client.NextAsync() }.Order());

        // The new owner starts from an older state and at first knows only one pull.
        _owner.Stop(FakeStage.Feeds, Partition);
        _owner = _group.Replicas[2];
        _owner.Run(FakeStage.Feeds, Partition, new FakeTaskContext("feeds", Partition, FakeGroup.Partitions));
        _group.SetOwner(FakeStage.Feeds, Partition, _owner);
        Pull("a");
        Post("a", 2);
        await _owner.WaitForReadsAsync(FakeStage.Feeds, Partition, more: 3);
        Pull("b");
        Post("b", 2);

        Assert.Equal(["a-2", "b-2"], new[] { await client.NextAsync(), await client.NextAsync() }.Order());
        Assert.Equal("0,2;a=2;b=2", client.LastEventId);
    }

    [Fact]
    public async Task Stream_SuccessorReplaysFromACheckpoint_NothingTwice()
    {
        Send(10);
        using var client = await EventStreamClient.OpenAsync(_group.Replicas[0], User, after: "0");
        await AssertNextAsync(client, 0, 10);
        // The new owner's checkpoint is older than the client's position; the same log gives the same arrival numbers again.
        _owner.Stop(FakeStage.Feeds, Partition);
        _owner = _group.Replicas[2];
        _owner.Run(FakeStage.Feeds, Partition, new FakeTaskContext("feeds", Partition, FakeGroup.Partitions));
        _group.SetOwner(FakeStage.Feeds, Partition, _owner);
        _sent = 0;
        Send(12);
        await AssertNextAsync(client, 10, 12);
    }

    [Fact]
    public async Task Stream_OwnersServerStops_GoesOnWithItsSuccessor()
    {
        using var client = await OpenFromNowAsync(0, 0);
        Send(1);
        await AssertNextAsync(client, 0, 1);
        await _owner.StopServerAsync();
        _group.Move(FakeStage.Feeds, Partition, _owner, _group.Replicas[2]);
        _owner = _group.Replicas[2];
        Send(1);
        await AssertNextAsync(client, 1, 2);
    }

    [Fact]
    public async Task Stream_PartitionNowhereForLong_KeepsTheClient()
    {
        using var client = await OpenFromNowAsync(0, 0);
        var context = _owner.Stop(FakeStage.Feeds, Partition);
        _group.SetOwner(FakeStage.Feeds, Partition, null);
        Assert.Null(await client.NextAsync(untilHeartbeats: 20));
        _owner.Run(FakeStage.Feeds, Partition, context.Restored());
        _group.SetOwner(FakeStage.Feeds, Partition, _owner);
        Send(1);
        await AssertNextAsync(client, 0, 1);
    }

    /// <summary>The owner answers when it has restored, which can take longer than a proxy bears silence.</summary>
    [Fact]
    public async Task Stream_OwnerRestoresForLong_SendsHeartbeats()
    {
        await using var group = await FakeGroup.StartAsync(2, ("Reading:WaitForPartition", "00:01:00"), ("Reading:Heartbeat", "00:00:00.3"));
        using var client = await EventStreamClient.OpenAsync(group.Replicas[0], User);
        await client.ReadPositionAsync();
        group.Replicas[Partition].Stop(FakeStage.Feeds, Partition, isRestoring: true);
        Assert.Null(await client.NextAsync(untilHeartbeats: 8));
        Assert.Equal(8, client.Heartbeats);
    }

    [Fact]
    public async Task Stream_Idle_SendsHeartbeats()
    {
        using var client = await OpenFromNowAsync(0, 0);
        Assert.Null(await client.NextAsync(untilHeartbeats: 3));
        Assert.Equal(3, client.Heartbeats);
    }

    [Fact]
    public async Task Stream_ClientsReplicaStops_EndsSoThatTheClientReconnects()
    {
        using var client = await OpenFromNowAsync(0, 0);
        await _group.Replicas[0].StopServerAsync().WaitAsync(TimeSpan.FromSeconds(5));
        Assert.Null(await client.NextAsync());
    }

    /// <summary>An answer of 200 that is no stream would tell the client that there is none.</summary>
    [Theory]
    [InlineData("feeds")]
    [InlineData("notifications")]
    public async Task Stream_ReplicaStopsBeforeItBegins_AnswersWhenToComeAgain(string of)
    {
        await using var group = await FakeGroup.StartAsync(1, ("Reading:WaitForPartition", "00:00:20"));
        var (replica, user) = (group.Replicas[0], FakeGroup.KeyIn(1));
        replica.Stop(of == "feeds" ? FakeStage.Feeds : FakeStage.Notifications, 1);
        var opening = replica.Http.GetAsync($"/v1/{of}/{user}/stream", HttpCompletionOption.ResponseHeadersRead);
        await replica.WaitForOwnerLookupsAsync(more: 2);
        await replica.StopServerAsync();
        using var response = await opening;
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(1), response.Headers.RetryAfter?.Delta);
    }

    [Fact]
    public async Task Stream_PartitionNowhere_Answers503()
    {
        _owner.Stop(FakeStage.Feeds, Partition);
        using var response = await _group.Replicas[0].Http.GetAsync($"/v1/feeds/{User}/stream");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
    }

    [Fact]
    public async Task Stream_Head_HasItsHeadersAndEnds()
    {
        using var response = await _group.Replicas[0].Http.SendAsync(new HttpRequestMessage(HttpMethod.Head, $"/v1/feeds/{User}/stream"));

        Assert.Equal((HttpStatusCode.OK, "text/event-stream"), (response.StatusCode, response.Content.Headers.ContentType?.MediaType));
        Assert.Equal(["no"], response.Headers.GetValues("X-Accel-Buffering"));
    }

    private async Task<EventStreamClient> OpenFromNowAsync(int replica, long position)
    {
        var client = await EventStreamClient.OpenAsync(_group.Replicas[replica], User);
        Assert.Equal(Id(position), (await client.ReadPositionAsync()).Split('-')[^1]);
        return client;
    }

    private void Pull(string author) =>
        _owner.Process(FakeStage.Feeds, Partition, new FeedUpdate { AuthorId = author, PullChange = PullChange.Start, RecipientIds = { User } });

    private void Post(string author, int number)
    {
        var action = Update($"{author}-{number}", number);
        action.AuthorId = author;
        action.PullNumber = number;
        foreach (var replica in _group.Replicas)
            replica.Pulled.Apply(PullPublisher.KeyOf(author, number), action.ToByteArray());
    }
}
