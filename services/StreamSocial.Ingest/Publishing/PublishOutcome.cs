namespace StreamSocial.Ingest.Publishing;

/// <summary>The end of a request as its sender is told.</summary>
/// <param name="Status">What became of the records.</param>
/// <param name="Detail">One sentence for a person; null when acknowledged.</param>
internal readonly record struct PublishOutcome(PublishStatus Status, string? Detail = null);
