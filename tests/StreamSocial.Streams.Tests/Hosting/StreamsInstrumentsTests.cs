using StreamSocial.Streams.Tests.Cluster;

namespace StreamSocial.Streams.Tests.Hosting;

public sealed class StreamsInstrumentsTests
{
    private const int Keys = 300;

    [Fact]
    public async Task Instruments_TasksMoveToASecondMember_MeasureWhatBothDid()
    {
        using var measured = new MeasurementRecorder();
        await using var cluster = new TestCluster();
        await using var first = await TestMember.StartAsync(cluster, "first", ("Kafka:StatisticsInterval", "00:00:01"));
        await first.WaitForTasksAsync(2 * TestTopics.Partitions);
        for (var key = 0; key < Keys; key++)
            cluster.Send($"user-{key}");
        await Expect.EventuallyAsync("all entries applied", () => first.EntriesChecked == Keys, () => $"{first.EntriesChecked} of {Keys}");
        await Expect.EventuallyAsync(
            "every partition with input has a checkpoint", () => first.Runtime.Positions.All(task => task.Committed == task.Acknowledged || task.Acknowledged <= 0),
            () => string.Join(", ", first.Runtime.Positions.Where(task => task.Committed != task.Acknowledged)));
        await using var second = await TestMember.StartAsync(cluster, "second");
        await second.WaitForTasksAsync(TestTopics.Partitions);
        await Expect.EventuallyAsync(
            "clients report", () => measured.Of(first, "streamsocial.kafka.producer.queue.records").Count > 0 && measured.Of(first, "streamsocial.kafka.client.round_trip.p99").Count > 0,
            () => string.Join(", ", measured.Names(first)));

        var processed = measured.Of(first, "messaging.process.duration");
        Assert.Equal([TestTopics.Lines, TestTopics.Numbers], processed.Select(value => value.Tag("messaging.destination.name")).Distinct().Order());
        Assert.All(processed, value => Assert.Equal(("kafka", "process", "test-application"), (value.Tag("messaging.system"), value.Tag("messaging.operation.name"), value.Tag("messaging.consumer.group.name"))));
        // A measurement for each poll, not for each record.
        Assert.InRange(processed.Count, 2, (2 * Keys) - 1);
        Assert.All(processed, value => Assert.InRange(value.Value, 0, 30));
        Assert.Equal(Keys, measured.Last(first, "messaging.client.consumed.messages", TestTopics.Lines));
        Assert.InRange(measured.Last(first, "messaging.client.sent.messages", TestTopics.Numbers), 1, Keys);
        Assert.Equal((double)first.Runtime.Totals.Checkpoints, measured.Of(first, "streamsocial.streams.checkpoint.duration").Count);
        Assert.Equal(2 * TestTopics.Partitions, measured.Of(first, "streamsocial.streams.restore.duration").Count);
        Assert.Equal(TestTopics.Partitions, measured.Of(second, "streamsocial.streams.restore.duration").Count);
        Assert.Equal(measured.Of(second, "streamsocial.streams.restore.duration").Sum(value => value.Value), measured.Of(second, "streamsocial.streams.restoring_time").Sum(value => value.Value), 6);
        Assert.Equal(["assigned", "revoked"], measured.Of(first, "streamsocial.streams.rebalances").Select(value => value.Tag("kind")).Distinct().Order());
        Assert.Equal(["ready", "revoked"], measured.Of(first, "streamsocial.streams.rebalance.duration").Select(value => value.Tag("kind")).Distinct().Order());
        Assert.Equal(["1", "2", "3"], measured.Of(first, "streamsocial.kafka.client.sent").Where(value => value.Value > 0).Select(value => value.Tag("broker")).Distinct().Order());
    }
}
