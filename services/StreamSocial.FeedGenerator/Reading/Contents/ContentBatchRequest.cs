namespace StreamSocial.FeedGenerator.Reading.Contents;

/// <summary>Asks for the counters of many contents.</summary>
/// <param name="Contents">1 to 1000 contents.</param>
internal sealed record ContentBatchRequest(IReadOnlyList<string>? Contents);
