using System.Net;
using System.Net.Http.Json;
using StreamSocial.Events;
using StreamSocial.FeedGenerator.Codecs;
using StreamSocial.FeedGenerator.Reading.Notifications;
using StreamSocial.Unit.Tests.FeedGenerator.Reading.Streams;

namespace StreamSocial.Unit.Tests.FeedGenerator.Reading.Notifications;

public sealed class NotificationReadTests : IAsyncLifetime
{
    private const int Partition = 1;
    private static readonly string User = FakeGroup.KeyIn(Partition);
    private FakeGroup _group = null!;
    private static readonly string Epoch = ArrivalEpoch.Prefix(ArrivalEpoch.Of(7, "a1", "actor"));
    private int _sent;

    public async ValueTask InitializeAsync() => _group = await FakeGroup.StartAsync(
        3, ("Reading:WaitForPartition", "00:00:05"), ("Reading:Heartbeat", "00:00:00.3"), ("Reading:OwnershipCheck", "00:00:00.02"), ("Reading:PeerTimeout", "00:00:03"));

    public ValueTask DisposeAsync() => _group.DisposeAsync();

    [Fact]
    public async Task Get_AnyReplica_GivesTheSamePages()
    {
        Send(5);
        Process(new() { UserId = User, ReadUpTo = 2 });
        foreach (var replica in _group.Replicas)
        {
            var first = await replica.Http.GetFromJsonAsync<NotificationPage>($"/v1/notifications/{User}?limit=3");
            Assert.Equal((User, 3, 3), (first!.User, first.Unread, first.Next));
            Assert.Equal(new NotificationView(5, false, "like", "actor", "c", "a5", 7), first.Notifications[0]);
            var second = await replica.Http.GetFromJsonAsync<NotificationPage>($"/v1/notifications/{User}?limit=3&before={first.Next}");
            Assert.Equal([(2, true), (1, true)], second!.Notifications.Select(notification => (notification.Number, notification.IsRead)));
            Assert.Null(second.Next);
        }
    }

