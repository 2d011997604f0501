using StreamSocial.Events;
using StreamSocial.Replay.Messages;

namespace StreamSocial.Cli.Verification;

/// <summary>
/// What the whole system must come to, computed the plain way: one thread, in the order of the trace, everything in memory. It shares
/// no code with the services and no table of what action types do: a wrong entry there must not be wrong here too.
/// </summary>
/// <param name="feedCapacity">Entries that a feed keeps, the newest.</param>
internal sealed class ReferenceModel(int feedCapacity = ReferenceModel.DefaultFeedCapacity)
{
    /// <summary>What a feed holds when its service is not told otherwise.</summary>
    public const int DefaultFeedCapacity = 1000;

    /// <summary>Notifications that are kept for a user when the service is not told otherwise.</summary>
    public const int NotificationCapacity = 200;

    /// <summary>Contents that each partition ranks when the service is not told otherwise, and the most that can be asked for.</summary>
    public const int TrendingContents = 100;

    /// <summary>Shares of one content by one user that can be taken back, the newest.</summary>
    private const int SharesTakenBack = 16;

    private static readonly IReadOnlyList<ReferenceEntry> NoEntries = [];
    private readonly Dictionary<string, HashSet<string>> _followers = [];
    private readonly Dictionary<string, List<ReferenceEntry>> _feeds = [];
    private readonly Dictionary<string, ContentCounts> _counters = [];
    private readonly Dictionary<string, TrendWeight> _weights = [];
    private readonly HashSet<string> _users = [];
    private readonly Dictionary<string, List<ReferenceNotification>> _notifications = [];
    private readonly Dictionary<string, int> _readUpTo = [];
    private readonly HashSet<(string Blocker, string Blocked)> _blocks = [];
    private readonly Dictionary<(string User, string ContentId), ReferenceEntry> _likes = [];
    private readonly Dictionary<(string User, string ContentId), List<ReferenceEntry>> _shares = [];
    private readonly Dictionary<(string User, string ActionId), ReferenceEntry> _texts = [];

    /// <summary>Entries that a feed keeps, the newest.</summary>
    public int FeedCapacity => feedCapacity;

    /// <summary>Told of each entry that a user's feed takes, in order.</summary>
    public Action<string, ReferenceEntry>? Delivered { get; init; }

    /// <summary>Actions applied.</summary>
    public long Actions { get; private set; }

    /// <summary>Views, impressions and clicks applied.</summary>
    public long Interactions { get; private set; }

    /// <summary>Entries written into feeds, those included that newer ones have pushed out since.</summary>
    public long Deliveries { get; private set; }

    /// <summary>Likes, shares, posts and comments that were taken back.</summary>
    public long TakenBack { get; private set; }

    /// <summary>Everyone who did something or to whom something was done.</summary>
    public IReadOnlyCollection<string> Users => _users;

    /// <summary>The counters of every content that anyone posted or interacted with.</summary>
    public IReadOnlyDictionary<string, ContentCounts> Counters => _counters;

    /// <summary>What every content weighs in the trend that anyone interacted with.</summary>
    public IReadOnlyDictionary<string, TrendWeight> Weights => _weights;

    /// <summary>Applies the next event of the trace.</summary>
    /// <exception cref="ToolException">Its type is one that the reference does not know.</exception>
    public void Apply(ReplayEvent replayEvent)
    {
        if (replayEvent is ReplayAction action)
            Apply(action);
        else
            Apply((ReplayInteraction)replayEvent);
    }

    /// <summary>A user's feed, newest first.</summary>
    public IReadOnlyList<ReferenceEntry> FeedOf(string user)
    {
        if (!_feeds.TryGetValue(user, out var feed))
            return NoEntries;
        Trim(feed);
        // What was taken back kept its place: a feed does not get older entries back for it.
        return [.. feed.Where(entry => !entry.IsTakenBack)];
    }

    /// <summary>All notifications of a user, in the order of the trace.</summary>
    public IReadOnlyList<ReferenceNotification> NotificationsOf(string user) => _notifications.GetValueOrDefault(user, []);

