using CsCheck;
using StreamSocial.Scaling.Lab.Loads;
using StreamSocial.Scaling.Lab.Model;

namespace StreamSocial.Unit.Tests.Scaling.Lab;

public sealed class GroupModelTests
{
    private const int Ticks = 240;
    private const int Maximum = 6;

    private static readonly Calibration Calibration = new()
    {
        Name = "test",
        Source = "none",
        Stages = [new("actions", 6, 100), new("updates", 4, 50, "actions", 0.5)],
        StartDelay = TimeSpan.FromSeconds(3),
        MovePause = TimeSpan.FromSeconds(1),
        StateBytesPerPartition = 100,
        RestoreBytesPerSecond = 200,
    };

    /// <summary>A load by second, and sizes that are asked for at ticks.</summary>
    private static readonly Gen<(int[] Load, (int Tick, int Replicas)[] Sizes)> Cases =
        Gen.Select(Gen.Int[0, 400].Array[Ticks / 2], Gen.Select(Gen.Int[0, Ticks - 1], Gen.Int[1, Maximum]).Array[0, 8]);

    [Fact]
    public void Advance_AnyLoadAndSizes_LosesAndInventsNoRecord() => Cases.Sample(
        value =>
        {
            var group = Run(value, _ => { });
            var partitions = group.Partitions.ToLookup(partition => partition.Stage);
            Assert.All(group.Partitions, partition => Assert.InRange(partition.NextOffset, 0, partition.LogEnd));
            // Each partition may hold back a fraction of a record.
            Assert.InRange(partitions[0].Sum(partition => partition.LogEnd) - value.Load.Sum(), -6, 6);
            var derived = partitions[1].Sum(partition => partition.LogEnd);
            // What was processed in the last step arrives with the next one.
            Assert.InRange((partitions[0].Sum(partition => partition.NextOffset) * 0.5) - derived, -4, (100 * Maximum * GroupModel.Tick.TotalSeconds * 0.5) + 4);
        },
        iter: 100);

    [Fact]
    public void OldestAge_AnyLoadAndSizes_IsThatOfTheFirstRecordThatWaits() => Cases.Sample(
        value =>
        {
            var ends = new List<long[]>();
            Run(value, group =>
            {
                ends.Add([.. group.Partitions.Select(partition => partition.LogEnd)]);
                var oldest = group.Partitions.Select((partition, index) => partition.Lag == 0 ? ends.Count : ends.FindIndex(end => end[index] > partition.NextOffset)).Min();
                Assert.Equal((ends.Count - oldest) * GroupModel.Tick, group.OldestAge);
            });
        },
        iter: 100);

    [Fact]
    public void Advance_AnyLoadAndSizes_WorksNoMoreThanTheMembersHaveTime() => Cases.Sample(
        value =>
        {
            var available = 0.0;
            Run(value, group =>
            {
                available += group.Joined * GroupModel.Tick.TotalSeconds;
                var worked = group.Partitions.Sum(partition => partition.NextOffset / Calibration.Stages[partition.Stage].RecordsPerSecond);
                Assert.True(worked <= available + 1e-6, $"{worked} s of work in {available} s");
            });
        },
        iter: 100);

    [Fact]
    public void Advance_OnePartition_GetsNoMoreThanALane()
    {
        var group = new GroupModel(Calibration with { Stages = [new("actions", 6, 100)] }, Load("actions", 6, 10, (_, partition) => partition == 0 ? 1000 : 0), replicas: 2, Maximum);
        for (var tick = 0; tick < 20; tick++)
            group.Advance();

        // Of a replica with 100/s and two lanes, one lane: 50/s for 10 s.
        Assert.Equal(500, group.Partitions.First().NextOffset);
    }

    [Fact]
    public void Resize_Out_JoinsAfterTheStartDelayAndPausesWhatMoves()
    {
        var group = new GroupModel(Calibration, Load("actions", 6, 60, (_, _) => 1), replicas: 1, Maximum);
        group.Advance();
        group.Resize(4);
        var joined = new List<int>();
        for (var tick = 0; tick < 20; tick++)
        {
            group.Advance();
            joined.Add(group.Joined);
        }

        // Two start at a time, 3 s each.
        Assert.Equal([1, 3, 4], joined.Distinct());
        Assert.Equal((6, 12), (joined.IndexOf(3), joined.IndexOf(4)));
        Assert.Equal(2, group.Rebalances);
    }

    [Fact]
    public void Read_PartitionThatMoves_HasNoPositionUntilItIsRestored()
    {
        var group = new GroupModel(Calibration, Load("actions", 6, 60, (_, _) => 1), replicas: 2, Maximum);
        group.Resize(1);
        Assert.Equal(5, group.Read().Topics.Sum(topic => topic.Partitions.Count(partition => partition.IsRestoring)));

        // A second of pause, and half a second of restore for each of the five.
        for (var tick = 0; tick < 8; tick++)
            group.Advance();
        Assert.DoesNotContain(group.Read().Topics.SelectMany(topic => topic.Partitions), partition => partition.IsRestoring);
    }

    private static GroupModel Run((int[] Load, (int Tick, int Replicas)[] Sizes) value, Action<GroupModel> afterTick)
    {
        var group = new GroupModel(Calibration, Load("actions", 6, value.Load.Length, (second, _) => value.Load[second] / 6f), replicas: 1, Maximum);
        for (var tick = 0; tick < Ticks; tick++)
        {
            foreach (var size in value.Sizes.Where(size => size.Tick == tick))
                group.Resize(size.Replicas);
            group.Advance();
            afterTick(group);
        }
        return group;
    }

    private static LoadTrace Load(string topic, int partitions, int seconds, Func<int, int, float> records) =>
        new(seconds, [new TopicArrivals(topic, [.. Enumerable.Range(0, seconds).Select(second => Enumerable.Range(0, partitions).Select(partition => records(second, partition)).ToArray())])]);
}
