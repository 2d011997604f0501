namespace StreamSocial.FeedGenerator.Codecs;

/// <summary>One of several numbered values of an owner: a bucket of followers, a chunk of a feed.</summary>
internal readonly record struct NumberedKey(string Owner, int Number);
