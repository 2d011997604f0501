using StreamSocial.Events;
using StreamSocial.Events.Actions;
using StreamSocial.Replay.Messages;

namespace StreamSocial.Replay.Synthetic;

/// <summary>
/// Generates the events of a seeded social network with a viral post. First every user follows others, popular ones more often. Then users post,
/// like, comment, share and view, take some of it back, block others and read notifications; during a spike most events concern one post of the celebrity, the user of rank 0.
/// </summary>
/// <param name="options">Size and shape of the network.</param>
/// <param name="start">Time of the first event. Its second is part of the ids, so that a later run is not taken for a repeat.</param>
/// <param name="round">Number of the run, which is part of the ids too: a run may end in the second in which it began.</param>
public sealed class SyntheticTrace(SyntheticTraceOptions options, DateTimeOffset start, int round = 0) : ITraceSource
{
    private const string ViralContent = "viral";

    /// <summary>One id in so many is one that other users use too: an id is unique only among those of its user.</summary>
    private const int SharedIdEvery = 4;

    /// <summary>One post of a user in so many mentions somebody.</summary>
    private const int MentionEvery = 3;

    /// <summary>The latest actions, one of which is taken back now and then; the same one may be again.</summary>
    private const int LatestActions = 1000;

    /// <summary>How far apart the ranks of two users are whose relation changes, so that it often changes again.</summary>
    private const int RelatedRanks = 40;

    /// <summary>Highest number up to which notifications are marked as read.</summary>
    private const int HighestReadNumber = 100;

    private readonly Random _random = new(options.Seed);
    private readonly PowerLaw _popularity = new(options.Users, options.Exponent);
    private readonly Dictionary<int, int> _posts = [];
    private readonly Dictionary<int, int> _sharedIds = [];
    private readonly Queue<(int Actor, ReplayAction Action)> _latest = new();
    private readonly string _prefix = $"s{start.ToUnixTimeSeconds():x}-{(round == 0 ? "" : $"{round}-")}";

    /// <summary>Seconds since the start: gaps may be shorter than a tick.</summary>
    private double _now;

    private long _number;

    /// <inheritdoc/>
    public string Description => $"a synthetic network of {options.Users:N0} users (seed {options.Seed})";

    /// <inheritdoc/>
    public long InteractionsRead => _number;

    /// <inheritdoc/>
    public double? FractionRead => Math.Min(1, _now / options.Length.TotalSeconds);

    /// <inheritdoc/>
    public IEnumerable<ReplayEvent> ReadEvents()
    {
        foreach (var follow in InitialFollows())
            yield return follow;

        for (var viralPosted = false; (_now += SecondsToNext()) < options.Length.TotalSeconds;)
        {
            var spike = IsSpike;
            if (spike && !viralPosted)
            {
                viralPosted = true;
                yield return Act(ActionType.Post, 0, ViralContentId, 0) with { Text = "This is the one everybody talks about" };
            }

            // During the spike only one in SpikeFactor events is an ordinary one.
            var action = spike && _random.NextDouble() * options.SpikeFactor >= 1 ? ViralAction() : OrdinaryAction();
            yield return action;
            for (var i = 0; i < options.InteractionsPerAction; i++)
                yield return Interact(action.ContentId!);
            if (_random.NextDouble() < options.TakenBackShare)
                yield return TakeBack();
            if (_random.NextDouble() < options.RelationChangeShare)
                yield return ChangeRelation();
            if (_random.NextDouble() < options.ReadShare)
                yield return ReadNotifications();
        }
    }

    public void Dispose()
    {
        // Holds no resources.
    }

    private bool IsSpike => _now >= options.SpikeAt.TotalSeconds && _now < (options.SpikeAt + options.SpikeLength).TotalSeconds;

    private string ViralContentId => $"{_prefix}{ViralContent}";

    private DateTimeOffset Now => start + TimeSpan.FromSeconds(_now);

    private static string UserId(int rank) => $"u{rank}";

    private IEnumerable<ReplayAction> InitialFollows()
    {
        var followees = new HashSet<int>();
        var wanted = Math.Min(options.FollowsPerUser, options.Users - 1);
        for (var user = 0; user < options.Users; user++)
        {
            followees.Clear();
            for (var tries = 0; followees.Count < wanted && tries < wanted * 20; tries++)
            {
                var followee = _popularity.Draw(_random);
                if (followee == user || !followees.Add(followee))
                    continue;
                yield return Relate(ActionType.Follow, user, followee);
            }
        }
    }

    /// <summary>Exponentially distributed gaps: a Poisson process whose rate rises during the spike.</summary>
    private double SecondsToNext()
    {
        var rate = options.ActionsPerSecond * (IsSpike ? options.SpikeFactor : 1);
        return -Math.Log(1 - _random.NextDouble()) / rate;
    }

    private ReplayAction ViralAction() =>
        Act(_random.Next(10) switch { < 6 => ActionType.Share, < 9 => ActionType.Like, _ => ActionType.Comment }, _random.Next(options.Users), ViralContentId, 0);

