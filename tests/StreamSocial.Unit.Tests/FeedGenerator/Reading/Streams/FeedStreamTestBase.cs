using System.Globalization;
using static StreamSocial.Unit.Tests.FeedGenerator.Entries;

namespace StreamSocial.Unit.Tests.FeedGenerator.Reading.Streams;

/// <summary>Three replicas, of which one owns a user's feed, and what comes into it.</summary>
public abstract class FeedStreamTestBase : IAsyncLifetime
{
    private protected const int Partition = 1;
    private protected static readonly string User = FakeGroup.KeyIn(Partition);
    private protected FakeGroup _group = null!;
    private protected FakeReplica _owner = null!;
    private protected int _sent;

    public async ValueTask InitializeAsync()
    {
        _group = await FakeGroup.StartAsync(
            3, ("Reading:WaitForPartition", "00:00:05"), ("Reading:PeerTimeout", "00:00:00.5"), ("Reading:Heartbeat", "00:00:00.3"), ("Reading:OwnershipCheck", "00:00:00.02"));
        _owner = _group.Replicas[Partition];
    }

    public ValueTask DisposeAsync() => _group.DisposeAsync();

    private protected static string Id(long arrival) => arrival.ToString(CultureInfo.InvariantCulture);

    private protected void Send(int entries)
    {
        for (; entries > 0; entries--)
        {
            _sent++;
            _owner.Process(FakeStage.Feeds, Partition, Update("id-" + _sent, _sent, User));
        }
    }

    private protected static async Task AssertNextAsync(EventStreamClient client, long after, long last)
    {
        for (var arrival = after + 1; arrival <= last; arrival++)
        {
            Assert.Equal("id-" + arrival, await client.NextAsync());
            Assert.Equal(Id(arrival), client.LastArrival);
        }
    }
}