    [Theory]
    [InlineData("?limit=0")]
    [InlineData("?limit=1001")]
    [InlineData("?before=0")]
    [InlineData("?before=-1")]
    [InlineData("?before=x")]
    public async Task Get_WrongQuery_400(string query)
    {
        using var response = await _group.Replicas[0].Http.GetAsync($"/v1/notifications/{User}{query}");
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task Get_NoOwner_503()
    {
        _group.Replicas[Partition].Stop(FakeStage.Notifications, Partition);
        _group.SetOwner(FakeStage.Notifications, Partition, null);
        using var response = await _group.Replicas[0].Http.GetAsync($"/v1/notifications/{User}");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(Partition)]
    public async Task Stream_AnyReplica_ContinuesAfterTheLastEventId(int replica)
    {
        Send(150);
        using var client = await EventStreamClient.OpenAsync(_group.Replicas[replica], User, after: "20", of: "notifications");
        await AssertNextAsync(client, 20, 150);
        Send(2);
        await AssertNextAsync(client, 150, 152);
        Assert.Equal($"{Epoch}152", client.LastEventId);
    }

    [Fact]
    public async Task Stream_NoPosition_GoesOnWithTheNext()
    {
        Send(3);
        using var client = await EventStreamClient.OpenAsync(_group.Replicas[0], User, of: "notifications");
        Assert.Equal($"{Epoch}3", await client.ReadPositionAsync());
        Send(1);
        await AssertNextAsync(client, 3, 4);
    }

    [Fact]
    public async Task Stream_PositionThatNeverWas_OneResetThenGoesOn()
    {
        Send(3);
        using var client = await EventStreamClient.OpenAsync(_group.Replicas[0], User, query: "?lastEventId=1000", of: "notifications");
        Assert.StartsWith("reset: ", await client.NextAsync(), StringComparison.Ordinal);
        Assert.Equal($"{Epoch}3", client.LastEventId);
        Send(1);
        await AssertNextAsync(client, 3, 4);
    }

    [Fact]
    public async Task Stream_PositionInANumberingOfBefore_OneResetThenGoesOn()
    {
        Send(3);
        using var client = await EventStreamClient.OpenAsync(_group.Replicas[0], User, after: "00000007-2", of: "notifications");
        Assert.StartsWith("reset: ", await client.NextAsync(), StringComparison.Ordinal);
        Assert.Equal($"{Epoch}3", client.LastEventId);
        Send(1);
        await AssertNextAsync(client, 3, 4);
    }

    [Fact]
    public async Task Stream_ItsOwnEventId_ContinuesThere()
    {
        Send(3);
        using var client = await EventStreamClient.OpenAsync(_group.Replicas[0], User, after: $"{Epoch}2", of: "notifications");
        await AssertNextAsync(client, 2, 3);
    }

    [Theory]
    [InlineData("x")]
    [InlineData("-1")]
    [InlineData("00000007-")]
    [InlineData("1x-1")]
    public async Task Stream_NoEventId_400(string id)
    {
        using var response = await _group.Replicas[0].Http.GetAsync($"/v1/notifications/{User}/stream?lastEventId={id}");
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task Stream_PositionWhoseSuccessorsAreNoLongerKept_OneGapThenGoesOn()
    {
        Send(250);
        using var client = await EventStreamClient.OpenAsync(_group.Replicas[0], User, after: "3", of: "notifications");
        Assert.StartsWith("gap: ", await client.NextAsync(), StringComparison.Ordinal);
        await AssertNextAsync(client, 50, 250);
    }

    [Fact]
    public async Task Stream_Head_HasItsHeadersAndEnds()
    {
        using var response = await _group.Replicas[0].Http.SendAsync(new HttpRequestMessage(HttpMethod.Head, $"/v1/notifications/{User}/stream"));

        Assert.Equal((HttpStatusCode.OK, "text/event-stream"), (response.StatusCode, response.Content.Headers.ContentType?.MediaType));
        Assert.Equal(["no"], response.Headers.GetValues("X-Accel-Buffering"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(Partition)]
    public async Task Stream_PartitionMoves_EndsAndContinuesWhereItWas(int replica)
    {
        Send(10);
        using (var client = await EventStreamClient.OpenAsync(_group.Replicas[replica], User, after: "0", of: "notifications"))
        {
            await AssertNextAsync(client, 0, 10);
            _group.Move(FakeStage.Notifications, Partition, _group.Replicas[Partition], _group.Replicas[2]);
            Assert.Null(await client.NextAsync());
        }

        using var again = await EventStreamClient.OpenAsync(_group.Replicas[replica], User, after: "10", of: "notifications");
        _group.Replicas[2].Process(FakeStage.Notifications, Partition, Next());
        await AssertNextAsync(again, 10, 11);
    }

    /// <summary>After a crash the successor begins where the last checkpoint was, which can be before what a client has seen.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public async Task Stream_OwnerBehindItsClient_GoesOnWithoutResetOrRepeat(int restored)
    {
        Send(restored);
        using var client = await EventStreamClient.OpenAsync(_group.Replicas[Partition], User, after: $"{Epoch}5", of: "notifications");
        Send(7 - restored);
        await AssertNextAsync(client, 5, 7);
    }

    private static async Task AssertNextAsync(EventStreamClient client, int after, int last)
    {
        for (var i = after + 1; i <= last; i++)
            Assert.Equal($"a{i}", await client.NextAsync());
    }

    private void Send(int count)
    {
        for (var i = 0; i < count; i++)
            Process(Next());
    }

    private Notification Next() => new()
    {
        UserId = User, Type = NotificationType.Like, ActorId = "actor", ContentId = "c", ActionId = $"a{++_sent}", OccurredAt = 7,
    };

    private void Process(Notification notification) => _group.Replicas[Partition].Process(FakeStage.Notifications, Partition, notification);
}