    private ReplayAction OrdinaryAction()
    {
        var actor = _random.Next(options.Users);
        if (_random.Next(10) < 4)
        {
            var number = _posts[actor] = _posts.GetValueOrDefault(actor) + 1;
            var mentioned = number % MentionEvery == 0 ? UserId(_popularity.Draw(_random)) : null;
            return Act(ActionType.Post, actor, ContentId(actor, number), actor) with
            {
                Text = $"Post {number} of {UserId(actor)}{(mentioned is null ? "" : $" for {mentioned}")}",
                MentionedUserIds = mentioned is null ? null : [mentioned],
            };
        }

        var author = _popularity.Draw(_random);
        var newest = _posts.GetValueOrDefault(author);
        var oldest = Math.Max(0, newest - options.RecentPosts + 1);
        var content = ContentId(author, oldest + _random.Next(newest - oldest + 1));
        return Act(_random.Next(6) switch { < 3 => ActionType.Like, < 5 => ActionType.Share, _ => ActionType.Comment }, actor, content, author);
    }

    private ReplayAction Act(ActionType type, int actor, string contentId, int author)
    {
        var action = new ReplayAction
        {
            ActionId = NextId(actor),
            Type = type,
            UserId = UserId(actor),
            ContentId = contentId,
            ContentAuthorId = UserId(author),
            OccurredAt = Now,
        };
        if (_latest.Count == LatestActions)
            _latest.Dequeue();
        _latest.Enqueue((actor, action));
        return action;
    }

    private ReplayAction TakeBack()
    {
        var (actor, action) = _latest.ElementAt(_random.Next(_latest.Count));
        var taker = ActionTypes.TakerBackOf(action.Type) ?? throw new InvalidOperationException($"Nothing takes back a {action.Type}.");
        var isNamed = taker.Names == ActionObject.OwnAction;
        return new ReplayAction
        {
            ActionId = NextId(actor),
            Type = taker.Type,
            UserId = action.UserId,
            TargetActionId = isNamed ? action.ActionId : null,
            ContentId = isNamed ? null : action.ContentId,
            OccurredAt = Now,
        };
    }

    /// <summary>A user follows another one, stops to, or blocks one, mostly a popular one; and the other way round.</summary>
    private ReplayAction ChangeRelation()
    {
        var user = _popularity.Draw(_random);
        var other = (user + 1 + _random.Next(Math.Min(options.Users, RelatedRanks) - 1)) % options.Users;
        var type = _random.Next(8) switch { < 2 => ActionType.Follow, < 5 => ActionType.Unfollow, < 7 => ActionType.Block, _ => ActionType.Unblock };
        var action = _random.Next(2) == 0 ? Relate(type, user, other) : Relate(type, other, user);
        return type == ActionType.Unfollow && _random.Next(2) == 0 ? action with { Purge = true } : action;
    }

    private ReplayAction ReadNotifications()
    {
        var user = _popularity.Draw(_random);
        return new ReplayAction
        {
            ActionId = NextId(user), Type = ActionType.Read, UserId = UserId(user), ReadUpTo = 1 + _random.Next(HighestReadNumber), OccurredAt = Now,
        };
    }

    private ReplayAction Relate(ActionType type, int user, int target) => new()
    {
        ActionId = NextId(user),
        Type = type,
        UserId = UserId(user),
        TargetUserId = UserId(target),
        OccurredAt = Now,
    };

    private ReplayInteraction Interact(string contentId)
    {
        var user = _random.Next(options.Users);
        return new ReplayInteraction
        {
            InteractionId = NextId(user),
            Type = _random.Next(10) switch { < 6 => InteractionType.Impression, < 9 => InteractionType.View, _ => InteractionType.Click },
            ContentId = contentId,
            UserId = UserId(user),
            OccurredAt = Now,
        };
    }

    private string ContentId(int author, int number) => $"{_prefix}p{author}-{number}";

    /// <summary>An id that the user has not used yet.</summary>
    private string NextId(int user) => ++_number % SharedIdEvery == 0
        ? $"{_prefix}k{_sharedIds[user] = _sharedIds.GetValueOrDefault(user) + 1}"
        : $"{_prefix}{_number}";
}

/// <summary>Draws ranks 0, 1, 2, … in proportion to (rank + 1) to the power of minus the exponent.</summary>
internal sealed class PowerLaw
{
    private readonly double[] _cumulative;

    public PowerLaw(int count, double exponent)
    {
        _cumulative = new double[count];
        var sum = 0.0;
        for (var rank = 0; rank < count; rank++)
            _cumulative[rank] = sum += Math.Pow(rank + 1, -exponent);
    }

    public int Draw(Random random)
    {
        var index = Array.BinarySearch(_cumulative, random.NextDouble() * _cumulative[^1]);
        return Math.Min(index < 0 ? ~index : index, _cumulative.Length - 1);
    }
}
