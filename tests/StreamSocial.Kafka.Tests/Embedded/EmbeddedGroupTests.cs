using System.Diagnostics;
using Confluent.Kafka;
using StreamSocial.Kafka.Embedded;
using StreamSocial.Kafka.Tests.Groups;

namespace StreamSocial.Kafka.Tests.Embedded;

/// <summary>
/// One group over the three input topics of the full table, with the KIP-848 protocol. The classic one works on embedded brokers too,
/// but each join waits there until just before the session timeout (session 6 s: 13.7 s for a second member; 2 s: partitions get lost).
/// </summary>
public sealed class EmbeddedGroupTests(ITestOutputHelper output)
{
    private static readonly (string Name, int Partitions)[] Inputs = [("user-actions", 1000), ("content-interactions", 500), ("feed-updates", 1000)];
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Group_MembersJoinLeaveAndDie_EveryPartitionHasOneOwner()
    {
        await using var cluster = EmbeddedKafkaCluster.Start();
        foreach (var (name, partitions) in Inputs)
            cluster.CreateTopic(name, partitions, 3);
        var all = Inputs.Sum(input => input.Partitions);
        var settings = new KafkaClientSettings(cluster.BootstrapServers, new KafkaOptions { Embedded = true });

        var started = Stopwatch.GetTimestamp();
        using var first = Join(settings, "first");
        await Until.TrueAsync("first member joins", () => first.Owned == all, () => $"{first.Owned} of {all} partitions", Patience);
        Report("alone", Stopwatch.GetElapsedTime(started));

        started = Stopwatch.GetTimestamp();
        using var second = Join(settings, "second");
        await Until.TrueAsync("second member joins", () => second.Owned == all / 2 && first.Owned == all / 2, () => $"{first.Owned} + {second.Owned}", Patience);
        Report("second joins", Stopwatch.GetElapsedTime(started));
        Report("  last revoked to assigned", Stopwatch.GetElapsedTime(first.LastAt(GroupEvent.Revoked), second.LastAt(GroupEvent.Assigned)));
        Assert.Empty(first.Partitions.Intersect(second.Partitions));
        // Cooperative: only what moves is taken away.
        Assert.Equal(all / 2, first.Count(GroupEvent.Revoked));

        var third = Join(settings, "third");
        started = Stopwatch.GetTimestamp();
        await Until.TrueAsync("third member joins", () => third.Owned >= 800 && first.Owned + second.Owned + third.Owned == all && first.Owned < 900 && second.Owned < 900,
            () => $"{first.Owned} + {second.Owned} + {third.Owned}", Patience);
        Report("third joins", Stopwatch.GetElapsedTime(started));

        started = Stopwatch.GetTimestamp();
        third.Dispose();
        Report("third's close", Stopwatch.GetElapsedTime(started));
        await Until.TrueAsync("third member leaves", () => first.Owned + second.Owned == all, () => $"{first.Owned} + {second.Owned}", Patience);
        Report("third leaves", Stopwatch.GetElapsedTime(started));

        started = Stopwatch.GetTimestamp();
        second.Die();
        await Until.TrueAsync("second member dies", () => first.Owned == all, () => $"{first.Owned} of {all}", Patience);
        Report("second dies", Stopwatch.GetElapsedTime(started));
        Assert.Equal(0, first.Count(GroupEvent.Lost));
        Assert.Empty(first.Errors.Concat(second.Errors).Concat(third.Errors));

        void Report(string phase, TimeSpan time) => output.WriteLine($"{phase} {time.TotalSeconds:0.00} s");
    }

    private static GroupMember Join(KafkaClientSettings settings, string name)
    {
        var config = settings.CreateConsumerConfig(name, "group");
        config.AutoOffsetReset = AutoOffsetReset.Earliest;
        return new GroupMember(config, [.. Inputs.Select(input => input.Name)]);
    }
}
