using StreamSocial.Streams.Membership;
using StreamSocial.Streams.Tests.Cluster;

namespace StreamSocial.Streams.Tests.Hosting;

/// <summary>A member that cannot go on writes nothing more and waits for nobody: others go on from its last checkpoints.</summary>
public sealed class FatalErrorTests
{
    private const string Name = "failing";
    private const int Tasks = 2 * TestTopics.Partitions;

    /// <summary>As many as have something to do, on a machine with many cores too.</summary>
    private const int Lanes = 2;
    private static readonly (string Key, string Value) TwoLanes = ("Streams:Lanes", $"{Lanes}");

    [Fact]
    public async Task Stop_AfterAFatalError_WritesNoLastCheckpoint()
    {
        await using var cluster = new TestCluster();
        await using var observer = await TestMember.StartAsync(cluster, "observer");
        await observer.WaitForTasksAsync(Tasks);
        // Its checkpoints are spread over the interval, so hardly one is due while the test runs.
        var member = await TestMember.StartAsync(cluster, Name, ("Streams:CheckpointInterval", "00:10:00"));
        await member.WaitForTasksAsync(Tasks / 2);
        SendHundred(cluster);
        await Expect.EventuallyAsync("it processes", () => member.EntriesChecked > 0, () => "nothing");
        var totals = member.Runtime.Totals;
        var checkpoints = Interlocked.Read(ref totals.Checkpoints);

        await TakeNameAsync(cluster, member);
        await member.DisposeAsync();

        Assert.Equal(checkpoints, Interlocked.Read(ref totals.Checkpoints));
        await observer.WaitForTasksAsync(Tasks);
        await Expect.EventuallyAsync("the other one does what is left", () => observer.EntriesChecked == 100, () => $"{observer.EntriesChecked}");
        Assert.Equal((0, 0, 0), (observer.Runtime.Audit.Lost, observer.Runtime.Audit.Misordered, observer.OutOfTurn));
    }

    /// <summary>What it is at work on may take long, and meanwhile the report under its name is another's.</summary>
    [Fact]
    public async Task Stop_AnotherHasItsName_ReportsNoMore()
    {
        await using var cluster = new TestCluster();
        using var mayGoOn = new ManualResetEventSlim();
        var atWork = 0;
        cluster.BeforeCheck = () =>
        {
            Interlocked.Increment(ref atWork);
            mayGoOn.Wait();
        };
        await using var observer = await TestMember.StartAsync(cluster, "observer", TwoLanes);
        var member = await TestMember.StartAsync(cluster, Name, TwoLanes);
        await member.WaitForTasksAsync(Tasks / 2);
        var reports = observer.Reports;
        SendHundred(cluster);
        await Expect.EventuallyAsync("they are at work", () => Volatile.Read(ref atWork) == 2 * Lanes, () => $"{atWork} lanes");
        var ending = Task.CompletedTask;
        try
        {
            await TakeNameAsync(cluster, member);
            ending = member.DisposeAsync().AsTask();
            await Task.Delay(member.Options.ReportInterval, TestContext.Current.CancellationToken);
            await cluster.ReportAsync(new Member { MemberId = Name, RunId = "marker" });
            await Expect.EventuallyAsync("the other's report is read", () => reports.Current.Entries[Name].RunId == "marker", () => $"{reports.Current.Entries[Name]}");

            await Task.Delay(5 * member.Options.ReportInterval, TestContext.Current.CancellationToken);
            Assert.Equal("marker", reports.Current.Entries[Name].RunId);
            Assert.False(ending.IsCompleted);
        }
        finally
        {
            mayGoOn.Set();
            await ending;
        }
    }

    private static void SendHundred(TestCluster cluster)
    {
        for (var key = 0; key < 100; key++)
            cluster.Send($"key-{key}");
    }

    /// <summary>Another process goes on in the member's place.</summary>
    private static async Task TakeNameAsync(TestCluster cluster, TestMember member)
    {
        var later = TimeProvider.System.GetUtcNow().AddMinutes(1).ToUnixTimeMilliseconds();
        for (var reports = 0; reports < 100 && !member.IsStopping; reports++)
            await cluster.ReportAsync(new Member { MemberId = Name, RunId = "later", Endpoint = "http://127.0.0.1:1/", StartedAt = later });
        await Expect.EventuallyAsync("it ends", () => member.IsStopping, () => "a member that runs");
    }
}
