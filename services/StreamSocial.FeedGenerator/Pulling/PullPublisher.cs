using System.Buffers;
using System.Globalization;
using Google.Protobuf;
using StreamSocial.Events;
using StreamSocial.FeedGenerator.Actions;
using StreamSocial.FeedGenerator.Codecs;
using StreamSocial.Streams.Emitting;
using StreamSocial.Streams.State;
using StreamSocial.Streams.Tasks;
using StreamSocial.Topics;

namespace StreamSocial.FeedGenerator.Pulling;

/// <summary>Publishes the actions of accounts that are too large to push once, to pull-posts, and makes their followers' feeds pull them.</summary>
/// <remarks>
/// The newest actions of an account, as many as a feed holds, are kept here too. They are handed to a follower who leaves, whose feed would
/// otherwise lose them. They are numbered, and a feed pulls those above a number. Their times rise with the numbers: an action with an earlier
/// time than the one before is pushed. So is one that is far ahead of the clocks, or all that follow would be, and one whose very time a whole
/// feed of others has, so that at most twice a feed is kept. So an action that is dropped here and from the table, always the oldest, is older
/// than a full feed of others for every follower, whenever they started to follow. An action that is taken back keeps its number and its place,
/// without content, for as long: a feed that holds what was pushed keeps its place too. An account stays pulled however many followers leave,
/// because switching back would write all of its actions into all feeds.
/// </remarks>
internal sealed class PullPublisher(ITaskContext context, FollowerStore followers, FanOut fanOut, long threshold, int feedCapacity)
{
    private const byte AuthorsStore = 19;
    private const byte ActionsStore = 20;

    /// <summary>How far an action's time may be ahead of its record's: more than clients' clocks are.</summary>
    private const long MostAheadMs = 60 * 60 * 1000;

    private readonly int _feedPartitions = context.PartitionCountOf(TopicNames.FeedUpdates);
    private readonly int _pullPartitions = context.PartitionCountOf(TopicNames.PullPosts);

    private readonly IStateStore<string, PulledAuthor> _authors =
        context.OpenStore(AuthorsStore, "pulled-authors", StringKeyCodec.Instance, new PulledAuthorCodec());

    private readonly IStateStore<NumberedKey, FeedUpdate> _actions =
        context.OpenStore(ActionsStore, "pulled-actions", NumberedKeyCodec.Instance, new FeedUpdateCodec());

    /// <summary>Key of an action in pull-posts; of what says that it was taken back, with the negative number.</summary>
    public static string KeyOf(string author, int number) => string.Create(CultureInfo.InvariantCulture, $"{author}/{number}");

    /// <summary>Publishes an action for pulling if its author's followers pull or start to now; false if it must be pushed.</summary>
    /// <param name="action">The action; its number is set, and it is stored.</param>
    /// <param name="timestamp">Time of its record, Unix milliseconds; 0 if it has none.</param>
    /// <param name="emitter">Receives the entries.</param>
    public bool TryPublish(FeedUpdate action, long timestamp, IEmitter emitter)
    {
        if (timestamp > 0 && action.OccurredAt - timestamp > MostAheadMs)
            return false;
        var name = action.AuthorId;
        if (!_authors.TryGet(name, out var author))
        {
            if (followers.CountOf(name) < threshold)
                return false;
            author = PulledAuthor.New;
            fanOut.Send(Change(name, PullChange.Start, author.Last), Audience.Followers, emitter);
        }

        if (action.OccurredAt < author.LastOccurredAt || IsCrowded(name, author, action.OccurredAt) || Holds(name, author, action))
            return false;
        author = author with { Last = author.Last + 1, LastOccurredAt = action.OccurredAt };
        action.PullNumber = author.Last;
        _actions.Put(new(name, author.Last), action);
        var partition = KeyPartitioner.PartitionOf(name, _pullPartitions);
        emitter.EmitKeyed(TopicNames.PullPosts, partition, KeyOf(name, author.Last), action);
        while (IsOutlived(name, author))
        {
            if (Action(name, author.First).Removal == Removal.Action)
                emitter.EmitKeyed(TopicNames.PullPosts, partition, KeyOf(name, -author.First), payload: null);
            _actions.Remove(new(name, author.First));
            emitter.EmitKeyed(TopicNames.PullPosts, partition, KeyOf(name, author.First), payload: null);
            author = author with { First = author.First + 1 };
        }

        _authors.Put(name, author);
        return true;
    }

    /// <summary>Takes back a published action, unless it is so old that no feed pulls it any more.</summary>
    /// <param name="removal">The removal; its number is set, and it is stored in place of the action.</param>
    /// <param name="number">Number of the action.</param>
    /// <param name="emitter">Receives the entries.</param>
    public void Remove(FeedUpdate removal, int number, IEmitter emitter)
    {
        var name = removal.AuthorId;
        if (!_actions.TryGet(new(name, number), out _))
            return;
        var stored = removal.Clone();
        stored.PullNumber = number;
        _actions.Put(new(name, number), stored);
        var partition = KeyPartitioner.PartitionOf(name, _pullPartitions);
        emitter.EmitKeyed(TopicNames.PullPosts, partition, KeyOf(name, -number), stored);
        emitter.EmitKeyed(TopicNames.PullPosts, partition, KeyOf(name, number), payload: null);
    }

