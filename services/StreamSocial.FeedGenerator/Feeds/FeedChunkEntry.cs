namespace StreamSocial.FeedGenerator.Feeds;

/// <summary>A chunk as its feed's header lists it.</summary>
/// <param name="Number">The chunk's number in the store; given once, in the order in which chunks were made.</param>
/// <param name="FirstOccurredAt">Time of its first entry.</param>
/// <param name="Count">Entries in it, evicted ones at its start included.</param>
internal readonly record struct FeedChunkEntry(int Number, long FirstOccurredAt, int Count);
