using System.Diagnostics;
using StreamSocial.Streams.Tests.Cluster;

namespace StreamSocial.Streams.Tests.Restoring;

/// <summary>A partition that returns to a member needs only what others added to its changelog.</summary>
public sealed class RetainedStateRestoreTests(ITestOutputHelper output)
{
    private const int Keys = 3_000;

    [Theory]
    [InlineData("memory", 256)]
    [InlineData("disk", 256)]
    [InlineData("memory", 0)]
    public async Task Return_AfterAnotherMemberHadThePartitions_ReadsOnlyWhatIsMissing(string store, int warmPartitions)
    {
        // Nobody prepares: what is kept is all that there is.
        (string, string)[] settings =
            [("Streams:Store", store), ("Streams:WarmPartitions", $"{warmPartitions}"), ("Streams:WarmUpBudget", "00:00:00"), ("Streams:HandoverBudget", "00:00:10")];
        await using var cluster = new TestCluster();
        await using var first = await TestMember.StartAsync(cluster, "first", settings);
        await first.WaitForTasksAsync(120);
        for (var round = 0; round < 3; round++)
            await SendAsync(cluster, Keys);
        await ExpectAsync(3 * Keys, first);

        await using (var second = await TestMember.StartAsync(cluster, "second", settings))
        {
            await second.WaitForTasksAsync(60);
            await first.WaitForTasksAsync(60);
            await SendAsync(cluster, Keys / 20);
            await ExpectAsync((3 * Keys) + (Keys / 20), first, second);
        }
        await first.WaitForTasksAsync(120);
        var totals = first.Runtime.Totals;
        // What the member restored at its own start was empty.
        var (read, whole, warm) = (totals.RestoredBytes, totals.RestoredStateBytes, totals.PartitionsRestoredWarm);
        output.WriteLine($"{store}, {warmPartitions} kept: {read:N0} bytes read for {whole:N0} bytes of state, {warm} partitions continued");
        await SendAsync(cluster, Keys);
        await ExpectAsync((4 * Keys) + (Keys / 20), first);

        Assert.Equal(0, first.OutOfTurn);
        Assert.Equal((0, 0), (first.Runtime.Audit.Lost, first.Runtime.Audit.Misordered));
        Assert.Equal(warmPartitions > 0 ? 60 : 0, warm);
        if (warmPartitions > 0)
            Assert.InRange(read, 1, whole / 2);
        else
            Assert.InRange(read, whole, long.MaxValue);
    }

    [Theory]
    [InlineData("disk", "00:10:00")]
    [InlineData("disk", "00:00:01")]
    [InlineData("memory", "00:10:00")]
    public async Task Restart_MemberEndedInOrder_ReadsOnlyWhatIsMissing(string store, string warmFor)
    {
        (string, string)[] settings = [("Streams:Store", store), ("Streams:WarmFor", warmFor), ("Streams:HandoverBudget", "00:00:10")];
        await using var cluster = new TestCluster();
        await using (var first = await TestMember.StartAsync(cluster, "member", settings))
        {
            await first.WaitForTasksAsync(120);
            for (var round = 0; round < 3; round++)
                await SendAsync(cluster, Keys);
            await ExpectAsync(3 * Keys, first);
        }
        await SendAsync(cluster, Keys / 20);
        if (warmFor == "00:00:01")
            await Task.Delay(TimeSpan.FromSeconds(1.1), TestContext.Current.CancellationToken);

        await using var second = await TestMember.StartAsync(cluster, "member", settings);
        await second.WaitForTasksAsync(120);
        var totals = second.Runtime.Totals;
        var (read, whole, warm) = (totals.RestoredBytes, totals.RestoredStateBytes, totals.PartitionsRestoredWarm);
        output.WriteLine($"{store}, {warmFor}: {read:N0} bytes read for {whole:N0} bytes of state, {warm} partitions continued");
        await SendAsync(cluster, Keys);
        await ExpectAsync((4 * Keys) + (Keys / 20), second);

        Assert.Equal(0, second.OutOfTurn);
        Assert.Equal((0, 0), (second.Runtime.Audit.Lost, second.Runtime.Audit.Misordered));
        if (store == "disk" && warmFor == "00:10:00")
        {
            Assert.Equal(120, warm);
            Assert.InRange(read, 0, whole / 4);
        }
        else
        {
            Assert.Equal(0, warm);
            Assert.InRange(read, whole, long.MaxValue);
        }
    }

    /// <summary>Three restorers share the changelogs, and read no more in a second than they may.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(20_000)]
    public async Task Start_WithSeveralRestoreThreads_RestoresEverythingWithinTheQuota(long bytesPerSecond)
    {
        (string, string)[] settings = [("Streams:RestoreThreads", "3"), ("Streams:RestoreConcurrency", "8"), ("Streams:RestoreBytesPerSecond", $"{bytesPerSecond}")];
        await using var cluster = new TestCluster();
        await using (var first = await TestMember.StartAsync(cluster, "first"))
        {
            await first.WaitForTasksAsync(120);
            await SendAsync(cluster, Keys);
            await ExpectAsync(Keys, first);
        }

        await using var second = await TestMember.StartAsync(cluster, "second", settings);
        var started = Stopwatch.GetTimestamp();
        await second.WaitForTasksAsync(120);
        var (elapsed, read) = (Stopwatch.GetElapsedTime(started), second.Runtime.Totals.RestoredBytes);
        output.WriteLine($"{read:N0} bytes restored in {elapsed.TotalSeconds:0.0} s");
        await ExpectAsync(Keys, second);
        await SendAsync(cluster, Keys);
        await ExpectAsync(2 * Keys, second);

        Assert.Equal(0, second.OutOfTurn);
        Assert.Equal((0, 0), (second.Runtime.Audit.Lost, second.Runtime.Audit.Misordered));
        Assert.Equal(120, second.Runtime.Totals.PartitionsRestored);
        Assert.True(read > 60_000, $"{read:N0} bytes say nothing about a quota of 20,000 a second");
        // No timing of the machine's: a quota holds however fast it is.
        if (bytesPerSecond > 0)
            Assert.True(elapsed.TotalSeconds > ((double)read / bytesPerSecond) - 1, $"{read:N0} bytes in {elapsed.TotalSeconds:0.0} s");
    }

    private static async Task SendAsync(TestCluster cluster, int keys)
    {
        for (var key = 0; key < keys; key++)
            cluster.Send($"user-{key}");
        await Expect.EventuallyAsync("all sent", () => cluster.IsAcknowledged, () => "unacknowledged records");
    }

    private static Task ExpectAsync(int entries, params TestMember[] members) => Expect.EventuallyAsync(
        $"{entries} entries applied", () => Sum(members) == entries, () => $"{Sum(members)}");

    /// <summary>What the sequence checks have applied: each key's last number is how often it was sent.</summary>
    private static long Sum(TestMember[] members) => members.Sum(member => member.EntriesChecked);
}
