using StreamSocial.Streams.Tests.Cluster;

namespace StreamSocial.Streams.Tests.Consuming;

/// <summary>A slow downstream makes a member take its input slower; it holds no more for it, and drops nothing.</summary>
public sealed class BackpressureTests(ITestOutputHelper output)
{
    private const int Keys = 4_000;
    private const int Rounds = 10;
    private const int MaxInFlight = 200;

    [Fact]
    public async Task Downstream_IsSlow_InFlightStaysBoundedAndNothingIsDropped()
    {
        await using var cluster = new TestCluster();
        for (var round = 0; round < Rounds; round++)
        {
            for (var key = 0; key < Keys; key++)
                cluster.Send($"user-{key}");
        }
        await Expect.EventuallyAsync("all sent", () => cluster.IsAcknowledged, () => "unacknowledged records");
        cluster.AnswerAfter(TimeSpan.FromMilliseconds(200));
        await using var member = await TestMember.StartAsync(
            cluster, "only", ("ProducerPool:MaxInFlightRecords", $"{MaxInFlight}"), ("ProducerPool:MaxLinger", "00:00:00.010"), ("Streams:Lanes", "1"));

        long most = 0;
        await Expect.EventuallyAsync(
            "all applied",
            () =>
            {
                most = Math.Max(most, member.Runtime.InFlight);
                return member.EntriesChecked == Keys * Rounds;
            },
            () => $"{member.EntriesChecked} of {Keys * Rounds}",
            seconds: 120);

        output.WriteLine($"at most {most} records in flight where {MaxInFlight} close the door, {Keys * Rounds} entries applied");
        // A lane that found room sends what it takes in one round, 2,000 records; checkpoints do not wait for room.
        Assert.InRange(most, MaxInFlight / 2, MaxInFlight + 3_500);
        Assert.Equal((0, 0, 0), (member.OutOfTurn, member.Runtime.Audit.Lost, member.Runtime.Audit.Misordered));
    }
}
