namespace StreamSocial.FeedGenerator.Feeds;

/// <summary>What arrived in a feed.</summary>
/// <param name="LastArrival">Number of the newest arrival ever; 0 when there was none.</param>
/// <param name="Entries">In order of arrival.</param>
internal sealed record FeedArrivals(long LastArrival, IReadOnlyList<FeedEntry> Entries);