    /// <summary>Makes a new follower's feed pull the account if it is a pulled one.</summary>
    public void Join(string name, string follower, IEmitter emitter)
    {
        if (_authors.TryGet(name, out var author))
            SendTo(follower, Change(name, PullChange.Start, author.Last), emitter);
    }

    /// <summary>Hands the pulled actions to a follower who leaves, if the account is a pulled one.</summary>
    /// <param name="name">The account.</param>
    /// <param name="follower">Who leaves.</param>
    /// <param name="purge">Whether only their places are handed over, as of actions that were taken back.</param>
    /// <param name="emitter">Receives the entries.</param>
    public void Leave(string name, string follower, bool purge, IEmitter emitter)
    {
        if (!_authors.TryGet(name, out var author))
            return;
        for (var number = author.First; number <= author.Last; number++)
            SendTo(follower, purge ? PlaceOf(Action(name, number)) : Action(name, number).Clone(), emitter);
        SendTo(follower, Change(name, PullChange.End, number: 0), emitter);
    }

    /// <summary>Whether the action is stored already with the same time: a client's repeat after its id was forgotten.</summary>
    private bool Holds(string name, PulledAuthor author, FeedUpdate action)
    {
        for (var number = author.Last; number >= author.First && Action(name, number) is var kept && kept.OccurredAt == action.OccurredAt; number--)
        {
            if (kept.ActionId == action.ActionId)
                return true;
        }

        return false;
    }

    /// <summary>Whether as many actions as a feed holds have this very time: they could not be dropped, so a further one is pushed.</summary>
    private bool IsCrowded(string name, PulledAuthor author, long occurredAt) =>
        author.Count >= feedCapacity && Action(name, author.Last - feedCapacity + 1).OccurredAt == occurredAt;

    /// <summary>
    /// Whether the oldest action is older than a full feed of later ones. Actions of equal time stay, because the order of a feed decides between
    /// them.
    /// </summary>
    private bool IsOutlived(string name, PulledAuthor author) =>
        author.Count > feedCapacity
        && Action(name, author.First).OccurredAt < Action(name, author.Last - feedCapacity + 1).OccurredAt;

    private FeedUpdate Action(string name, int number) => _actions.TryGet(new(name, number), out var action)
        ? action
        : throw new InvalidDataException($"The state of a pulled account lists action {number}, which it does not hold.");

    private static FeedUpdate PlaceOf(FeedUpdate action) => new()
    {
        ActionId = action.ActionId,
        Type = action.Type,
        AuthorId = action.AuthorId,
        OccurredAt = action.OccurredAt,
        PullNumber = action.PullNumber,
        Removal = Removal.Action,
    };

    private static FeedUpdate Change(string name, PullChange change, int number) => new() { AuthorId = name, PullChange = change, PullNumber = number };

    /// <summary>Sends an update to one feed.</summary>
    public void SendTo(string follower, FeedUpdate update, IEmitter emitter)
    {
        update.RecipientIds.Add(follower);
        emitter.Emit(TopicNames.FeedUpdates, KeyPartitioner.PartitionOf(follower, _feedPartitions), update);
    }
}

/// <summary>State of an account whose followers pull.</summary>
/// <param name="First">Number of the oldest action kept; <paramref name="Last"/> + 1 if there is none.</param>
/// <param name="Last">Number of the newest action; 0 if there was none.</param>
/// <param name="LastOccurredAt">Time of that action, Unix milliseconds; the smallest long if there was none.</param>
internal readonly record struct PulledAuthor(int First, int Last, long LastOccurredAt)
{
    public static PulledAuthor New { get; } = new(1, 0, long.MinValue);

    public int Count => Last - First + 1;
}

internal sealed class PulledAuthorCodec : ICodec<PulledAuthor>
{
    private const byte FormatVersion = 1;

    public void Write(PulledAuthor value, IBufferWriter<byte> output)
    {
        using var writer = new StateWriter(output);
        writer.Byte(FormatVersion);
        writer.Count(value.First);
        writer.Count(value.Last);
        writer.Signed(value.LastOccurredAt);
    }

    public PulledAuthor Read(ReadOnlySpan<byte> input)
    {
        var reader = new StateReader(input, "pulled author");
        reader.Version(FormatVersion);
        var value = new PulledAuthor(reader.Int32(), reader.Int32(), reader.Signed());
        reader.End();
        if (value.First < 1 || value.Count < 0)
            throw reader.Invalid($"it keeps actions {value.First} to {value.Last}");
        return value;
    }
}

/// <summary>Stores a pulled action in the format of topic pull-posts.</summary>
internal sealed class FeedUpdateCodec : ICodec<FeedUpdate>
{
    public void Write(FeedUpdate value, IBufferWriter<byte> output) => value.WriteTo(output);

    public FeedUpdate Read(ReadOnlySpan<byte> input)
    {
        try
        {
            return FeedUpdate.Parser.ParseFrom(input);
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new InvalidDataException("The stored action is damaged.", e);
        }
    }
}
