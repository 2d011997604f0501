using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Confluent.Kafka;
using StreamSocial.Streams.Membership;
using StreamSocial.Streams.Rebalancing;

namespace StreamSocial.Streams.Tests.Rebalancing;

/// <summary>What the group means a member to have is asked for because partition 3 has no owner.</summary>
public sealed class AssignmentCheckTests : IMembersView
{
    private readonly Dictionary<int, string> _owners = new() { [0] = "self" };
    private readonly AssignmentCheck _check;
    private readonly HashSet<TopicPartition> _target = Partitions(0, 1);

    public AssignmentCheckTests() => _check = new AssignmentCheck(
        new StuckAssignmentDetector(this, [("t", 4)], "self"), _ => Task.FromResult<IReadOnlySet<TopicPartition>?>(_target), this, "self");

    public MembersSnapshot Current { get; } = new(1, ImmutableDictionary<string, Member>.Empty, IsCaughtUp: true);

    [Fact]
    public void ShouldRejoin_NobodyHasWhatItShouldHave_WhenThatIsConfirmed() => Assert.Equal(17, RejoinsAt(0));

    /// <summary>Another member goes on until this one is warm, which takes longer than a confirmation.</summary>
    [Fact]
    public void ShouldRejoin_AnotherMemberStillHasWhatItShouldHave_No()
    {
        _owners[1] = "other";
        Assert.Null(RejoinsAt(0));
    }

    [Fact]
    public void ShouldRejoin_ItHasWhatItShouldNotHave_WhenThatIsConfirmed()
    {
        _owners[1] = "other";
        Assert.Equal(17, RejoinsAt(0, 2));
    }

    [Fact]
    public void ShouldRejoin_ItHasAll_No() => Assert.Null(RejoinsAt(0, 1));

    public Task<MembersSnapshot> WaitForNewerAsync(long version, CancellationToken cancellationToken) => throw new NotSupportedException("Nobody waits here.");

    public bool TryGetOwner(string topic, int partition, [NotNullWhen(true)] out PartitionOwner? owner)
    {
        owner = _owners.TryGetValue(partition, out var id) ? new PartitionOwner(id, null, id == "self") : null;
        return owner is not null;
    }

    /// <summary>The second in which it rejoins first, of a minute; null when it does not.</summary>
    private int? RejoinsAt(params int[] assignment) => Enumerable.Range(0, 60)
        .Select(second => (int?)second).FirstOrDefault(second => _check.ShouldRejoin(TimeSpan.FromSeconds(second!.Value), "id", Partitions(assignment)));

    private static HashSet<TopicPartition> Partitions(params int[] partitions) => [.. partitions.Select(partition => new TopicPartition("t", partition))];
}
