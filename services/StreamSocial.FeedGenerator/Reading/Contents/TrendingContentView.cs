namespace StreamSocial.FeedGenerator.Reading.Contents;

/// <summary>A content of the trend.</summary>
/// <param name="Score">Its interactions, weighted, each halved per half-life of age.</param>
internal sealed record TrendingContentView(double Score, ContentStatsView Stats);
