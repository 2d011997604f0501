using System.Collections.Concurrent;
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
}
