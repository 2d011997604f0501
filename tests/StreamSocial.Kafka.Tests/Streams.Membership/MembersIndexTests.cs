using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using StreamSocial.Kafka.Tables;
using StreamSocial.Streams.Membership;
using StreamSocial.Streams.Membership.Peers;

namespace StreamSocial.Kafka.Tests.Streams.Membership;

public sealed class MembersIndexTests
{
    private static readonly TimeSpan ExpireAfter = TimeSpan.FromSeconds(10);

    [Fact]
    public void Build_SilentMember_IsNoOwnerByTheTopicsClock()
    {
        var index = Build(Reporting("old", 1_000, 0, 1), Reporting("new", 11_001, 2));
        Assert.Equal(["new"], index.Snapshot.Members.Keys);
        Assert.Equal([("user-actions", 2)], index.Owners.Keys);
    }

    [Fact]
    public void Build_ExactlyAtTheLimit_IsStillAMember() =>
        Assert.Equal(2, Build(Reporting("old", 1_000, 0), Reporting("new", 11_000, 1)).Snapshot.Members.Count);

    [Fact]
    public void Build_TwoClaimAPartition_TheNewestReportWins()
    {
        var index = Build(Reporting("a", 5_000, 0, 1), Reporting("b", 5_001, 1, 2));
        Assert.Equal(["a", "b", "b"], Enumerable.Range(0, 3).Select(partition => index.Owners[("user-actions", partition)].MemberId));
    }

    [Fact]
    public void Build_EqualReports_AllReadersAgree() =>
        Assert.Equal(
            Build(Reporting("a", 5_000, 0), Reporting("b", 5_000, 0)).Owners.Values.Single(),
            Build(Reporting("b", 5_000, 0), Reporting("a", 5_000, 0)).Owners.Values.Single());

    [Fact]
    public void Build_NobodyReported_IsEmptyAndSaysWhetherItKnows()
    {
        Assert.Empty(Build().Snapshot.Members);
        Assert.True(Build().Snapshot.IsCaughtUp);
        Assert.False(MembersIndex.Build(new TableSnapshot<string, Member>(0, ImmutableDictionary<string, Member>.Empty, false), ExpireAfter, Loopback()).Snapshot.IsCaughtUp);
    }

    [Fact]
    public void Build_AddressOfAStranger_IsAMemberWithoutAddressAndOneWarning()
    {
        var warnings = new List<string>();
        var addresses = new PeerAddresses(Options.Create(new PeersOptions()), new WarningLog(warnings));
        var stranger = Reporting("stranger", 1_000, 0);
        stranger.Endpoint = "http://169.254.169.254/latest/";
        var table = new TableSnapshot<string, Member>(7, ImmutableDictionary<string, Member>.Empty.Add("stranger", stranger), IsCaughtUp: true);

        var first = MembersIndex.Build(table, ExpireAfter, addresses);
        var second = MembersIndex.Build(table with { Version = 8 }, ExpireAfter, addresses);

        Assert.All([first, second], index => Assert.Equal(("", ""), (index.Snapshot.Members["stranger"].Endpoint, index.Owners[("user-actions", 0)].Endpoint)));
        Assert.Contains("Member stranger reports the address http://169.254.169.254/latest/", Assert.Single(warnings), StringComparison.Ordinal);
    }

    private static PeerAddresses Loopback() => new(Options.Create(new PeersOptions()), NullLogger<PeerAddresses>.Instance);

    private static MembersIndex Build(params Member[] members) =>
        MembersIndex.Build(new TableSnapshot<string, Member>(7, members.ToImmutableDictionary(member => member.MemberId), IsCaughtUp: true), ExpireAfter, Loopback());

    private static Member Reporting(string id, long reportedAt, params int[] partitions)
    {
        var topic = new MemberTopic { Topic = "user-actions" };
        topic.Partitions.AddRange(partitions);
        return new Member { MemberId = id, ReportedAt = reportedAt, Topics = { topic } };
    }

    private sealed class WarningLog(List<string> warnings) : ILogger<PeerAddresses>
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            warnings.Add(formatter(state, exception));
    }
}
