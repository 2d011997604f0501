using StreamSocial.Cli.Topology;
using StreamSocial.Events;
using StreamSocial.Operations.Stages;
using StreamSocial.Streams.Membership;
using StreamSocial.Streams.Membership.Controls;

namespace StreamSocial.Unit.Tests.Operations;

public sealed class StageDocumentTests
{
    /// <summary>What it reported last may be that the stage runs, which would look as if it did not take the pause.</summary>
    [Fact]
    public void List_MemberWasKilled_IsNotCounted()
    {
        Member[] members = [Member("killed", reportedAt: 1, isPaused: false), Member("a", reportedAt: 60_000, isPaused: true), Member("b", reportedAt: 59_000, isPaused: true)];
        var view = new StageView(new StageControlsView(), () => members) { LiveMembers = () => MemberTracker.Live(members) };
        // Nothing is asked of the brokers.
        var stages = new StageOperator(StageApplication.FeedGenerators, null!, view, TimeProvider.System).List();

        var stage = Assert.Single(stages, stage => stage.Input == TopicNames.UserActions);
        Assert.Equal((2, 2), (stage.PausedMembers, stage.Members));
    }

    private static Member Member(string id, long reportedAt, bool isPaused)
    {
        var member = new Member { MemberId = id, ReportedAt = reportedAt, Topics = { new MemberTopic { Topic = TopicNames.UserActions, Partitions = { 0 } } } };
        if (isPaused)
            member.PausedInputs.Add(TopicNames.UserActions);
        return member;
    }
}