    /// <summary>Number up to which a user has read notifications.</summary>
    public int ReadUpToOf(string user) => _readUpTo.GetValueOrDefault(user);

    private void Apply(ReplayAction action)
    {
        Actions++;
        _users.Add(action.UserId);
        switch (action.Type)
        {
            case ActionType.Follow or ActionType.Unfollow or ActionType.Block or ActionType.Unblock:
                _users.Add(action.TargetUserId!);
                // Nobody follows or blocks themselves.
                if (action.UserId != action.TargetUserId)
                    Relate(action);
                break;
            case ActionType.Read:
                _readUpTo[action.UserId] = Math.Max(action.ReadUpTo!.Value, ReadUpToOf(action.UserId));
                break;
            case ActionType.Post:
                _counters.TryAdd(action.ContentId!, default);
                _texts[(action.UserId, action.ActionId)] = Deliver(action);
                break;
            case ActionType.Like when _likes.ContainsKey((action.UserId, action.ContentId!)):
                // Nobody likes the same content twice.
                break;
            case ActionType.Like:
                Count(action.ContentId!, InteractionType.Like, TimeOf(action));
                _likes.Add((action.UserId, action.ContentId!), Deliver(action));
                break;
            case ActionType.Comment:
                Count(action.ContentId!, InteractionType.Comment, TimeOf(action));
                _texts[(action.UserId, action.ActionId)] = Deliver(action);
                break;
            case ActionType.Share:
                Count(action.ContentId!, InteractionType.Share, TimeOf(action));
                AddShare(action);
                break;
            case ActionType.Unlike:
                if (_likes.Remove((action.UserId, action.ContentId!), out var like))
                    TakeBack(like, InteractionType.Like, action);
                break;
            case ActionType.Unshare:
                if (_shares.Remove((action.UserId, action.ContentId!), out var shares))
                    shares.ForEach(share => TakeBack(share, InteractionType.Share, action));
                break;
            case ActionType.Delete:
                if (_texts.Remove((action.UserId, action.TargetActionId!), out var text))
                    TakeBack(text, text.Type == ActionType.Comment ? InteractionType.Comment : null, action);
                break;
            default:
                throw new ToolException(
                    $"The reference does not know what an action of type {action.Type} does (action {action.ActionId}), so nothing can be verified; teach it to {nameof(ReferenceModel)}.");
        }
    }

    private void Relate(ReplayAction action)
    {
        var (user, other) = (action.UserId, action.TargetUserId!);
        switch (action.Type)
        {
            case ActionType.Follow:
                if (!_blocks.Contains((user, other)) && !_blocks.Contains((other, user)) && FollowersOf(other).Add(user))
                    Notify(other, NotificationType.Follow, action);
                break;
            case ActionType.Unfollow:
                FollowersOf(other).Remove(user);
                if (action.Purge == true)
                    Purge(user, other);
                break;
            case ActionType.Block:
                _blocks.Add((user, other));
                FollowersOf(other).Remove(user);
                FollowersOf(user).Remove(other);
                Purge(user, other);
                break;
            case ActionType.Unblock:
                _blocks.Remove((user, other));
                break;
        }
    }

    /// <summary>Nobody is notified of what they do themselves, or of what somebody does whom they block.</summary>
    private void Notify(string? user, NotificationType type, ReplayAction action)
    {
        if (string.IsNullOrEmpty(user) || user == action.UserId || _blocks.Contains((user, action.UserId)))
            return;
        _users.Add(user);
        if (!_notifications.TryGetValue(user, out var notifications))
            _notifications.Add(user, notifications = []);
        notifications.Add(new(type, action.UserId, action.ContentId ?? "", action.ActionId, action.OccurredAt!.Value.ToUnixTimeMilliseconds()));
    }

    /// <summary>Takes an author's entries out of one feed.</summary>
    private void Purge(string user, string author)
    {
        var feed = _feeds.GetValueOrDefault(user, []);
        for (var i = 0; i < feed.Count; i++)
        {
            if (feed[i].AuthorId == author)
                feed[i] = feed[i] with { IsTakenBack = true };
        }
    }

