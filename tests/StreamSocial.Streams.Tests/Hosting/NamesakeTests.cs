using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using StreamSocial.Streams.Membership;
using StreamSocial.Streams.State.Disk;
using StreamSocial.Streams.Tests.Cluster;

namespace StreamSocial.Streams.Tests.Hosting;

/// <summary>Of two processes with one member's name only one runs, and the other one says why it does not.</summary>
public sealed class NamesakeTests
{
    private const string Name = "only";
    private const int Tasks = 2 * TestTopics.Partitions;

    /// <summary>Less than the silence of three long report intervals.</summary>
    private static readonly TimeSpan LongestStart = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Start_NamesakeRuns_EndsWithItsAddressAndTheOtherGoesOn()
    {
        await using var cluster = new TestCluster();
        await using var first = await TestMember.StartAsync(cluster, Name);
        await first.WaitForTasksAsync(Tasks);

        await using var second = await TestMember.StartAsync(cluster, Name);

        await Expect.EventuallyAsync("the second one ends", () => second.IsStopping, () => "a member that runs");
        Assert.StartsWith(
            $"A member named {Name} already runs in group test-application, at {first.Members.Current.Members[Name].Endpoint}.", second.EndedBecause, StringComparison.Ordinal);
        Assert.Equal((false, Tasks, false), (first.IsStopping, first.Runtime.Assigned, second.Runtime.HasAssignment));
        cluster.Send("a");
        await Expect.EventuallyAsync("the first one processes", () => first.EntriesChecked == 1, () => $"{first.EntriesChecked}");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Start_PredecessorsAddressIsDeadOrItsOwnNow_DoesNotWaitForItsSilence(bool isOwn)
    {
        await using var cluster = new TestCluster();
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var endpoint = $"http://{listener.LocalEndpoint}/";
        if (!isOwn)
            listener.Stop();
        await cluster.ReportAsync(new Member { MemberId = Name, RunId = "dead", Endpoint = endpoint, StartedAt = 1, ReportedAt = 1 });

        var started = Stopwatch.GetTimestamp();
        await using var member = await TestMember.StartAsync(
            cluster, Name, ("Streams:ReportInterval", "00:00:10"), ("Streams:AdvertisedEndpoint", isOwn ? endpoint : "http://127.0.0.1:1/"));
        await member.WaitForTasksAsync(Tasks);

        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, LongestStart);
    }

    [Fact]
    public async Task Start_AnotherListensAtThePredecessorsAddress_StartsAfterItsSilence()
    {
        await using var cluster = new TestCluster();
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        await cluster.ReportAsync(new Member { MemberId = Name, RunId = "dead", Endpoint = $"http://{listener.LocalEndpoint}/", StartedAt = 1, ReportedAt = 1 });

        await using var member = await TestMember.StartAsync(cluster, Name);

        await member.WaitForTasksAsync(Tasks);
    }

    /// <summary>It stood still while its name was looked for, or both started in the same moment.</summary>
    [Fact]
    public async Task Run_NamesakeStartedLater_EndsAndDoesNotRemoveItsReport()
    {
        await using var cluster = new TestCluster();
        await using var observer = await TestMember.StartAsync(cluster, "observer");
        await using (var member = await TestMember.StartAsync(cluster, Name))
        {
            await Expect.EventuallyAsync("it reports", () => member.Members.Current.Members.ContainsKey(Name), () => "no report");

            var later = TimeProvider.System.GetUtcNow().AddMinutes(1).ToUnixTimeMilliseconds();
            // Who lives reports again and again: a single report may lie before one of the member's own in what is read at once.
            for (var reports = 0; reports < 100 && !member.IsStopping; reports++)
                await cluster.ReportAsync(new Member { MemberId = Name, RunId = "later", Endpoint = "http://127.0.0.1:1/", StartedAt = later, ReportedAt = later });

            await Expect.EventuallyAsync("it ends", () => member.IsStopping, () => "a member that runs");
            Assert.Equal($"Another process has started as member {Name} of group test-application, at http://127.0.0.1:1/, and goes on in its place.", member.EndedBecause);
        }

        // Behind whatever it wrote last.
        await cluster.ReportAsync(new Member { MemberId = "marker", RunId = "marker" });
        await Expect.EventuallyAsync("the marker is read", () => observer.Reports.Current.Entries.ContainsKey("marker"), () => "no marker");
        Assert.True(observer.Reports.Current.Entries.ContainsKey(Name));
    }

    [Fact]
    public async Task Run_NamesakeStartedEarlier_GoesOn()
    {
        await using var cluster = new TestCluster();
        await using var member = await TestMember.StartAsync(cluster, Name);
        await Expect.EventuallyAsync("it reports", () => member.Members.Current.Members.ContainsKey(Name), () => "no report");

        await cluster.ReportAsync(new Member { MemberId = Name, RunId = "earlier", Endpoint = "http://127.0.0.1:1/", StartedAt = 1, ReportedAt = 1 });

        await member.WaitForTasksAsync(Tasks);
        Assert.False(member.IsStopping);
    }

    [Fact]
    public async Task Start_StoreDirectoryIsLocked_EndsWithOneSentence()
    {
        await using var cluster = new TestCluster();
        var directory = Path.Combine(cluster.Configuration["Streams:StoreDirectory"]!, "test-application", Name);
        using var taken = StoreLock.Take(directory);

        await using var member = await TestMember.StartAsync(cluster, Name, ("Streams:Store", "disk"));

        Assert.True(member.IsStopping);
        Assert.StartsWith($"The store directory {directory} cannot be locked", member.EndedBecause, StringComparison.Ordinal);
    }
}
