namespace StreamSocial.FeedGenerator.Reading.Contents;

/// <summary>A content with the logarithm of its score, which no clock changes.</summary>
internal sealed record LocalTrendingContent(double LogScore, ContentStatsView Stats);
