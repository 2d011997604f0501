using StreamSocial.Streams.Membership;
using StreamSocial.Streams.Tests.Cluster;

namespace StreamSocial.Streams.Tests.Hosting;

/// <summary>A member that cannot go on writes nothing more: others go on from its last checkpoints.</summary>
public sealed class FatalErrorTests
{
    private const string Name = "failing";
    private const int Tasks = 2 * TestTopics.Partitions;

    [Fact]
    public async Task Stop_AfterAFatalError_WritesNoLastCheckpoint()
    {
        await using var cluster = new TestCluster();
        await using var observer = await TestMember.StartAsync(cluster, "observer");
        await observer.WaitForTasksAsync(Tasks);
        var member = await TestMember.StartAsync(cluster, Name, ("Streams:CheckpointInterval", "00:05:00"));
        await member.WaitForTasksAsync(Tasks / 2);
        for (var key = 0; key < 100; key++)
            cluster.Send($"key-{key}");
        await Expect.EventuallyAsync("it processes", () => member.EntriesChecked > 0, () => "nothing");
        var totals = member.Runtime.Totals;
        var checkpoints = Interlocked.Read(ref totals.Checkpoints);

        // Another process goes on in its place.
        var later = TimeProvider.System.GetUtcNow().AddMinutes(1).ToUnixTimeMilliseconds();
        for (var reports = 0; reports < 100 && !member.IsStopping; reports++)
            await cluster.ReportAsync(new Member { MemberId = Name, RunId = "later", Endpoint = "http://127.0.0.1:1/", StartedAt = later, ReportedAt = later });
        await Expect.EventuallyAsync("it ends", () => member.IsStopping, () => "a member that runs");
        await member.DisposeAsync();

        Assert.Equal(checkpoints, Interlocked.Read(ref totals.Checkpoints));
        await observer.WaitForTasksAsync(Tasks);
        await Expect.EventuallyAsync("the other one does what is left", () => observer.EntriesChecked == 100, () => $"{observer.EntriesChecked}");
        Assert.Equal((0, 0, 0), (observer.Runtime.Audit.Lost, observer.Runtime.Audit.Misordered, observer.OutOfTurn));
    }
}