    private void Apply(ReplayInteraction interaction)
    {
        Interactions++;
        Count(interaction.ContentId, interaction.Type, TimeOf(interaction));
    }

    private ReferenceEntry Deliver(ReplayAction action)
    {
        if (action.ContentAuthorId is { } author)
            _users.Add(author);
        if (action.Type is ActionType.Like or ActionType.Comment or ActionType.Share)
            Notify(action.ContentAuthorId, TypeOf(action.Type), action);
        foreach (var mentioned in (action.MentionedUserIds ?? []).Distinct())
            Notify(mentioned, NotificationType.Mention, action);
        var entry = new ReferenceEntry(
            Actions, action.ActionId, action.Type, action.UserId, action.ContentId!, action.Text ?? "", TimeOf(action));
        if (!_followers.TryGetValue(action.UserId, out var followers))
            return entry;
        foreach (var follower in followers)
        {
            if (!_feeds.TryGetValue(follower, out var feed))
                _feeds.Add(follower, feed = []);
            feed.Add(entry);
            Delivered?.Invoke(follower, entry);
            if (feed.Count > 2 * feedCapacity)
                Trim(feed);
        }

        Deliveries += followers.Count;
        return entry;
    }

    private void AddShare(ReplayAction action)
    {
        var key = (action.UserId, action.ContentId!);
        if (!_shares.TryGetValue(key, out var shares))
            _shares.Add(key, shares = []);
        if (shares.Count == SharesTakenBack)
            shares.RemoveAt(0);
        shares.Add(Deliver(action));
    }

    private void TakeBack(ReferenceEntry entry, InteractionType? counted, ReplayAction taker)
    {
        TakenBack++;
        entry.IsTakenBack = true;
        if (counted is { } type)
            Count(entry.ContentId, type, entry.OccurredAt, TimeOf(taker));
    }

    private void Count(string contentId, InteractionType type, long occurredAt, long? takenBackAt = null)
    {
        _counters[contentId] = _counters.GetValueOrDefault(contentId).Add(type, takenBackAt is null ? 1 : -1);
        _weights[contentId] = _weights.GetValueOrDefault(contentId).Add(type, occurredAt, takenBackAt);
    }

    private static long TimeOf(ReplayEvent replayEvent) => replayEvent.OccurredAt?.ToUnixTimeMilliseconds()
        ?? throw new InvalidOperationException($"An event of {replayEvent.Key} has no time of its own, so nobody can say where it stands in a feed or what it weighs.");

    private static NotificationType TypeOf(ActionType type) => type switch
    {
        ActionType.Like => NotificationType.Like,
        ActionType.Comment => NotificationType.Comment,
        _ => NotificationType.Share,
    };

    private HashSet<string> FollowersOf(string user)
    {
        if (!_followers.TryGetValue(user, out var followers))
            _followers.Add(user, followers = []);
        return followers;
    }

    private void Trim(List<ReferenceEntry> feed)
    {
        feed.Sort(ReferenceEntry.CompareNewestFirst);
        if (feed.Count > feedCapacity)
            feed.RemoveRange(feedCapacity, feed.Count - feedCapacity);
    }
}

/// <summary>One action as every feed it reaches must show it.</summary>
/// <param name="Sequence">Its place in the trace: the order in which one author's entries must arrive.</param>
internal sealed record ReferenceEntry(
    long Sequence, string ActionId, ActionType Type, string AuthorId, string ContentId, string Text, long OccurredAt)
{
    /// <summary>Whether no feed may show it any more.</summary>
    public bool IsTakenBack { get; set; }

    /// <summary>Newest first, as a feed is read: by time, then action id, then author.</summary>
    public static int CompareNewestFirst(ReferenceEntry left, ReferenceEntry right)
    {
        var order = right.OccurredAt.CompareTo(left.OccurredAt);
        if (order == 0)
            order = string.CompareOrdinal(right.ActionId, left.ActionId);
        return order != 0 ? order : string.CompareOrdinal(right.AuthorId, left.AuthorId);
    }
}
