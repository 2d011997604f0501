using System.Collections.Immutable;
using Confluent.Kafka;
using Microsoft.Extensions.Time.Testing;
using StreamSocial.Kafka.Producing;
using StreamSocial.Streams.Checkpoints;
using StreamSocial.Streams.Consuming;
using StreamSocial.Streams.Emitting;
using StreamSocial.Streams.Membership;
using StreamSocial.Streams.Restoring;
using StreamSocial.Streams.Tasks;
using StreamSocial.Streams.Testing;
using StreamSocial.Streams.Tests.Cluster;

namespace StreamSocial.Streams.Tests.Emitting;

/// <summary>On a cluster that keeps the last 5 MiB of a partition, a stage does not push out what the next one has not read and checkpointed.</summary>
public sealed class OutputRetentionTests
{
    /// <summary>Records of some 2 KiB: 2,000 fit into an input partition, 3,000 into none.</summary>
    private static readonly string Key = new('k', 2_000);

    [Fact]
    public async Task Stage_NextStageStandsStill_WaitsAndNothingIsLost()
    {
        using var gate = new ManualResetEventSlim();
        await using var cluster = new TestCluster { BeforeCheck = () => gate.Wait(TimeSpan.FromMinutes(1)) };
        // Three lanes put the two stages of a partition on different ones.
        await using var member = await TestMember.StartAsync(cluster, "only", ("Streams:Lanes", "3"));
        await member.WaitForTasksAsync(2 * TestTopics.Partitions);

        await SendAsync(cluster, 2_000);
        await Expect.EventuallyAsync("1,200 relayed", () => member.Runtime.Totals.EntriesProcessed > 1_200, () => $"{member.Runtime.Totals.EntriesProcessed}");
        await SendAsync(cluster, 1_000);
        await StandsStillAsync(() => member.Runtime.Totals.EntriesProcessed);
        var firstOffset = cluster.FirstOffset(TestTopics.Numbers, Key);
        gate.Set();

        // Nothing of the second stage was checkpointed, so a successor would have begun at 0.
        Assert.Equal(0, firstOffset);
        await Expect.EventuallyAsync("all checked", () => member.EntriesChecked == 3_000, () => $"{member.EntriesChecked}, lost {member.Runtime.Audit.Lost}");
        Assert.Equal((0, 0), (member.OutOfTurn, member.Runtime.Audit.Lost));
    }

    [Fact]
    public async Task Checkpoint_MuchInput_DoesNotWaitForTheInterval()
    {
        await using var cluster = new TestCluster();
        await using var member = await TestMember.StartAsync(cluster, "only", ("Streams:CheckpointInterval", "00:10:00"));
        await member.WaitForTasksAsync(2 * TestTopics.Partitions);

        for (var sent = 1_500; sent <= 9_000; sent += 1_500)
        {
            await SendAsync(cluster, 1_500);
            var expected = sent;
            await Expect.EventuallyAsync("all checked", () => member.EntriesChecked == expected, () => $"{member.EntriesChecked} of {expected}");
        }

        Assert.Equal((0, 0), (member.OutOfTurn, member.Runtime.Audit.Lost));
        Assert.NotEqual(0, member.Runtime.Totals.Checkpoints);
    }

    /// <summary>Writers wait for the consumer's checkpoint, which must not wait for its interval then.</summary>
    [Theory]
    [InlineData(5, 5, 0)]
    [InlineData(8, 52, 60)]
    [InlineData(8, 400, 30)]
    [InlineData(0, 256 * 1024, 100)]
    public void Checkpoint_InputIsAsMuchAsItsWritersMayBeAhead_IsDue(int keyBytes, int valueBytes, int headerBytes)
    {
        var options = new StreamsOptions { CheckpointInterval = TimeSpan.FromMinutes(10) };
        var message = new Message<byte[]?, byte[]?> { Key = new byte[keyBytes], Value = new byte[valueBytes], Headers = new Headers { { "h", new byte[headerBytes] } } };
        var stage = new StageDefinition("first", "in", "in-state", _ => throw new NotSupportedException()) { Outputs = ["out"] };
        var next = new StageDefinition("next", "out", "out-state", _ => new Idle());
        var retention = new OutputRetention(new Discarding(), [stage, next], [], new FourPartitions(), options);
        var time = new FakeTimeProvider();
        var log = new OutputLog("out-state", time);
        var environment = new TaskEnvironment("owner", new FourPartitions(), log, 1, error => throw new KafkaException(error));
        var lane = new LaneTasks(
            options, bounded: true, environment, new FencedCheckpointWriter(log, "owner", environment.OnDeliveryFailed, time), static task => throw new InvalidOperationException(task.Failure!.Reason), time);
        var task = new StreamTask(new TaskId("out", 0), next, 1, environment);
        var session = new RestoreSession(task);
        new FencedRestore(environment, time).Open(session);
        session.Complete();
        lane.Add(task);

        for (var offset = 0L; !retention.MustWait("in"); offset++)
        {
            retention.Send("out", 0, message, new Nobody(), 0);
            lane.Process(new ConsumeResult<byte[]?, byte[]?> { Topic = "out", Partition = 0, Offset = offset, Message = message });
        }

        lane.Advance();
        Assert.NotNull(task.PendingCheckpoint);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(4)]
    [InlineData(int.MaxValue)]
    public void Observe_PartitionThatThereIsNot_IsIgnored(int foreign)
    {
        var stage = new StageDefinition("first", "in", "in-state", _ => throw new NotSupportedException()) { Outputs = ["out"] };
        var next = new StageDefinition("next", "out", "out-state", _ => throw new NotSupportedException());
        var retention = new OutputRetention(new Discarding(), [stage, next], [], new FourPartitions(), new StreamsOptions { MaxAheadRecords = 1 });
        retention.Send("out", 3, new Message<byte[]?, byte[]?> { Value = [1] }, new Nobody(), 0);
        Assert.True(retention.MustWait("in"));

        retention.Observe(Reporting(foreign, 3));

        Assert.True(retention.MustWait("in"));
        Assert.False(retention.MustWait("out"));
    }

    private static MembersSnapshot Reporting(params int[] partitions)
    {
        var member = new Member { MemberId = "m", Topics = { new MemberTopic { Topic = "out", Partitions = { partitions }, NextOffsets = { partitions.Select(_ => 9L) } } } };
        return new MembersSnapshot(1, ImmutableDictionary<string, Member>.Empty.Add("m", member), IsCaughtUp: true);
    }

    private sealed class FourPartitions : ITopicLayout
    {
        public int PartitionCountOf(string topic) => 4;

        public int PartitionOf(string topic, string key) => 0;
    }

    private sealed class Idle : IRecordProcessor
    {
        public void Process(in InputEntry entry, IEmitter emitter)
        {
        }
    }

    private sealed class Discarding : IRecordSender
    {
        public void Send(string topic, int partition, Message<byte[]?, byte[]?> message, IDeliveryHandler handler, long token)
        {
        }
    }

    private sealed class Nobody : IDeliveryHandler
    {
        public void OnDelivered(long token, long offset, Error? error)
        {
        }
    }

    private static async Task StandsStillAsync(Func<long> count)
    {
        for (var (last, times) = (-1L, 0); times < 20; times++)
        {
            if (count() is var now && now != last)
                (last, times) = (now, 0);
            await Task.Delay(50);
        }
    }

    private static async Task SendAsync(TestCluster cluster, int records)
    {
        for (var record = 0; record < records; record++)
            cluster.Send(Key);
        await Expect.EventuallyAsync("all sent", () => cluster.IsAcknowledged, () => "unacknowledged records");
    }
}
