using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Confluent.Kafka;
using Google.Protobuf;
using StreamSocial.Events;
using StreamSocial.Events.Actions;
using StreamSocial.FeedGenerator.Feeds;
using StreamSocial.Kafka.Records;
using StreamSocial.Kafka.Tables;
using StreamSocial.Streams.Reading;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.FeedGenerator.Pulling;

/// <summary>Table of topic pull-posts. Every replica holds all of it for its reads; it is not the input of a task.</summary>
internal sealed class PullPostsTable(
    ITopicLayout layout, [FromKeyedServices(PullPostsTable.Consumer)] IConsumer<byte[]?, byte[]?> consumer, TimeProvider time, ILogger<PullPostsTable> logger)
    : TopicTail(TopicNames.PullPosts, layout.PartitionCountOf(TopicNames.PullPosts), consumer, time, logger), IReplicatedTable, IPullPosts
{
    private const string Consumer = $"table-{TopicNames.PullPosts}";

    private readonly PullPostsIndex _posts = new();
    private volatile bool _isCaughtUp;

    public bool IsCaughtUp => _isCaughtUp;

    public long Version => _posts.Version;

    public AuthorActions Of(string author) => _posts.Of(author);

    protected override bool Apply(in TableRecord record)
    {
        _posts.Apply(Encoding.UTF8.GetString(record.Key), record.Value);
        return true;
    }

    protected override void OnBatchRead(bool changed, bool isCaughtUp) => _isCaughtUp = isCaughtUp;
}

/// <summary>Newest actions of the accounts whose followers pull, from topic pull-posts. Thread-safe.</summary>
internal interface IPullPosts
{
    /// <summary>Rises with every change, after it can be read.</summary>
    long Version { get; }

    /// <summary>The actions of an account; empty if none are known.</summary>
    AuthorActions Of(string author);
}

/// <summary>Indexes the records of topic pull-posts by author. Any number of threads may read while one writes.</summary>
internal sealed class PullPostsIndex : IPullPosts
{
    private readonly ConcurrentDictionary<string, AuthorActions> _authors = new(StringComparer.Ordinal);

    private long _version;

    public long Version => Interlocked.Read(ref _version);

    public AuthorActions Of(string author) => _authors.GetValueOrDefault(author, AuthorActions.Empty);

    /// <summary>Applies a record of the topic.</summary>
    /// <param name="key">Its key, as <see cref="PullPublisher.KeyOf"/> makes it.</param>
    /// <param name="value">Its value; null for a tombstone.</param>
    /// <exception cref="InvalidDataException">The key is not one of this topic, or the value is not the one of this key or nothing that a feed can show.</exception>
    /// <exception cref="InvalidProtocolBufferException">The value is not an action.</exception>
    public void Apply(string key, byte[]? value)
    {
        var slash = key.LastIndexOf('/');
        if (slash <= 0 || !int.TryParse(key.AsSpan(slash + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            || number is 0 or int.MinValue)
            throw new InvalidDataException($"A record of {TopicNames.PullPosts} has the key '{key}'; it is the author's id, a slash and a number.");
        var author = key[..slash];
        _authors[author] = value is null
            ? Of(author).Without(Math.Abs(number), isRemoved: number < 0)
            : Of(author).With(FeedEntry.Pulled(Read(author, Math.Abs(number), value)));
        Interlocked.Increment(ref _version);
    }

    private static FeedUpdate Read(string author, int number, byte[] value)
    {
        var update = FeedUpdate.Parser.ParseFrom(value);
        FieldCheck.Key("author_id", update.AuthorId, author);
        FieldCheck.Number("pull_number", update.PullNumber, number, number);
        FieldCheck.Time("occurred_at", update.OccurredAt);
        if (update.PullChange != PullChange.Unspecified || update.Removal is not (Removal.Unspecified or Removal.Action))
            throw new InvalidDataException($"its pull_change is {(int)update.PullChange} and its removal {(int)update.Removal}, so it is no action");
        // One that was taken back has the type of the action too; without any, it would look like one.
        if (ActionTypes.Find(update.Type) is null)
            throw new InvalidDataException($"its type is {(int)update.Type}, as which no action appears in feeds");
        if (!IdRule.IsValid(update.AuthorId) || !IdRule.IsValid(update.ActionId) || (update.ContentId.Length > 0 && !IdRule.IsValid(update.ContentId)))
            throw new InvalidDataException($"its author_id, action_id or content_id is no id: it {IdRule.Text}");
        return update;
    }
}
