namespace StreamSocial.FeedGenerator.Reading.Contents;

/// <summary>One replica's part of the trend; replicas ask each other for it.</summary>
/// <param name="Partitions">The partitions that it covers.</param>
/// <param name="Contents">Their best contents, best first.</param>
internal sealed record LocalTrending(IReadOnlyList<int> Partitions, IReadOnlyList<LocalTrendingContent> Contents);
