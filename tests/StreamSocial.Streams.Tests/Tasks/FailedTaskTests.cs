using Confluent.Kafka;
using StreamSocial.Streams.Checkpoints;
using StreamSocial.Streams.Restoring;
using StreamSocial.Streams.Tests.Cluster;
using StreamSocial.Topics;

namespace StreamSocial.Streams.Tests.Tasks;

/// <summary>A task whose state is damaged stops alone, and an operator can let it go on.</summary>
public sealed class FailedTaskTests
{
    [Fact]
    public async Task Changelog_IsDamaged_ItsTaskFailsAloneUntilItIsReset()
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

            await WriteAsync(cluster, PositionResets.CreateRecord(1, dropState: true, TimeProvider.System.GetUtcNow()));
            await Expect.EventuallyAsync("the task runs again", () => next.Runtime.Failed.Count == 0, () => next.Runtime.Failed[0].Reason);
            // With an empty state it numbers from 1 again, what a receiver takes for a repeat.
            await Expect.EventuallyAsync("its input is processed", () => next.Runtime.Audit.DuplicatesDropped == 1, () => $"{next.Runtime.Audit.DuplicatesDropped}");
        }

        await using var last = await TestMember.StartAsync(cluster, "last");
        await last.WaitForTasksAsync(120);
        cluster.Send("a");
        await Expect.EventuallyAsync("the next entry is applied", () => last.EntriesChecked == 3, () => $"{last.EntriesChecked}");
        Assert.Empty(last.Runtime.Failed);
    }

    private static int PartitionOf(string key) => KeyPartitioner.PartitionOf(key, TestTopics.Partitions);

    private static async Task WriteAsync(TestCluster cluster, Message<byte[]?, byte[]?> record)
    {
        using var producer = new ProducerBuilder<byte[]?, byte[]?>(cluster.Settings.CreateProducerConfig("operator")).Build();
        await producer.ProduceAsync(new TopicPartition(TestTopics.LinesState, PartitionOf("a")), record, TestContext.Current.CancellationToken);
    }
}
