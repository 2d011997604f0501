using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Confluent.Kafka;
using StreamSocial.Kafka;
using StreamSocial.Kafka.Administration;
using StreamSocial.Kafka.Producing;
using StreamSocial.Streams.Membership;
using StreamSocial.Streams.Rebalancing;
using StreamSocial.Streams.Tasks;
using StreamSocial.Streams.Tests.Cluster;

namespace StreamSocial.Streams.Tests.Rebalancing;

/// <summary>What a member that is not asked by the group yet prepares. No broker is there.</summary>
public sealed class TargetWatchTests : IMembersView, IRecordSender
{
    private static readonly KafkaClientSettings Settings = new("127.0.0.1:1", new KafkaOptions());

    private volatile MembersSnapshot _current = Of(Member("self", 10_000));

    public MembersSnapshot Current => _current;

    /// <summary>Its session may last several times as long as its report counts.</summary>
    [Fact]
    public async Task Run_ASilentMemberIsNoLongerKnown_WhatItHadStaysPreparedUntilSomebodyHasIt()
    {
        var options = new StreamsOptions { GroupId = "group", MemberId = "self" };
        var member = MemberContexts.Create(Settings, options, this);
        var supervisor = new TaskSupervisor(member, new RebalanceEventWriter(member.Environment, this, TestTopics.Rebalances, TimeProvider.System), successors: null, formerOwners: null);
        using var membership = new GroupMembership(Settings, options, [TestTopics.Lines], member.Host, supervisor, check: null);
        using var enough = new CancellationTokenSource();
        var watching = new TargetWatch(options, membership, _ => Task.FromResult<MemberTarget?>(null), this, supervisor, TimeProvider.System).RunAsync(enough.Token);

        _current = Of(Member("self", 10_000), Member("silent", 6_000, 0, 1));
        await Expect.EventuallyAsync("what it has is prepared", () => PreparedBy(supervisor) == "0 1", () => PreparedBy(supervisor));
        _current = Of(Member("self", 20_000));
        // Some looks later.
        await Task.Delay(TimeSpan.FromSeconds(0.5), TestContext.Current.CancellationToken);
        Assert.Equal("0 1", PreparedBy(supervisor));

        _current = Of(Member("self", 20_000), Member("other", 20_000, 0));
        await Expect.EventuallyAsync("what somebody has is not", () => PreparedBy(supervisor) == "1", () => PreparedBy(supervisor));

        await enough.CancelAsync();
        await watching;
        supervisor.Prepare([]);
    }

    public Task<MembersSnapshot> WaitForNewerAsync(long version, CancellationToken cancellationToken) => throw new NotSupportedException("Nobody waits here.");

    public bool TryGetOwner(string topic, int partition, [NotNullWhen(true)] out PartitionOwner? owner)
    {
        owner = Current.Members.Values.Where(member => member.Topics.Any(reported => reported.Topic == topic && reported.Partitions.Contains(partition)))
            .Select(member => new PartitionOwner(member.MemberId, null, member.MemberId == "self")).FirstOrDefault();
        return owner is not null;
    }

    void IRecordSender.Send(string topic, int partition, Message<byte[]?, byte[]?> message, IDeliveryHandler handler, long token) =>
        throw new NotSupportedException("Nothing is sent here.");

    private static string PreparedBy(TaskSupervisor supervisor) => string.Join(' ', supervisor.WarmUps.Select(warmUp => warmUp.Task.Partition).Order());

    private static MembersSnapshot Of(params Member[] members) => new(1, members.ToImmutableDictionary(member => member.MemberId), IsCaughtUp: true);

    private static Member Member(string id, long reportedAt, params int[] partitions) => new()
    {
        MemberId = id, ReportedAt = reportedAt, Topics = { new MemberTopic { Topic = TestTopics.Lines, Partitions = { partitions } } },
    };
}
