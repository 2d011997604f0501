using StreamSocial.Events;
using StreamSocial.Replay.Messages;
using StreamSocial.Replay.Traces;

namespace StreamSocial.Unit.Tests.Replay.Traces;

public sealed class TraceInterpreterTests
{
    [Fact]
    public void Interpret_TenLines_GivesFollowsSharesCommentsAndPosts()
    {
        var actions = Interpret(
            (1, 2, HiggsInteraction.Retweet), // 1 follows 2, shares what 2 had before the trace
            (2, 3, HiggsInteraction.Mention), // 2's first post
            (1, 2, HiggsInteraction.Retweet), // shares it; follows already
            (3, 2, HiggsInteraction.Reply),
            (2, 1, HiggsInteraction.Mention), // 2's second post
            (2, 1, HiggsInteraction.Retweet), // 2 follows 1
            (3, 2, HiggsInteraction.Retweet),
            (2, 2, HiggsInteraction.Retweet), // a self-retweet only shares
            (1, 1, HiggsInteraction.Mention),
            (2, 1, HiggsInteraction.Reply));

        Assert.Equal(
            [
                "h1f follow 1 -> 2",
                "h1 share 1 p2-0 of 2",
                "h2 post 2 p2-1 of 2 @3",
                "h3 share 1 p2-1 of 2",
                "h4 comment 3 p2-1 of 2",
                "h5 post 2 p2-2 of 2 @1",
                "h6f follow 2 -> 1",
                "h6 share 2 p1-0 of 1",
                "h7f follow 3 -> 2",
                "h7 share 3 p2-2 of 2",
                "h8 share 2 p2-2 of 2",
                "h9 post 1 p1-1 of 1 @1",
                "h10 comment 2 p1-1 of 1",
            ],
            actions.Select(Describe));
    }

    [Fact]
    public void Key_OfEachAction_IsTheUserWhoseAudienceItConcerns()
    {
        var actions = Interpret((1, 2, HiggsInteraction.Retweet), (3, 4, HiggsInteraction.Mention));

        Assert.Equal(["2", "1", "3"], actions.Select(action => action.Key));
    }

    [Fact]
    public void Interpret_WholeTrace_GivesTheKnownTotals()
    {
        using var trace = new HiggsTrace(SharedData.RequireTrace());

        var actions = trace.ReadEvents().Cast<ReplayAction>().GroupBy(action => action.Type).ToDictionary(group => group.Key, group => group.Count());

        Assert.Equal(563_069, trace.InteractionsRead);
        Assert.Equal(328_132, actions[ActionType.Follow]);
        Assert.Equal(354_930, actions[ActionType.Share]);
        Assert.Equal(171_237, actions[ActionType.Post]);
        Assert.Equal(36_902, actions[ActionType.Comment]);
    }

    private static List<ReplayAction> Interpret(params (int A, int B, HiggsInteraction Interaction)[] lines) =>
        new TraceInterpreter().Interpret(lines.Select((line, i) => new HiggsLine(i + 1, line.A, line.B, 1000 + i, line.Interaction))).ToList();

    private static string Describe(ReplayAction action)
    {
        var text = $"{action.ActionId} {action.Type.ToString().ToLowerInvariant()} {action.UserId}";
        if (action.TargetUserId is not null)
            text += $" -> {action.TargetUserId}";
        if (action.ContentId is not null)
            text += $" {action.ContentId} of {action.ContentAuthorId}";
        return action.MentionedUserIds is { } mentioned ? $"{text} @{string.Join(",", mentioned)}" : text;
    }
}
