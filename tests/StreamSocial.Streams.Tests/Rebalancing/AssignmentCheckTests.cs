using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Confluent.Kafka;
using StreamSocial.Kafka.Administration;
using StreamSocial.Streams.Membership;
using StreamSocial.Streams.Rebalancing;

namespace StreamSocial.Streams.Tests.Rebalancing;

/// <summary>What the group means a member to have is asked for because partition 3 has no owner.</summary>
public sealed class AssignmentCheckTests : IMembersView
{
    private readonly Dictionary<int, string> _owners = new() { [0] = "self" };
    private readonly AssignmentCheck _check;

    /// <summary>What the group answers, by the number of the question.</summary>
    private Func<int, MemberTarget?> _answer = _ => new MemberTarget(IsMember: true, Partitions(0, 1));
    private int _questions;

    public AssignmentCheckTests() => _check = new AssignmentCheck(
        new StuckAssignmentDetector(this, [("t", 4)], "self"), _ => Task.FromResult(_answer(_questions++)), this, "self");

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

    /// <summary>The first question, or the one that confirms, has no answer: it is asked again soon, and what is known already still counts.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void ShouldRejoin_AQuestionHasNoAnswer_IsAskedAgainSoon(int unanswered)
    {
        _answer = question => question == unanswered ? null : new MemberTarget(IsMember: true, Partitions(0, 1));
        Assert.Equal(21, RejoinsAt(0));
    }

    /// <summary>Others own everything, so nothing else is suspicious.</summary>
    [Theory]
    [InlineData("id")]
    [InlineData("")]
    public void UnknownFor_TheGroupDoesNotKnowTheMember_Grows(string id)
    {
        OthersOwnAll();
        _answer = _ => MemberTarget.NoMember;
        Assert.Equal(71, UnknownAt(60, id));
    }

    /// <summary>The brokers are away, and the member cannot come in.</summary>
    [Fact]
    public void UnknownFor_NobodyAnswers_DoesNotGrow()
    {
        OthersOwnAll();
        _answer = _ => null;
        Assert.Null(UnknownAt(1));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void UnknownFor_AnotherAnswerOrNone_BeginsAnew(bool isAnswered)
    {
        OthersOwnAll();
        _answer = question => question == 5 && !isAnswered ? null : question == 5 ? new MemberTarget(IsMember: true, Partitions()) : MemberTarget.NoMember;
        // One that the group knows is asked for again after a minute.
        Assert.Equal(isAnswered ? 152 : 95, UnknownAt(60));
    }

    /// <summary>A process that stood still finds an answer of before.</summary>
    [Fact]
    public void UnknownFor_TheAnswerIsOld_DoesNotGrow()
    {
        OthersOwnAll();
        _answer = _ => MemberTarget.NoMember;
        foreach (var second in new[] { 0, 10, 11, 14, 90, 93 })
        {
            Assert.False(_check.ShouldRejoin(TimeSpan.FromSeconds(second), "id", []));
            Assert.InRange(_check.UnknownFor.TotalSeconds, 0, 10);
        }
    }

    [Fact]
    public void UnknownFor_TheMemberHasSomething_IsNothing()
    {
        _answer = _ => MemberTarget.NoMember;
        Assert.Null(UnknownAt(1, "id", 0));
    }

    /// <summary>After a loss it is a member again within seconds, or never.</summary>
    [Fact]
    public void UnknownFor_TheMemberHasLostWhatItHad_Grows()
    {
        OthersOwnAll();
        for (var second = 0; second < 100; second++)
            Assert.False(_check.ShouldRejoin(TimeSpan.FromSeconds(second), "id", Partitions(0)));
        _answer = _ => MemberTarget.NoMember;
        for (var second = 100; second < 171; second++)
            Assert.False(_check.ShouldRejoin(TimeSpan.FromSeconds(second), "", []));
        Assert.Equal(60, _check.UnknownFor.TotalSeconds);
    }

    /// <summary>It may be about to be told: nothing is suspicious.</summary>
    [Fact]
    public void ShouldRejoin_ItHasNothingAndIsAMember_No()
    {
        OthersOwnAll();
        _owners[0] = "self";
        Assert.Null(RejoinsAt());
    }

    public Task<MembersSnapshot> WaitForNewerAsync(long version, CancellationToken cancellationToken) => throw new NotSupportedException("Nobody waits here.");

    public bool TryGetOwner(string topic, int partition, [NotNullWhen(true)] out PartitionOwner? owner)
    {
        owner = _owners.TryGetValue(partition, out var id) ? new PartitionOwner(id, null, id == "self") : null;
        return owner is not null;
    }

    /// <summary>The second in which it rejoins first, of a minute; null when it does not.</summary>
    private int? RejoinsAt(params int[] assignment) => Enumerable.Range(0, 60)
        .Select(second => (int?)second).FirstOrDefault(second => _check.ShouldRejoin(TimeSpan.FromSeconds(second!.Value), "id", Partitions(assignment)));

    /// <summary>The second in which the group has not known it for so many, of three minutes; null when that is in none.</summary>
    private int? UnknownAt(int seconds, string id = "id", params int[] assignment) => Enumerable.Range(0, 180).Select(second => (int?)second).FirstOrDefault(second =>
        !_check.ShouldRejoin(TimeSpan.FromSeconds(second!.Value), id, Partitions(assignment)) && _check.UnknownFor >= TimeSpan.FromSeconds(seconds));

    private void OthersOwnAll()
    {
        for (var partition = 0; partition < 4; partition++)
            _owners[partition] = "other";
    }

    private static HashSet<TopicPartition> Partitions(params int[] partitions) => [.. partitions.Select(partition => new TopicPartition("t", partition))];
}
