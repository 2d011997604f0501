using StreamSocial.Events;
using StreamSocial.Replay.Messages;

namespace StreamSocial.Replay.Traces;

/// <summary>
/// Turns the lines of a Higgs trace into actions: a retweet is a share of the retweeted user's newest content and, the first time,
/// a follow before it; a reply is a comment on that content; a mention is a post that names the user.
/// </summary>
/// <remarks>
/// The trace does not name contents, so content ids are made of the user and the number of the user's posts: <c>p{user}-{posts so far}</c>, where
/// 0 stands for posts before the trace. Action ids are made of the line number: <c>h12</c>, and <c>h12f</c> for its follow.
/// </remarks>
/// <param name="idPrefix">Prefix of action ids; each round of a trace that is replayed in a loop needs another one.</param>
public sealed class TraceInterpreter(string idPrefix = "h")
{
    private readonly HashSet<(int Follower, int Followee)> _follows = [];
    private readonly Dictionary<int, int> _posts = [];

    /// <summary>Returns the actions of the lines, in order.</summary>
    public IEnumerable<ReplayAction> Interpret(IEnumerable<HiggsLine> lines)
    {
        foreach (var line in lines)
        {
            if (line.Interaction == HiggsInteraction.Retweet && line.UserA != line.UserB && _follows.Add((line.UserA, line.UserB)))
                yield return Follow(line);

            yield return line.Interaction switch
            {
                HiggsInteraction.Retweet => OnContentOfB(line, ActionType.Share),
                HiggsInteraction.Reply => OnContentOfB(line, ActionType.Comment),
                HiggsInteraction.Mention => Post(line),
                _ => throw new InvalidOperationException($"Line {line.Number} has the unknown interaction {line.Interaction}."),
            };
        }
    }

    private static DateTimeOffset TimeOf(in HiggsLine line) => DateTimeOffset.FromUnixTimeSeconds(line.UnixSeconds);

    private ReplayAction Follow(in HiggsLine line) => new()
    {
        ActionId = $"{idPrefix}{line.Number}f",
        Type = ActionType.Follow,
        UserId = $"{line.UserA}",
        TargetUserId = $"{line.UserB}",
        OccurredAt = TimeOf(line),
    };

    private ReplayAction OnContentOfB(in HiggsLine line, ActionType type) => new()
    {
        ActionId = $"{idPrefix}{line.Number}",
        Type = type,
        UserId = $"{line.UserA}",
        ContentId = $"p{line.UserB}-{_posts.GetValueOrDefault(line.UserB)}",
        ContentAuthorId = $"{line.UserB}",
        OccurredAt = TimeOf(line),
    };

    private ReplayAction Post(in HiggsLine line)
    {
        var number = _posts[line.UserA] = _posts.GetValueOrDefault(line.UserA) + 1;
        return new ReplayAction
        {
            ActionId = $"{idPrefix}{line.Number}",
            Type = ActionType.Post,
            UserId = $"{line.UserA}",
            ContentId = $"p{line.UserA}-{number}",
            ContentAuthorId = $"{line.UserA}",
            MentionedUserIds = [$"{line.UserB}"],
            Text = $"@{line.UserB}",
            OccurredAt = TimeOf(line),
        };
    }
}
