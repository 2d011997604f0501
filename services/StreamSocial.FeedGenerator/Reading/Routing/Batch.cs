namespace StreamSocial.FeedGenerator.Reading.Routing;

/// <summary>The answer to a batch: one item for each key, in the order of the request.</summary>
internal sealed record Batch<TItem>(IReadOnlyList<TItem> Items);
