using System.Collections.Concurrent;
using System.Globalization;
using Google.Protobuf;
using StreamSocial.Events;
using StreamSocial.FeedGenerator.Feeds;

namespace StreamSocial.FeedGenerator.Pulling;

/// <summary>What topic pull-posts holds, by author. Many may read while one thread writes.</summary>
internal sealed class PullPostsIndex : IPullPosts
{
    private readonly ConcurrentDictionary<string, AuthorActions> _authors = new(StringComparer.Ordinal);

    public AuthorActions Of(string author) => _authors.GetValueOrDefault(author, AuthorActions.Empty);

    /// <summary>Takes a record of the topic.</summary>
    /// <param name="key">Its key, which <see cref="PullPublisher.KeyOf"/> makes.</param>
    /// <param name="value">Its value; null: a tombstone.</param>
    /// <exception cref="InvalidDataException">The key is none of this topic.</exception>
    /// <exception cref="InvalidProtocolBufferException">The value is no action.</exception>
    public void Apply(string key, byte[]? value)
    {
        var slash = key.LastIndexOf('/');
        if (slash <= 0 || !int.TryParse(key.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            throw new InvalidDataException($"A record of {TopicNames.PullPosts} has the key '{key}'; it is the author's id, a slash and a number.");
        var author = key[..slash];
        _authors[author] = value is null ? Of(author).Without(number) : Of(author).With(FeedEntry.Pulled(FeedUpdate.Parser.ParseFrom(value)));
    }
}
