using System.Diagnostics;
using Confluent.Kafka;

namespace StreamSocial.Kafka.Tests.Groups;

/// <summary>Members join, leave and die; every partition always ends with one owner, and only what must move moves.</summary>
internal sealed class GroupScenario(KafkaClientSettings settings, GroupProtocol protocol, (string Name, int Partitions)[] topics, ITestOutputHelper output)
{
    private static readonly TimeSpan WaitTimeout = TimeSpan.FromSeconds(30);

    // The first group of a fresh cluster waits until its offsets topic is made, with everything in the brokers still interpreted.
    private static readonly TimeSpan FirstJoinPatience = TimeSpan.FromSeconds(90);

    private readonly string _group = $"group-{Guid.NewGuid():N}";

    public async Task RunAsync()
    {
        var all = topics.Sum(topic => topic.Partitions);
        var started = Stopwatch.GetTimestamp();
        using var first = Join("first");
        await Until.TrueAsync("first member joins", () => first.Owned == all, () => $"{first.Owned} of {all} partitions", FirstJoinPatience);
        Report("alone");

        using var second = Join("second");
        await Until.TrueAsync("second member joins", () => AreEven(first, second), () => $"{first.Owned} + {second.Owned}", WaitTimeout);
        Report("second joins");
        output.WriteLine($"  last revoked to assigned {Stopwatch.GetElapsedTime(first.LastAt(GroupEvent.Revoked), second.LastAt(GroupEvent.Assigned)).TotalSeconds:0.00} s");
        Assert.Empty(first.Partitions.Intersect(second.Partitions));
        Assert.InRange(first.Count(GroupEvent.Revoked), (all / 2) - topics.Length, (all / 2) + topics.Length);

        using var third = Join("third");
        await Until.TrueAsync("third member joins", () => AreEven(first, second, third), () => $"{first.Owned} + {second.Owned} + {third.Owned}", WaitTimeout);
        Report("third joins");

        third.Dispose();
        await Until.TrueAsync("third member leaves", () => AreEven(first, second), () => $"{first.Owned} + {second.Owned}", WaitTimeout);
        Report("third leaves");

        second.Die();
        await Until.TrueAsync("second member dies", () => first.Owned == all, () => $"{first.Owned} of {all}", WaitTimeout);
        Report("second dies");
        Assert.Equal(0, first.Count(GroupEvent.Lost));
        Assert.Empty(first.Errors.Concat(second.Errors).Concat(third.Errors));

        bool AreEven(params GroupMember[] members) =>
            members.Sum(member => member.Owned) == all && members.Max(member => member.Owned) - members.Min(member => member.Owned) <= topics.Length;

        void Report(string phase)
        {
            output.WriteLine($"{phase} {Stopwatch.GetElapsedTime(started).TotalSeconds:0.00} s");
            started = Stopwatch.GetTimestamp();
        }
    }

    private GroupMember Join(string name)
    {
        var config = settings.CreateConsumerConfig(name, _group);
        config.AutoOffsetReset = AutoOffsetReset.Earliest;
        config.GroupProtocol = protocol;
        if (protocol == GroupProtocol.Classic)
        {
            config.PartitionAssignmentStrategy = PartitionAssignmentStrategy.CooperativeSticky;
            config.SessionTimeoutMs = 6000;
            config.HeartbeatIntervalMs = 500;
        }

        return new GroupMember(config, [.. topics.Select(topic => topic.Name)]);
    }
}
