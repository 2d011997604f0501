using System.Globalization;
using System.Net;

namespace StreamSocial.Unit.Tests.FeedGenerator.Reading.Streams;

/// <summary>Where a stream begins and goes on, by the position that its client gives.</summary>
public sealed class FeedStreamPositionTests : FeedStreamTestBase
{
    private const int Capacity = 1000;

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

    private async Task<string> EpochAsync()
    {
        using var client = await EventStreamClient.OpenAsync(_owner, User);
        return (await client.ReadPositionAsync()).Split('-')[0];
    }
}
