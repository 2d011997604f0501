namespace StreamSocial.FeedGenerator.Reading.Feeds;

/// <summary>Asks for the feeds of many users.</summary>
/// <param name="Users">1 to 1000 users.</param>
/// <param name="Limit">Entries of each feed, 1 to 1000; 50 when absent.</param>
internal sealed record FeedBatchRequest(IReadOnlyList<string>? Users, int? Limit);
