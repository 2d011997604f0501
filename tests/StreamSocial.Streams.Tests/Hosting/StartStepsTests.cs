using System.Collections.Concurrent;
using System.Text;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;
using StreamSocial.Streams.Hosting;
using StreamSocial.Streams.Membership;
using StreamSocial.Streams.Tests.Cluster;

namespace StreamSocial.Streams.Tests.Hosting;

/// <summary>What a member does before it joins, of which each step can take long.</summary>
public sealed class StartStepsTests
{
    /// <summary>The last line tells where a start stands that does not come to its end.</summary>
    [Fact]
    public async Task Start_SaysWhatItWaitsForAndThatItJoins()
    {
        await using var cluster = new TestCluster();
        var lines = new ConcurrentQueue<string>();

        await using var member = await TestMember.StartAsync(cluster, "member", (_, line) => lines.Enqueue(line));

        string[] said =
        [
            "The start waits for the brokers' settings", "The start waits for the reports of others with its name", "The start waits for the stages that are paused",
            "The start waits for its clients to find the brokers", "Joining group test-application",
        ];
        Assert.Equal(said, lines.Select(line => said.FirstOrDefault(step => line.Contains(step, StringComparison.Ordinal))).OfType<string>());
    }

    /// <summary>Others would hand partitions over to a member that leaves at once.</summary>
    [Theory]
    [InlineData("its code to be compiled")]
    [InlineData("its clients to find the brokers")]
    public async Task Start_StoppedInAStep_NeitherReportsNorJoins(string step)
    {
        await using var cluster = new TestCluster();
        var lines = new ConcurrentQueue<string>();

        await using (var member = await TestMember.StartAsync(cluster, "member", StopInStep, ("Streams:CompileFirst", "true")))
            Assert.Equal((true, null, 0), (member.IsStopping, member.EndedBecause, member.Runtime.Assigned));

        Assert.Contains(lines, line => line.Contains(step, StringComparison.Ordinal));
        Assert.DoesNotContain(lines, line => line.Contains("Joining group", StringComparison.Ordinal));
        await cluster.ReportAsync(new Member { MemberId = "marker" });
        Assert.Equal(["marker"], ReadReports(cluster));

        void StopInStep(TestMember member, string line)
        {
            lines.Enqueue(line);
            if (line.Contains(step, StringComparison.Ordinal))
                member.RequestStop();
        }
    }

    [Fact]
    public async Task Take_TakesLong_WarnsOnceOfWhatItWaitsFor()
    {
        var (time, log, done) = (new FakeTimeProvider(), new FakeLogger<StartSteps>(), new TaskCompletionSource());
        var step = new StartSteps(time, log).TakeAsync("the brokers' settings", _ => done.Task, TestContext.Current.CancellationToken);

        time.Advance(TimeSpan.FromSeconds(14));
        Assert.Equal(LogLevel.Debug, log.LatestRecord.Level);
        time.Advance(TimeSpan.FromSeconds(1));
        time.Advance(TimeSpan.FromMinutes(10));

        Assert.Equal((LogLevel.Warning, 2), (log.LatestRecord.Level, log.Collector.Count));
        Assert.Equal("The member has not joined yet: for 15 s it has waited for the brokers' settings", log.LatestRecord.Message);
        done.SetResult();
        Assert.True(await step);
    }

    private static List<string> ReadReports(TestCluster cluster)
    {
        var config = cluster.Settings.CreateConsumerConfig("reader", "reader");
        config.EnablePartitionEof = true;
        using var consumer = new ConsumerBuilder<byte[]?, byte[]?>(config).Build();
        consumer.Assign(new TopicPartitionOffset(TestTopics.Members, 0, 0));
        List<string> names = [];
        while (consumer.Consume(TimeSpan.FromSeconds(20)) is { IsPartitionEOF: false } record)
            names.Add(Encoding.UTF8.GetString(record.Message.Key!));
        return names;
    }
}
