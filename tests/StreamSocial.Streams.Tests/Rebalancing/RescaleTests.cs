using StreamSocial.Streams.Membership;
using StreamSocial.Streams.Reading;
using StreamSocial.Streams.Tests.Cluster;

namespace StreamSocial.Streams.Tests.Rebalancing;

/// <summary>Members join and leave while entries flow; at the end each key was numbered through without a gap, a repeat or a swap.</summary>
public sealed class RescaleTests(ITestOutputHelper output)
{
    private const int Keys = 500;

    [Theory]
    [InlineData("memory")]
    [InlineData("disk")]
    public Task Rescale_WhileEntriesFlow_EachEntryTakesEffectOnceAndInOrder(string store) => RescaleAsync(isWarm: true, ("Streams:Store", store));

    [Theory]
    [InlineData("range")]
    [InlineData("roundrobin")]
    [InlineData("cooperative-sticky")]
    public Task Rescale_ClassicProtocol_EachEntryTakesEffectOnceAndInOrder(string assignor) => RescaleAsync(
        isWarm: false, ("Streams:GroupProtocol", nameof(StreamsGroupProtocol.Classic)), ("Streams:ClassicAssignor", assignor), ("Streams:SessionTimeout", "00:00:01.5"));

    /// <param name="isWarm">Whether whoever gets a partition had its state before, since its owner waited for that.</param>
    /// <param name="settings">Of the members.</param>
    private async Task RescaleAsync(bool isWarm, params (string Key, string Value)[] settings)
    {
        await using var cluster = new TestCluster();
        await using var first = await TestMember.StartAsync(cluster, "first", settings);
        await ReadyAsync(first, 120);
        using var stop = new CancellationTokenSource();
        var sending = SendAsync(cluster, stop.Token);

        await FlowAsync("while the first is alone", first);
        await using (var second = await TestMember.StartAsync(cluster, "second", settings))
        {
            await ReadyAsync(second, 60);
            await using var third = await TestMember.StartAsync(cluster, "third", settings);
            await ReadyAsync(third, 40);
            await FlowAsync("by all three", first, second, third);
            if (isWarm)
                Assert.All([second, third], member => Assert.Equal(member.Runtime.Totals.PartitionsRestored, member.Runtime.Totals.PartitionsRestoredWarm));
        }
        await ReadyAsync(first, 120);
        await FlowAsync("after the others have left", first);
        // What it restored at its own start was empty.
        if (isWarm)
            Assert.Equal(first.Runtime.Totals.PartitionsRestored - 120, first.Runtime.Totals.PartitionsRestoredWarm);

        await stop.CancelAsync();
        var rounds = await sending;
        await Expect.EventuallyAsync("all entries applied", () => Sum(first) == (long)rounds * Keys, () => $"{Sum(first)} of {rounds * Keys}");
        output.WriteLine($"{rounds * Keys} entries, {first.Runtime.Audit.DuplicatesDropped} repeats dropped by the first member");
        Assert.Equal(0, Checks(first).Sum(check => check.OutOfTurn));
        Assert.All(Checks(first).SelectMany(check => check.Last.Values), last => Assert.Equal(rounds, last));
        Assert.Equal((0, 0), (first.Runtime.Audit.Lost, first.Runtime.Audit.Misordered));
    }

    [Fact]
    public async Task Join_SomebodyReportsToGiveBackWhatIsNoTask_IsWarmAllTheSame()
    {
        await using var cluster = new TestCluster();
        await using var first = await TestMember.StartAsync(cluster, "first");
        await ReadyAsync(first, 120);
        await cluster.ReportAsync(new Member
        {
            MemberId = "stranger",
            Releasing = { Partitions("nonsense", 0), Partitions(TestTopics.NumbersState, 0), Partitions(TestTopics.Lines, TestTopics.Partitions) },
        });

        await using var second = await TestMember.StartAsync(cluster, "second");
        await ReadyAsync(second, 60);

        Assert.Equal(60, second.Runtime.Totals.PartitionsRestoredWarm);
        Assert.Contains("stranger", second.Members.Current.Members.Keys);

        static TopicPartitions Partitions(string topic, int partition) => new() { Topic = topic, Partitions = { partition } };
    }

    [Fact]
    public async Task Edges_SourceRepeatsAndSkips_RepeatsAreDroppedAndGapsCounted()
    {
        await using var cluster = new TestCluster();
        await using var member = await TestMember.StartAsync(cluster, "only");
        await ReadyAsync(member, 120);

        cluster.Send("a");
        cluster.Send("a", repeats: 2);
        cluster.Send("a", skipNumbers: 4);

        await Expect.EventuallyAsync("three entries applied", () => Sum(member) == 3, () => $"{Sum(member)}");
        await Expect.EventuallyAsync("two repeats dropped", () => member.Runtime.Audit.DuplicatesDropped == 2, () => $"{member.Runtime.Audit.DuplicatesDropped}");
        Assert.Equal(4, member.Runtime.Audit.Lost);
        var edge = Assert.Single(member.Runtime.Audit.Edges);
        Assert.Equal((4, 2, 0), (edge.Lost, edge.DuplicatesDropped, edge.Misordered));
    }

    /// <summary>Waits until a number of rounds has been applied in the present membership.</summary>
    private static async Task FlowAsync(string phase, params TestMember[] members)
    {
        const int Rounds = 20;
        var before = members.Sum(Sum);
        await Expect.EventuallyAsync(
            $"{Rounds} more rounds applied {phase}", () => members.Sum(Sum) >= before + (Rounds * Keys), () => $"{members.Sum(Sum) - before} of {Rounds * Keys} entries");
    }

    private static async Task<int> SendAsync(TestCluster cluster, CancellationToken stop)
    {
        var rounds = 0;
        for (; !stop.IsCancellationRequested; rounds++)
        {
            for (var key = 0; key < Keys; key++)
                cluster.Send($"user-{key}");
            await Task.Delay(20, CancellationToken.None);
        }
        await Expect.EventuallyAsync("all sent", () => cluster.IsAcknowledged, () => "unacknowledged records");
        return rounds;
    }

    private static Task ReadyAsync(TestMember member, int tasks) => Expect.EventuallyAsync(
        $"member has {tasks} tasks",
        () => member.Runtime.Assigned == tasks && member.Runtime.Restoring == 0,
        () => $"{member.Runtime.Assigned} assigned, {member.Runtime.Restoring} restoring");

    private static long Sum(TestMember member) => Checks(member).Sum(check => check.Last.Values.Sum());

    private static List<(IReadOnlyDictionary<string, long> Last, long OutOfTurn)> Checks(TestMember member) =>
        [.. member.Reader.RunningPartitions("sequence-check").Select(partition =>
            member.Reader.TryRead<SequenceCheckProcessor, (IReadOnlyDictionary<string, long>, long)>("sequence-check", partition, check => (check.Last, check.OutOfTurn), out var result)
                == TaskAvailability.Running ? result : (new Dictionary<string, long>(), 0))];
}
