using StreamSocial.FeedGenerator.Feeds;

namespace StreamSocial.FeedGenerator.Pulling;

/// <summary>An entry in a stream.</summary>
/// <param name="Entry">The entry.</param>
/// <param name="Position">Where a client is who has it and all before it.</param>
internal readonly record struct StreamedEntry(FeedEntry Entry, StreamPosition Position);
