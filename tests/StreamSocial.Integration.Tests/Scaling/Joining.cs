using System.Diagnostics;
using Confluent.Kafka;
using StreamSocial.Events;
using StreamSocial.Integration.Tests.Topology;
using StreamSocial.Streams.Membership;

namespace StreamSocial.Integration.Tests.Scaling;

/// <summary>Watches for the moment at which a replica has been given partitions and has not restored them.</summary>
internal static class Joining
{
    /// <summary>Includes that a member which does not get into its group ends and is started again.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(4);

    /// <summary>Kills the replica's process in that moment.</summary>
    /// <returns>Its id.</returns>
    public static async Task<int> KillInTheMiddleAsync(RunningTopology topology, string replica)
    {
        var config = new ConsumerConfig { BootstrapServers = await topology.BootstrapServersAsync(), GroupId = $"test-{replica}", EnableAutoCommit = false };
        return await Task.Run(async () =>
        {
            using var consumer = new ConsumerBuilder<Ignore, byte[]>(config).Build();
            consumer.Assign(new TopicPartitionOffset(TopicNames.RebalanceEvents, 0, Offset.Beginning));
            for (var started = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(started) < Timeout;)
            {
                if (consumer.Consume(TimeSpan.FromMilliseconds(100)) is not { Message: { } message })
                    continue;
                var change = MemberReports.ReadEvent(message.Value, message.Timestamp.UtcDateTime);
                if (change is not { Type: RebalanceEventType.Assigned } || change.MemberId != replica)
                    continue;
                var pid = topology.ProcessIdOf(replica);
                using var process = Process.GetProcessById(pid);
                process.Kill();
                return pid;
            }
            throw new TimeoutException(
                $"{replica} was given no partition within {Timeout}; it last wrote:\n{await topology.LastLinesAsync(replica)}\n\n"
                + $"and feed-generator-1:\n{await topology.LastLinesAsync("feed-generator-1")}\n\nand the brokers:\n{await topology.LastLinesAsync("kafka")}");
        });
    }
}
