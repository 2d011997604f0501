using System.Globalization;
using StreamSocial.Events;
using StreamSocial.FeedGenerator.Actions;
using StreamSocial.FeedGenerator.Codecs;
using StreamSocial.Streams.Emitting;
using StreamSocial.Streams.State;
using StreamSocial.Streams.Tasks;
using StreamSocial.Topics;

namespace StreamSocial.FeedGenerator.Pulling;

/// <summary>The accounts of one partition that are too large to push: their actions go into pull-posts once, and their followers are told to look there.</summary>
/// <remarks>
/// An account keeps its newest actions here too, as many as a feed holds, and hands them to a follower who leaves, for whom they would otherwise vanish. They are numbered,
/// and a feed pulls those above a number. Their times never fall: an action with an earlier time than the one before is pushed. So what leaves here or the table,
/// the oldest, is older than a feed's capacity of others, for every follower, whenever they began to follow.
/// An account stays pulled however many followers leave, because to go back would write all of its actions into all feeds.
/// </remarks>
internal sealed class PullPublisher(ITaskContext context, FollowerBook followers, FanOut fanOut, long threshold, int feedCapacity)
{
    private const byte AuthorsStore = 19;
    private const byte ActionsStore = 20;

    private readonly int _feedPartitions = context.PartitionCountOf(TopicNames.FeedUpdates);
    private readonly int _pullPartitions = context.PartitionCountOf(TopicNames.PullPosts);

    private readonly IStateStore<string, PulledAuthor> _authors =
        context.OpenStore(AuthorsStore, "pulled-authors", StringKeyCodec.Instance, new PulledAuthorCodec());

    private readonly IStateStore<NumberedKey, FeedUpdate> _actions =
        context.OpenStore(ActionsStore, "pulled-actions", NumberedKeyCodec.Instance, new FeedUpdateCodec());

    /// <summary>Key of an action in pull-posts.</summary>
    public static string KeyOf(string author, int number) => string.Create(CultureInfo.InvariantCulture, $"{author}/{number}");

    /// <summary>Publishes an action for pulling, if its author's followers pull or are now told to; false: it is to be pushed.</summary>
    /// <param name="action">Gets its number and is kept.</param>
    /// <param name="emitter">Takes what is emitted.</param>
    public bool TryPublish(FeedUpdate action, IEmitter emitter)
    {
        var name = action.AuthorId;
        if (!_authors.TryGet(name, out var author))
        {
            if (followers.CountOf(name) < threshold)
                return false;
            author = PulledAuthor.New;
            fanOut.Send(Change(name, PullChange.Start, author.Last), emitter);
        }

        if (action.OccurredAt < author.LastOccurredAt || Holds(name, author, action))
            return false;
        author = author with { Last = author.Last + 1, LastOccurredAt = action.OccurredAt };
        action.PullNumber = author.Last;
        _actions.Put(new(name, author.Last), action);
        var partition = KeyPartitioner.PartitionOf(name, _pullPartitions);
        emitter.EmitKeyed(TopicNames.PullPosts, partition, KeyOf(name, author.Last), action);
        while (IsOutlived(name, author))
        {
            _actions.Remove(new(name, author.First));
            emitter.EmitKeyed(TopicNames.PullPosts, partition, KeyOf(name, author.First), payload: null);
            author = author with { First = author.First + 1 };
        }

        _authors.Put(name, author);
        return true;
    }

    /// <summary>Tells a new follower to pull, if the account's followers do.</summary>
    public void Join(string name, string follower, IEmitter emitter)
    {
        if (_authors.TryGet(name, out var author))
            SendTo(follower, Change(name, PullChange.Start, author.Last), emitter);
    }

    /// <summary>Hands a follower who leaves what was pulled until now, if the account's followers pull.</summary>
    public void Leave(string name, string follower, IEmitter emitter)
    {
        if (!_authors.TryGet(name, out var author))
            return;
        for (var number = author.First; number <= author.Last; number++)
            SendTo(follower, Action(name, number).Clone(), emitter);
        SendTo(follower, Change(name, PullChange.End, number: 0), emitter);
    }

    /// <summary>Whether the same action, repeated by a client after its id was forgotten, is kept with the same time.</summary>
    private bool Holds(string name, PulledAuthor author, FeedUpdate action)
    {
        for (var number = author.Last; number >= author.First && Action(name, number) is var kept && kept.OccurredAt == action.OccurredAt; number--)
        {
            if (kept.ActionId == action.ActionId)
                return true;
        }

        return false;
    }

    /// <summary>Whether as many later ones as a feed holds are newer than the oldest; of equal times a feed's order decides, so those stay.</summary>
    private bool IsOutlived(string name, PulledAuthor author) =>
        author.Count > feedCapacity
        && Action(name, author.First).OccurredAt < Action(name, author.Last - feedCapacity + 1).OccurredAt;

    private FeedUpdate Action(string name, int number) => _actions.TryGet(new(name, number), out var action)
        ? action
        : throw new InvalidDataException($"The state of a pulled account lists action {number}, which it does not hold.");

    private static FeedUpdate Change(string name, PullChange change, int number) => new() { AuthorId = name, PullChange = change, PullNumber = number };

    private void SendTo(string follower, FeedUpdate update, IEmitter emitter)
    {
        update.RecipientIds.Add(follower);
        emitter.Emit(TopicNames.FeedUpdates, KeyPartitioner.PartitionOf(follower, _feedPartitions), update);
    }
}
