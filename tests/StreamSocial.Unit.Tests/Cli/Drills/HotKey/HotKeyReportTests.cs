using StreamSocial.Cli.Drills.HotKey;
using StreamSocial.Cli.Topology;
using StreamSocial.Cli.Verification;
using StreamSocial.Streams.Membership;

namespace StreamSocial.Unit.Tests.Cli.Drills.HotKey;

public sealed class HotKeyReportTests
{
    private static readonly HotKeyRun Plain = Run(merged: 0, [Load(910, 9.0), .. Enumerable.Repeat(Load(10, 0.1), 9)]);
    private static readonly HotKeyRun Salted = Run(merged: 1, Enumerable.Repeat(Load(100, 0.2), 10));

    [Fact]
    public void Passed_SaltingRelievesAndCountsAreExact_Holds()
    {
        var report = Report(Plain, Salted);
        Assert.Equal((9.1, 1.0), (report.Plain.MaxOverMean!.Value, report.Salted.MaxOverMean!.Value));
        Assert.Equal(9.1, report.SpreadGain!.Value, precision: 6);
        // 0.2 s counts as the half second below which ages are not told apart.
        Assert.Equal(18, report.AgeGain!.Value, precision: 6);
        Assert.True(report.Passed);
    }

    [Fact]
    public void Passed_AnyPartOfIt_Fails()
    {
        Assert.False(Report(Plain, Salted with { Outcome = Outcome(merged: 1, differing: 1) }).Passed);
        Assert.False(Report(Plain with { Events = 99 }, Salted).Passed);
        Assert.False(Report(Plain, Salted with { Outcome = Outcome(merged: 0) }).Passed);
        Assert.False(Report(Plain with { Outcome = Outcome(merged: 1) }, Salted).Passed);
        Assert.False(Report(Plain, Salted with { Partitions = [Load(910, 0.2), .. Enumerable.Repeat(Load(10, 0.1), 9)] }).Passed);
        Assert.False(Report(Plain, Salted with { Partitions = [.. Enumerable.Repeat(Load(100, 4), 10)] }).Passed);
        Assert.False(Report(Plain, Salted with { Partitions = [.. Enumerable.Repeat(Load(100, null), 10)] }).Passed);
    }

    [Fact]
    public void Passed_NothingWaitedEvenWithoutSalting_Fails() =>
        Assert.False(Report(Plain with { Partitions = [Load(910, 0.45), .. Enumerable.Repeat(Load(10, 0.1), 9)] }, Salted with { Partitions = [.. Enumerable.Repeat(Load(100, 0.01), 10)] }).Passed);

    [Fact]
    public void BusiestReplicaShare_OfRecords_IsThatOfTheOwnerWithMost()
    {
        var run = Plain with { Partitions = [Load(60, 1), Load(10, 1) with { Owner = "b" }, Load(5, 1) with { Owner = "b" }, Load(25, 1)] };
        Assert.Equal(0.85, run.BusiestReplicaShare);
        Assert.Null((Plain with { Partitions = [Load(0, 1)] }).BusiestReplicaShare);
    }

    [Fact]
    public void WorstAges_OneIsUnknown_NoneOfThemIsTheLowOne()
    {
        var run = Salted with { Partitions = [Load(100, null), .. Enumerable.Repeat(Load(100, 0.2), 9)] };
        Assert.Equal((null, null), (run.WorstAge, run.MedianWorstAge));
        Assert.Equal(TimeSpan.FromSeconds(0.2), Salted.MedianWorstAge);
    }

    [Fact]
    public void Records_OfAPartitionAreUnknown_SoIsWhatFollowsFromThem()
    {
        var run = Salted with { Partitions = [Load(null, 0.2), .. Enumerable.Repeat(Load(100, 0.2), 9)] };
        Assert.Equal((null, null, null), (run.Records, run.MaxOverMean, run.BusiestReplicaShare));
        Assert.False(Report(Plain, run).Passed);
    }

    [Fact]
    public void Series_OfReadings_GivesRecordsAndTheWorstAge()
    {
        var series = new PartitionLoadSeries(4);
        series.Add(Reading((100, 1), (5, 0), (null, null), (null, null)));
        series.Add(Reading((null, 7), (5, 0), (10, null), (null, null)));
        series.Add(Reading((160, 2), (8, 0), (30, null), (null, null)));
        Assert.Equal([new PartitionLoad(0, 60, Seconds(7), "a"), new PartitionLoad(1, 3, TimeSpan.Zero, "a"), new PartitionLoad(2, 20, null, "a"), new PartitionLoad(3, null, null, "a")], series.Read());
    }

    private static TopicReading Reading(params (long? End, double? Age)[] partitions) =>
        new("t", [.. partitions.Select(partition => new PartitionReading(partition.End, new Member { MemberId = "a" }, null, null, false) { OldestAge = Seconds(partition.Age) })]);

    private static HotKeyReport Report(HotKeyRun plain, HotKeyRun salted) => new(
        new HotKeyOptions
        {
            Topology = new TopologyOptions { Log = new FileInfo("drill.log") }, Replicas = 2, Capacity = 500, Rate = 700, Seed = 1, Window = TimeSpan.FromSeconds(30),
        },
        plain,
        salted);

    private static HotKeyRun Run(long merged, IEnumerable<PartitionLoad> partitions) => new()
    {
        IsSalted = merged > 0, Partitions = [.. partitions], RescaledTo = [], Outcome = Outcome(merged), Events = 100, ExpectedEvents = 100, Retries = 0,
    };

    private static PartitionLoad Load(long? records, double? seconds) => new(0, records, Seconds(seconds), "a");

    private static TimeSpan? Seconds(double? seconds) => seconds is { } known ? TimeSpan.FromSeconds(known) : null;

    private static Outcome Outcome(long merged, long differing = 0) => new()
    {
        FeedsCompared = 0,
        CountersCompared = 10,
        MergedCounters = merged,
        NotifiedUsersCompared = 0,
        Lost = 0,
        Duplicated = 0,
        Misordered = 0,
        Unexpected = 0,
        DifferingFeeds = 0,
        DifferingCounters = differing,
        DifferingNotifications = 0,
        DuplicatesDropped = 0,
        Examples = [],
    };
}
