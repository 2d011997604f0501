using System.Globalization;
using System.Net;
using Google.Protobuf;
using StreamSocial.Events;
using StreamSocial.FeedGenerator.Pulling;
using static StreamSocial.Unit.Tests.FeedGenerator.Entries;

namespace StreamSocial.Unit.Tests.FeedGenerator.Reading.Streams;

public sealed class FeedStreamTests : IAsyncLifetime
{
    private const int Partition = 1;
    private const int Capacity = 1000;
    private static readonly string User = FakeGroup.KeyIn(Partition);
    private FakeGroup _group = null!;
    private FakeReplica _owner = null!;
    private int _sent;

    public async ValueTask InitializeAsync()
    {
        _group = await FakeGroup.StartAsync(
            3, ("Reading:WaitForPartition", "00:00:05"), ("Reading:PeerTimeout", "00:00:00.5"), ("Reading:Heartbeat", "00:00:00.3"), ("Reading:OwnershipCheck", "00:00:00.02"));
        _owner = _group.Replicas[Partition];
    }

    public ValueTask DisposeAsync() => _group.DisposeAsync();

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

    [Fact]
    public async Task Stream_PartitionNowhere_Answers503()
    {
        _owner.Stop(FakeStage.Feeds, Partition);
        using var response = await _group.Replicas[0].Http.GetAsync($"/v1/feeds/{User}/stream");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
    }

    [Fact]
    public async Task Stream_BadLastEventId_IsRefused()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/feeds/{User}/stream");
        request.Headers.Add("Last-Event-ID", "x");
        using var response = await _owner.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("Last-Event-ID", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Stream_LastEventIdInQuery_ContinuesAfterIt(int replica)
    {
        Send(5);
        using var client = await EventStreamClient.OpenAsync(_group.Replicas[replica], User, query: "?lastEventId=3");
        await AssertNextAsync(client, 3, 5);
        using var reconnected = await EventStreamClient.OpenAsync(_group.Replicas[replica], User, after: client.LastEventId, query: "?lastEventId=3");
        Send(1);
        await AssertNextAsync(reconnected, 5, 6);
    }

    [Theory]
    [InlineData(0, "1000")]
    [InlineData(1, "1000")]
    [InlineData(1, "{0}-1000")]
    [InlineData(0, "00000001-2")]
    [InlineData(1, "00000001-2")]
    [InlineData(1, "2,7;star=9")]
    public async Task Stream_PositionThatNeverWas_OneResetThenGoesOn(int replica, string after)
    {
        Send(3);
        using var client = await EventStreamClient.OpenAsync(_group.Replicas[replica], User, string.Format(CultureInfo.InvariantCulture, after, await EpochAsync()));

        Assert.StartsWith("reset: Your position is not in this feed. Read GET /v1/feeds/", await client.NextAsync(), StringComparison.Ordinal);
        Assert.Equal("3", client.LastArrival);
        Send(2);
        await AssertNextAsync(client, 3, 5);
        using var reconnected = await EventStreamClient.OpenAsync(_group.Replicas[replica], User, client.LastEventId);
        Send(1);
        await AssertNextAsync(reconnected, 5, 6);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Stream_PositionWhoseSuccessorsWereEvicted_OneGapThenGoesOn(int replica)
    {
        Send(Capacity + 18);
        using var client = await EventStreamClient.OpenAsync(_group.Replicas[replica], User, after: "3");

        Assert.StartsWith("gap: Some entries after your position are no longer in the feed.", await client.NextAsync(), StringComparison.Ordinal);
        Assert.Equal("3", client.LastArrival);
        await AssertNextAsync(client, 18, Capacity + 18);
        Send(1);
        await AssertNextAsync(client, Capacity + 18, Capacity + 19);
        using var reconnected = await EventStreamClient.OpenAsync(_group.Replicas[replica], User, after: "19");
        await AssertNextAsync(reconnected, 19, Capacity + 19);
    }

    [Fact]
    public async Task Stream_StateWasLost_PositionOfBeforeIsReset()
    {
        Send(2);
        using var before = await EventStreamClient.OpenAsync(_owner, User, after: "0");
        await AssertNextAsync(before, 0, 2);
        _owner.Stop(FakeStage.Feeds, Partition);
        _owner.Run(FakeStage.Feeds, Partition, new FakeTaskContext("feeds", Partition, FakeGroup.Partitions));
        _sent = 10;
        Send(4);

        using var client = await EventStreamClient.OpenAsync(_owner, User, before.LastEventId);

        Assert.StartsWith("reset: ", await client.NextAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stream_Head_HasItsHeadersAndEnds()
    {
        using var response = await _group.Replicas[0].Http.SendAsync(new HttpRequestMessage(HttpMethod.Head, $"/v1/feeds/{User}/stream"));

        Assert.Equal((HttpStatusCode.OK, "text/event-stream"), (response.StatusCode, response.Content.Headers.ContentType?.MediaType));
        Assert.Equal(["no"], response.Headers.GetValues("X-Accel-Buffering"));
    }

    private async Task<string> EpochAsync()
    {
        using var client = await EventStreamClient.OpenAsync(_owner, User);
        return (await client.ReadPositionAsync()).Split('-')[0];
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

    private static string Id(long arrival) => arrival.ToString(CultureInfo.InvariantCulture);

    private void Send(int entries)
    {
        for (; entries > 0; entries--)
        {
            _sent++;
            _owner.Process(FakeStage.Feeds, Partition, Update("id-" + _sent, _sent, User));
        }
    }

    private static async Task AssertNextAsync(EventStreamClient client, long after, long last)
    {
        for (var arrival = after + 1; arrival <= last; arrival++)
        {
            Assert.Equal("id-" + arrival, await client.NextAsync());
            Assert.Equal(Id(arrival), client.LastArrival);
        }
    }
}
