namespace StreamSocial.FeedGenerator.Reading.Contents;

/// <summary>The contents that trend, best first.</summary>
/// <param name="AsOf">Time to which the scores are decayed: the latest interaction among these contents, Unix milliseconds; null when there are none.</param>
/// <param name="Contents">The contents.</param>
/// <param name="Partitions">Partitions in all.</param>
/// <param name="UnknownPartitions">Partitions that could not be asked now; contents of theirs are missing.</param>
internal sealed record TrendingPage(long? AsOf, IReadOnlyList<TrendingContentView> Contents, int Partitions, int UnknownPartitions);
