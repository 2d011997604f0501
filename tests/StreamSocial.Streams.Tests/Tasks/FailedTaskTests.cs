using Confluent.Kafka;
using StreamSocial.Streams.Checkpoints;
using StreamSocial.Streams.Restoring;
using StreamSocial.Streams.Tests.Cluster;
using StreamSocial.Topics;

namespace StreamSocial.Streams.Tests.Tasks;

/// <summary>A task whose state is damaged stops alone, and an operator can let it go on.</summary>
public sealed class FailedTaskTests
{
    /// <summary>
    /// With an empty state it begins its numbers anew. From the input's first record on it makes what it made, and receivers drop the repeats; from anywhere else what
    /// it makes is new.
    /// </summary>
    [Theory]
    [InlineData(0, 1, 0, 4)]
    [InlineData(1, 0, 1, 3)]
    public async Task Changelog_IsDamaged_ItsTaskFailsAloneUntilItIsReset(long target, long repeats, long outOfTurn, long checkedAtEnd)
    {
        await using var cluster = new TestCluster();
        await using (var first = await TestMember.StartAsync(cluster, "first"))
        {
            await first.WaitForTasksAsync(120);
            cluster.Send("a");
            await Expect.EventuallyAsync("the entry is applied", () => first.EntriesChecked == 1, () => $"{first.EntriesChecked}");
        }
        await WriteAsync(cluster, new Message<byte[]?, byte[]?> { Key = ChangelogKeys.Commit, Value = [255] });

        await using (var next = await TestMember.StartAsync(cluster, "next", ("Streams:MaxTaskRetryDelay", "00:00:00.5")))
        {
            await Expect.EventuallyAsync("the task has failed twice", () => next.Runtime is { Failed: [{ Failures: >= 2 }], Restoring: 0 }, () => $"{next.Runtime.Failed.Count} failed");
            var failed = Assert.Single(next.Runtime.Failed);
            Assert.Equal((TestTopics.Lines, PartitionOf("a")), (failed.Id.Topic, failed.Id.Partition));
            Assert.Contains("a commit is damaged", failed.Reason, StringComparison.Ordinal);
            cluster.Send("b");
            cluster.Send("a");
            await Expect.EventuallyAsync("the others go on", () => next.EntriesChecked == 2, () => $"{next.EntriesChecked}");
            Assert.Equal((1, false), (next.Runtime.Failed.Count, next.IsStopping));

            await WriteAsync(cluster, PositionResets.CreateRecord(target, dropState: true, TimeProvider.System.GetUtcNow()));
            await Expect.EventuallyAsync("the task runs again", () => next.Runtime.Failed.Count == 0, () => next.Runtime.Failed[0].Reason);
            await Expect.EventuallyAsync(
                "its input is processed",
                () => next.EntriesChecked == checkedAtEnd - 1 && (next.Runtime.Audit.DuplicatesDropped, next.OutOfTurn) == (repeats, outOfTurn),
                () => $"{next.EntriesChecked} entries, {next.Runtime.Audit.DuplicatesDropped} repeats, {next.OutOfTurn} out of turn");
        }

        await using var last = await TestMember.StartAsync(cluster, "last");
        await last.WaitForTasksAsync(120);
        cluster.Send("a");
        await Expect.EventuallyAsync("the next entry is applied", () => last.EntriesChecked == checkedAtEnd, () => $"{last.EntriesChecked}");
        Assert.Empty(last.Runtime.Failed);
        Assert.Equal((outOfTurn, 0), (last.OutOfTurn, last.Runtime.Audit.Lost));
    }

    private static int PartitionOf(string key) => KeyPartitioner.PartitionOf(key, TestTopics.Partitions);

    private static async Task WriteAsync(TestCluster cluster, Message<byte[]?, byte[]?> record)
    {
        using var producer = new ProducerBuilder<byte[]?, byte[]?>(cluster.Settings.CreateProducerConfig("operator")).Build();
        await producer.ProduceAsync(new TopicPartition(TestTopics.LinesState, PartitionOf("a")), record, TestContext.Current.CancellationToken);
    }
}
